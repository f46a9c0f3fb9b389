"""What is in the way of each part, as answers and health tell it; a server that was away is asked again after a while."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from app.errors import DatelineError, Unavailable

AGAIN_SECONDS = 10.0
"""How long a server that did not answer is left alone: meanwhile no question waits for it."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class Troubles:
    """A line for each part that is hindered. Thread safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, tuple[str, float]] = {}

    def tell(self, part: str, line: str, error: DatelineError | None = None) -> None:
        """From now on; where `error` is a server's, another try is due after a while."""
        until = time.monotonic() + AGAIN_SECONDS if isinstance(error, Unavailable) else math.inf
        with self._lock:
            if self._told.get(part, ("",))[0] != line:
                log.warning("%s", line)
            self._told[part] = (line, until)

    def over(self, part: str) -> None:
        with self._lock:
            if self._told.pop(part, None) is not None:
                log.info("%s: in order again", part)

    def hinder(self, part: str) -> bool:
        """Whether there is no use in trying it now."""
        with self._lock:
            return part in self._told and time.monotonic() < self._told[part][1]

    def tried(self, part: str, without: str, call: Callable[[], T]) -> T | None:
        """What `call` gives; None while its server is away, which is told: what is done `without` it, and why."""
        if self.hinder(part):
            return None
        try:
            given = call()
        except Unavailable as error:
            self.tell(part, f"{without}: {error}", error)
            return None
        self.over(part)
        return given

    def __contains__(self, part: str) -> bool:
        with self._lock:
            return part in self._told

    @property
    def passing(self) -> bool:
        """Whether some of it is a server that may come back."""
        with self._lock:
            return any(until < math.inf for _, until in self._told.values())

    def lines(self) -> list[str]:
        """What is to be told, one line a part."""
        with self._lock:
            return [line for line, _ in self._told.values()]
