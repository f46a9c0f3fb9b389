"""What `serve` does where others share its catalog: its home follows them, and one of those that may leads."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from app.errors import DatelineError
from app.web.background import Background

if TYPE_CHECKING:
    from app.service import Service

FOLLOW_SECONDS = 1.0
"""Between two looks at the number of the catalog's last change, a query of one row."""
LOOK_SECONDS = 2.0
"""Between two tries to lead. PostgreSQL frees the lock of a process that was killed when it sees its connection closed, at once; of a
machine that is gone, after 8 s (stores/postgres.py). So a leader is replaced within 10 s."""
DONE_SECONDS = 20.0
"""How long work under way may take to end before the lead is handed over; else it is tried again."""

log = logging.getLogger(__name__)


class Replicating:
    """Two threads, since following can take minutes and leading must not wait for it. Nothing where the home shares nothing."""

    def __init__(self, service: Service, background: Background) -> None:
        self._service = service
        self._background = background
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._follow, name="following", daemon=True),
            threading.Thread(target=self._look, name="leading", daemon=True),
        ]

    def start(self) -> None:
        if self._service.standing.follows:
            for thread in self._threads:
                thread.start()

    def stop(self, seconds: float) -> None:
        """Ask both to end, and wait for at most so long each."""
        self._stop.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(seconds)

    def _follow(self) -> None:
        while not self._stop.is_set():
            try:
                self._service.standing.follow(self._stop)
            except Exception:  # whoever follows must live on for the next change
                log.exception("following the catalog failed")
            self._stop.wait(FOLLOW_SECONDS)

    def _look(self) -> None:
        led = False
        while not self._stop.is_set():
            try:
                led = self._stand(led)
            except DatelineError as error:
                log.warning("%s", error)
            except Exception:  # else nobody would ever lead again from here
                log.exception("looking who leads failed")
            self._stop.wait(LOOK_SECONDS)

    def _stand(self, led: bool) -> bool:
        standing = self._service.standing
        leads = still = standing.look()
        if leads and standing.is_wanted():
            log.info("another process waits to write")
            with self._background.paused(DONE_SECONDS) as ended:
                leads, still = not (ended and standing.stand_down(DONE_SECONDS)), False
        if leads != led:
            log.info("this is the ingest leader now" if leads else "this is the ingest leader no more")
        if leads and not (led and still):
            self._background.wake()
            self._service.watcher.wake()
        return leads
