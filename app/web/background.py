"""What `serve` does beside answering: loads the models, then makes the vectors still to come."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.errors import DatelineError
from app.trouble import AGAIN_SECONDS

if TYPE_CHECKING:
    from app.service import Service

log = logging.getLogger(__name__)


class Background:
    """One thread, since models and vectors would fight for the same cores and the interpreter's lock."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._cut_short = threading.Event()
        """Said to the step under way, by `stop` and `paused`."""
        self._at_work = threading.Lock()
        # A thread inside a model cannot be interrupted; it must not keep the process from ending.
        self._thread = threading.Thread(target=self._work, name="background", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There are new articles."""
        self._wake.set()

    @contextmanager
    def paused(self, seconds: float) -> Iterator[bool]:
        """End the step under way, and begin none within; gives whether it had ended within so many seconds."""
        self._cut_short.set()
        held = self._at_work.acquire(timeout=seconds)
        try:
            yield held
        finally:
            if not self._stop.is_set():
                self._cut_short.clear()
            if held:
                self._at_work.release()

    def stop(self, seconds: float) -> None:
        """Ask it to end, and wait for at most so long."""
        self._stop.set()
        self._cut_short.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _work(self) -> None:
        self._step("loading the models", self._service.load_models)
        while not self._stop.is_set():
            self._wake.clear()
            with self._at_work:
                self._step("making vectors", self._catch_up)
                self._step("trying out the example questions", self._try_examples)
            self._wake.wait(AGAIN_SECONDS if self._service.waits_for_server else None)

    def _catch_up(self) -> None:
        if self._service.waits_for_server:
            self._service.load_search()
        began = time.monotonic()
        made = self._service.catch_up(stop=self._cut_short)
        if made:
            log.info("%d passages embedded in %.1f s", made, time.monotonic() - began)

    def _try_examples(self) -> None:
        self._service.try_examples(self._cut_short)

    def _step(self, what: str, work: Callable[[], None]) -> None:
        """A failure is logged and leaves search by words, which `health` and every answer say."""
        try:
            work()
        except DatelineError as error:
            log.error("%s: %s", what, error)
        except Exception:  # the thread must live on for the next articles
            log.exception("%s failed", what)
