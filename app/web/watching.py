"""What `serve` does for what is followed: looks at it in its turn, in a thread beside the answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.watching.notices import Notices

if TYPE_CHECKING:
    from app.service import Service
    from app.watching import Round

log = logging.getLogger(__name__)


class Watching:
    """Two threads, unless DATELINE_WATCH is off: one looks, the other hears of changes in folders. They wait while nothing is followed."""

    def __init__(self, service: Service, wake: Callable[[], None]) -> None:
        """`wake` is called after articles came or went, since their vectors are still to be made."""
        self._on = service.settings.watch
        self._watcher = service.watcher
        self._wake = wake
        self._notices = Notices(self._watcher)
        self._thread = threading.Thread(target=self._work, name="watching", daemon=True)

    def start(self) -> None:
        if self._on:
            self._thread.start()
            self._notices.start()

    def stop(self, seconds: float) -> None:
        """Ask both to end, and wait for at most so long: what was read by then is kept."""
        self._watcher.stop()
        self._notices.stop(seconds)
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _work(self) -> None:
        self._watcher.run(_say, self._wake)


def _say(done: Round) -> None:
    log.info("watched %d places: %s", done.places, done.line)
