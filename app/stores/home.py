"""The home folder: who owns it, and under which lock."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Literal

from app.errors import DatelineError

OWNER_FILE = "owner.json"
LOCK_FILE = "lock"
PATIENCE_SECONDS = 3.0
"""How long a writer waits for commands that only read, which end by themselves."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that may write. `host`, `port` and `token` are set while it serves."""

    pid: int
    kind: str
    host: str | None = None
    port: int | None = None
    token: str | None = None


class HomeLock:
    """A lock on the home, exclusive to write, shared to read; the system frees it when the process ends, however it ends."""

    def __init__(self, home: Path, mode: Literal["own", "read"], kind: str = "reader") -> None:
        """Take the lock. A writer that cannot have it gets DatelineError; a reader then has `held` False."""
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._file: IO[bytes] = open(home / LOCK_FILE, "ab")  # noqa: SIM115 (held as long as the lock)
        except OSError as error:
            raise DatelineError(f"cannot write in the home {home}: {error.strerror}.", "Set DATELINE_HOME to a folder of yours.") from None
        self._home = home
        self._owns = False
        self.held = self._take(fcntl.LOCK_EX if mode == "own" else fcntl.LOCK_SH, PATIENCE_SECONDS if mode == "own" else 0.0)
        if mode == "own":
            if not self.held:
                self._file.close()
                raise DatelineError(f"the home {home} is in use by {_holder(home)}.", "Stop it, or wait until it is done.")
            self._owns = True
            self.announce(Owner(os.getpid(), kind))

    def _take(self, how: int, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._file, how | fcntl.LOCK_NB)
                return True
            written = _read_owner(self._home)
            # Only commands that read are waited for: an owner says who it is, and stays.
            if time.monotonic() >= deadline or (written is not None and _alive(written.pid)):
                return False
            time.sleep(0.1)

    def announce(self, owner: Owner) -> None:
        """Write who owns the home and where it listens, readable by this user alone."""
        path = self._home / OWNER_FILE
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(owner), file)
        os.replace(fresh, path)

    def release(self) -> None:
        if self._owns:
            (self._home / OWNER_FILE).unlink(missing_ok=True)
            self._owns = False
        self._file.close()


def owner(home: Path) -> Owner | None:
    """Who owns the home now, or None. A file left by a process that was killed is not an owner."""
    written = _read_owner(home)
    if written is None or not _alive(written.pid):
        return None
    with open(home / LOCK_FILE, "ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return written
    return None


def _read_owner(home: Path) -> Owner | None:
    try:
        return Owner(**json.loads((home / OWNER_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _holder(home: Path) -> str:
    written = _read_owner(home)
    if written is None or not _alive(written.pid):
        return "a command that reads it"
    where = f" on port {written.port}" if written.port else ""
    return f"`{written.kind}` (process {written.pid}{where})"
