"""The log in the home. It holds timings and errors; questions and articles stay out of it."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Any

FILE = "dateline.log"
MAX_BYTES = 1_000_000
BACKUPS = 3
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


class HomeLog(RotatingFileHandler):
    """A log that makes its folder when the first line is written, and that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self.works = True
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", errors="backslashreplace", delay=True)

    def _open(self) -> IO[Any]:  # type: ignore[override]
        Path(self.baseFilename).parent.mkdir(0o700, parents=True, exist_ok=True)
        return open(self.baseFilename, "a", encoding=self.encoding, errors=self.errors, opener=_private)

    def handleError(self, record: logging.LogRecord) -> None:
        """A log that cannot be written is said once and stops nothing."""
        if self.works:
            self.works = False
            print(f"dateline: no log is written in {self.baseFilename}: {sys.exc_info()[1]}", file=sys.stderr)


def write_log(home: Path, verbose: bool) -> None:
    """Log to `<home>/dateline.log` and, if verbose, to standard error too. A second call replaces the first."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if getattr(handler, "dateline", False):
            root.removeHandler(handler)
            handler.close()
    handlers: list[logging.Handler] = [HomeLog((home / FILE).absolute())]
    if verbose:
        handlers.append(logging.StreamHandler(sys.stderr))
    for handler in handlers:
        handler.setFormatter(logging.Formatter(FORMAT))
        handler.dateline = True  # type: ignore[attr-defined]
        root.addHandler(handler)
    logging.getLogger("app").setLevel(logging.DEBUG if verbose else logging.INFO)


def log_path() -> Path | None:
    """Where the log is, or None if none could be written."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, HomeLog) and handler.works:
            return Path(handler.baseFilename)
    return None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
