"""`doctor` from the page: it reads everything, so it runs beside, and the page asks how far it is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from app.doctor import Finding
from app.errors import DatelineError

log = logging.getLogger(__name__)


class Checking:
    """At most one check at a time; what the last one found stays until the next begins."""

    def __init__(self, examine: Callable[[], list[Finding]]) -> None:
        self._examine = examine
        self._lock = threading.Lock()
        self._began: float | None = None
        self._found: list[Finding] | None = None

    def start(self) -> None:
        """Begin a check, unless one is under way."""
        with self._lock:
            if self._began is not None:
                return
            self._began, self._found = time.monotonic(), None
        threading.Thread(target=self._work, name="doctor", daemon=True).start()

    def state(self) -> tuple[float | None, list[Finding] | None]:
        """(seconds that a check has been under way, or None; what the last one found, or None)."""
        with self._lock:
            return None if self._began is None else time.monotonic() - self._began, self._found

    def _work(self) -> None:
        try:
            found = self._examine()
        except DatelineError as error:
            found = [Finding.of(error)]
        except Exception as error:
            log.exception("the check from the page failed")
            what = f"the check itself went wrong ({type(error).__name__}); the log has the details."
            found = [Finding(level="error", what=what, mend="python -m app doctor")]
        with self._lock:
            self._began, self._found = None, found
