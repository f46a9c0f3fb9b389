"""Hears from the system that something changed in a followed folder, so that nobody waits for the next look."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from app.reading.dispatch import ending_of
from app.watching.watcher import Watcher

TROUBLE_SECONDS = 600.0
"""After which hearing of changes is tried again where the system refused it: it may walk through the whole folder for that."""
AGAIN_SECONDS = 10.0
"""After which folders that came to be followed, or came back, are heard of, too."""

log = logging.getLogger(__name__)


class Notices:
    """One thread, which ends with `stop`. Where the system tells of no changes (a share on the network, too many folders for it), folders
    are looked at in their turn alone, as addresses are."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="folders", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """End, and wait for it at most so long."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _work(self) -> None:
        told = ""
        while not self._stop.is_set():
            try:
                folders = [folder for folder in self._watcher.folders() if os.path.isdir(folder)]
                if folders:
                    self._hear(folders)
                else:
                    self._stop.wait(AGAIN_SECONDS)
            except Exception as error:  # no folder, and no catalog that is away, is worth ending it
                if str(error) != told:
                    log.warning("changes in folders are not heard of at once, but with the next look: %s", error)
                told = str(error)
                self._stop.wait(TROUBLE_SECONDS)

    def _hear(self, folders: list[str]) -> None:
        """Until other folders are followed, or one of these goes."""
        from watchfiles import watch

        steps = watch(
            *folders,
            watch_filter=lambda _, path: _may_hold_articles(path, folders),
            stop_event=self._stop,
            rust_timeout=int(AGAIN_SECONDS * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for changes in steps:
            for folder in folders:
                if any(Path(path).is_relative_to(folder) for _, path in changes):
                    self._watcher.touched(folder)
            if [folder for folder in self._watcher.folders() if os.path.isdir(folder)] != folders:
                return


def _may_hold_articles(path: str, folders: list[str]) -> bool:
    """Whether a change at this path matters: in a folder's hidden corners lie what other programs write all day, a home of ours too. A
    folder has no ending, and may be gone with all that was in it."""
    folder = next((one for one in folders if Path(path).is_relative_to(one)), "")
    inner = Path(path).relative_to(folder) if folder else Path(path)
    hidden = any(part.startswith(".") for part in inner.parts)
    return not hidden and bool(ending_of(inner.name) or not inner.suffix)
