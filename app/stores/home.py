"""The home folder: who owns it, and under which lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from app.errors import DatelineError
from app.stores.faults import SPACE, is_full
from app.stores.private import keep_private

OWNER_FILE = "owner.json"
LOCK_FILE = "lock"
PATIENCE_SECONDS = 3.0
"""How long a writer waits for commands that only read, which end by themselves."""
OWNER_BYTES = 4_096
"""Of an owner file, whose few words take 200: one that is larger is none."""

Word = Annotated[str, Field(pattern=r"^[!-~]{1,300}$")]


@dataclass(frozen=True, slots=True, config={"strict": True, "extra": "forbid"})
class Owner:
    """The process that may write. `host`, `port` and `token` are set while it serves."""

    pid: Annotated[int, Field(ge=1, lt=2**31)]
    kind: Word
    host: Word | None = None
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    token: Word | None = None


class HomeLock:
    """A lock on the home, exclusive to write, shared to read; the system frees it when the process ends, however it ends."""

    def __init__(self, home: Path, mode: Literal["own", "read"], kind: str = "reader") -> None:
        """Take the lock. A writer that cannot have it gets DatelineError; a reader then has `held` False."""
        try:
            keep_private(home)
            self._file: IO[bytes] = open(home / LOCK_FILE, "ab")  # noqa: SIM115 (held as long as the lock)
        except OSError as error:
            raise _no_home(home, error) from None
        self._home = home
        self._owns = False
        self.held = self._take(fcntl.LOCK_EX if mode == "own" else fcntl.LOCK_SH, PATIENCE_SECONDS if mode == "own" else 0.0)
        if mode == "own":
            if not self.held:
                self._file.close()
                raise DatelineError(f"the home {home} is in use by {_holder(home)}.", "Stop it, or wait until it is done.")
            self._owns = True
            try:
                self.announce(Owner(os.getpid(), kind))
            except OSError as error:
                self._file.close()
                raise _no_home(home, error) from None

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
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(TypeAdapter(Owner).dump_json(owner))
        os.replace(fresh, path)

    def release(self) -> None:
        if self._owns:
            (self._home / OWNER_FILE).unlink(missing_ok=True)
            self._owns = False
        self._file.close()

    def abandon(self) -> None:
        """Free the lock of a home that may lie under another name by now: what is at its old place is left alone."""
        if self._owns and os.fstat(self._file.fileno()).st_ino == _inode(self._home / LOCK_FILE):
            (self._home / OWNER_FILE).unlink(missing_ok=True)
        self._owns = False
        self._file.close()


def owner(home: Path) -> Owner | None:
    """Who owns the home now, or None. A file left by a process that was killed is not an owner."""
    written = _read_owner(home)
    if written is None or not _alive(written.pid):
        return None
    return written if _is_held(home) else None


def is_nameless(home: Path) -> bool:
    """Whether a process owns the home and its owner file, lost or hurt, does not say which."""
    return _read_owner(home) is None and _is_held(home)


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _is_held(home: Path) -> bool:
    """Whether some process has the lock to write."""
    try:
        with open(home / LOCK_FILE, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no home yet, or one that this user may not open: HomeLock says so
        return False
    return False


def _read_owner(home: Path) -> Owner | None:
    try:
        with open(home / OWNER_FILE, "rb") as file:
            return TypeAdapter(Owner).validate_json(file.read(OWNER_BYTES))
    except (OSError, ValueError):
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


def _no_home(home: Path, error: OSError) -> DatelineError:
    name = error.filename2 or error.filename or home  # of a move, where to
    if isinstance(error, IsADirectoryError):
        return DatelineError(f"{name} is a folder and should be a file.", f"Run: rm -r {name}")
    mend = SPACE if is_full(error) else "Set DATELINE_HOME to a folder of yours."
    return DatelineError(f"cannot write in the home {home}: {error.strerror}.", mend)
