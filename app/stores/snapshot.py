"""The SQLite files of a home as they stood at one moment, copied by SQLite's own online backup while other processes write."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

from app.errors import DatelineError, first_line
from app.stores.conversation_schema import CONVERSATIONS
from app.stores.conversations import CONVERSATIONS_FILE
from app.stores.database import Database
from app.stores.faults import CATALOG_FILE, damaged, file_fault
from app.stores.migrations import refuse_newer
from app.stores.schema import CATALOG

STEPS: dict[str, Sequence[str]] = {CONVERSATIONS_FILE: CONVERSATIONS, CATALOG_FILE: CATALOG}
"""Every SQLite file of a home that nothing else can replace, in the order in which a moment of each is held: an answer cites articles that
were there before it."""
PAGES = 2_000
"""Copied between two words on progress, 8 MB: Ctrl-C is heard as often."""
_PROGRAMS = "SELECT sql FROM sqlite_master WHERE type IN ('trigger', 'view')"


class Snapshot:
    """Holds one moment of each file until it is closed. Writers go on meanwhile; they keep their logs a little longer."""

    def __init__(self, home: Path, files: Collection[str] = tuple(STEPS)) -> None:
        """Of the home's files, or of these. Raises DatelineError where there is no catalog, or a newer program has written a file."""
        self._home = home
        self._held: dict[str, sqlite3.Connection] = {}
        if not (home / CATALOG_FILE).is_file():
            raise DatelineError(f"there is no catalog in {home}.", "Name the home with DATELINE_HOME, or make one: python ingest.py PATH")
        try:
            for name, steps in STEPS.items():
                if name in files and (home / name).is_file():
                    self._held[name] = _moment_of(home / name, steps)
        except BaseException:
            self.close()
            raise

    @property
    def names(self) -> list[str]:
        """Which of STEPS the home has."""
        return list(self._held)

    def copy(self, name: str, to: Path, progress: Callable[[int, int], None]) -> None:
        """Write that moment of the file to a new one, brought to the newest form of its tables. `progress` is called with bytes and total.

        Raises DatelineError where the file is damaged, OSError where the copy cannot be written.
        """
        source = self._held[name]
        page = int(source.execute("PRAGMA page_size").fetchone()[0])
        with closing(sqlite3.connect(to)) as target:
            # Nobody else sees this file before it is whole; whoever keeps it writes it through.
            target.execute("PRAGMA synchronous=OFF")
            try:
                source.backup(target, pages=PAGES, progress=lambda _, left, all_: progress((all_ - left) * page, all_ * page))
            except sqlite3.Error as error:
                raise self._fault(name, error) from error
        self._check(name, to)

    def _check(self, name: str, to: Path) -> None:
        """A damaged file is copied as it is: what cannot be restored should not be kept as a backup."""
        with closing(sqlite3.connect(to)) as copy:
            try:
                said = str(copy.execute("PRAGMA integrity_check(1)").fetchone()[0])
            except sqlite3.Error as error:
                said = first_line(error)
        if said != "ok":
            raise damaged(self._home / name, said.splitlines()[0])
        Database(to, STEPS[name]).close()
        if Path(f"{to}-wal").exists():
            raise OSError(f"{to} could not be written through")

    def _fault(self, name: str, error: sqlite3.Error) -> Exception:
        code = getattr(error, "sqlite_errorcode", 0)
        # Only the copy is written: what fails in writing is its disk, not the home's.
        if code & 0xFF == sqlite3.SQLITE_FULL or code in (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE):
            return WriteError(str(error))
        return file_fault(self._home / name, error) or error

    def close(self) -> None:
        for connection in self._held.values():
            connection.close()
        self._held.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class WriteError(OSError):
    """A copy that could not be written, in SQLite's words."""


def _moment_of(path: Path, steps: Sequence[str]) -> sqlite3.Connection:
    """A connection that sees the file as it is now, until it is closed."""
    try:
        # To read and write, though nothing is written: a connection that only reads leaves the log of a killed process lying.
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=30)
        try:
            connection.execute("PRAGMA query_only=ON")
            # A transaction that has read is what holds the moment: without one, each step of the backup that finds a new write begins
            # anew, and beside a busy writer it would never end.
            connection.execute("BEGIN")
            refuse_newer(connection, steps, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise file_fault(path, error) or error from error
    return connection


def count_conversations(path: Path) -> int:
    """Those in a conversations file, less what was deleted."""
    with closing(Database(path, CONVERSATIONS)) as database:
        return int(database.rows("SELECT COUNT(*) FROM conversations WHERE deleted IS NULL")[0][0])


def check_foreign(path: Path, name: str) -> None:
    """Raise ValueError where a file that came from outside is no SQLite file of ours, or brings triggers or views of its own, which would
    run whenever we write. The file is not changed."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as plain:
        for step in STEPS[name]:
            plain.executescript(step)
        ours = {sql for (sql,) in plain.execute(_PROGRAMS)}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
            found = {sql for (sql,) in file.execute(_PROGRAMS)}
    except sqlite3.Error as error:
        raise ValueError(str(error)) from error
    if not found <= ours:
        raise ValueError("it brings triggers of its own")
