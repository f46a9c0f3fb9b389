"""How much room a home takes."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

MOST_FILES = 20_000
"""Looked at once; a home has hundreds."""
FRESH_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of all files. `whole` is False where there were more than MOST_FILES: it takes more than this."""

    bytes: int
    whole: bool


class Disk:
    """The room that a folder takes, looked up at most once in FRESH_SECONDS."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._known: tuple[float, Room] | None = None

    def room(self) -> Room:
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > FRESH_SECONDS:
                self._known = time.monotonic(), _measured(self._folder)
            return self._known[1]


def _measured(folder: Path) -> Room:
    total, seen, waiting = 0, 0, [str(folder)]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:  # went away since it was listed
            continue
        for entry in entries:
            seen += 1
            if seen > MOST_FILES:
                return Room(total, False)
            try:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_size
            except OSError:
                continue
    return Room(total, True)
