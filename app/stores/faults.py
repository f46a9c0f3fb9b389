"""What is said when the disk fails a store, or what lies on it is hurt: the place, and the command that mends it."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from app.errors import DatelineError, first_line

REINDEX = "Run: python -m app reindex"
SALVAGE = "Run: python -m app salvage"
KEPT = "what was written is kept."
SPACE = f"Free some space, then run it again: {KEPT}"
DISK = "Run it again. If it says the same, move the home to another disk."
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
CATALOG_FILE = "catalog.sqlite"
FAILED = 503
"""The HTTP status: it is the store's fault, not the request's, and can be mended."""
_SAID_FULL = ("no space left", "disk is full", "file too large", "quota exceeded")
"""As the libraries in Rust word it, which give no number."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_full(error: BaseException) -> bool:
    """Whether a write failed for want of room."""
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return any(said in str(error).lower() for said in _SAID_FULL)


def index_fault(what: str, error: BaseException) -> DatelineError:
    """Of an index, which can be written anew from the catalog. `what` is the index, as "the word index PATH"."""
    if is_full(error):
        return DatelineError(f"{what} cannot be written: the disk is full.", SPACE, http=FAILED)
    return DatelineError(f"{what} cannot be read or written: {first_line(error)}.", REINDEX, http=FAILED)


def damaged(path: Path, said: object) -> DatelineError:
    """Of a file that nothing else can replace: the catalog, and what people asked."""
    if path.name == CATALOG_FILE:
        return DatelineError(f"the catalog {path} is damaged: {said}.", SALVAGE, http=FAILED)
    return DatelineError(f"{path} is damaged: {said}.", f"Put it aside, and a new one is begun: mv {path} {path}.damaged", http=FAILED)


def file_fault(path: Path, error: sqlite3.Error) -> DatelineError | None:
    """What to tell a person of a SQLite file; None for an error that no disk makes, which is a mistake of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    name = f"the catalog {path}" if path.name == CATALOG_FILE else str(path)
    if code in _DAMAGED or str(error).startswith("Could not decode"):
        return damaged(path, first_line(error))
    if code == sqlite3.SQLITE_FULL:
        return DatelineError(f"{name} cannot be written: the disk is full.", SPACE, http=FAILED)
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return DatelineError(f"{name} cannot be read or written: {error}.", DISK, http=FAILED)
    if code == sqlite3.SQLITE_BUSY:
        return DatelineError(f"{name} is locked by another program.", "Close it, then run it again.", http=FAILED)
    return None
