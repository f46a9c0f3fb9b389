"""One SQLite file, shared by the threads of a process: the connection that no other room sees."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.errors import DatelineError
from app.stores.faults import damaged, file_fault
from app.stores.migrations import migrate


class Database:
    """Thread safe: statements run one at a time, and a transaction keeps every other thread out until it ends."""

    def __init__(self, path: Path | None, steps: Sequence[str]) -> None:
        """Open or create (None: in memory), with the tables that the steps make (see migrations.py).

        Raises DatelineError where a newer program has written the file; and like every method, where it is damaged or the disk fails.
        """
        self._path = path or Path(":memory:")
        self._lock = threading.RLock()
        self._within = False
        with self._told():
            self._connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=30)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            migrate(self._connection, steps, self._path)

    def forbid_writes(self) -> None:
        """From here on every write raises sqlite3.OperationalError."""
        self._connection.execute("PRAGMA query_only=ON")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside stands or none of it. A transaction inside another is part of the outer one."""
        with self._lock:
            if self._within:
                yield
                return
            with self._told():
                self._connection.execute("BEGIN IMMEDIATE")
                self._within = True
                try:
                    yield
                    self._connection.execute("COMMIT")
                except BaseException:
                    # A disk that fails may have ended the transaction already; a commit that failed leaves it open.
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
                finally:
                    self._within = False

    @contextmanager
    def steady(self) -> Iterator[None]:
        """What is read inside is of one moment, whatever other processes write; nothing may be written."""
        with self._lock:
            if self._within:
                yield
                return
            with self._told():
                self._connection.execute("BEGIN")
                self._within = True
                try:
                    yield
                finally:
                    self._within = False
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")

    def blocks(self, statement: str, values: Sequence[Any] = (), size: int = 20_000) -> Iterator[list[Any]]:
        """The same as `rows`, so many at a time: a million tuples at once would take a third of a gigabyte. Belongs in `steady`."""
        with self._lock, self._told():
            found = self._connection.execute(statement, values)
            while block := found.fetchmany(size):
                yield block

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Every row that the statement finds, each a tuple."""
        with self._lock, self._told():
            return self._connection.execute(statement, values).fetchall()

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run one statement that changes something."""
        with self.transaction():
            self._connection.execute(statement, values)

    def write_many(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        """Run the statement once for each of the values, all of them or none."""
        with self.transaction():
            self._connection.executemany(statement, values)

    def version(self) -> tuple[int, int]:
        """Changes whenever this or another process has changed the file."""
        with self._lock, self._told():
            return (self._connection.total_changes, int(self._connection.execute("PRAGMA data_version").fetchone()[0]))

    def check(self) -> str | None:
        """The first thing wrong with the file, in SQLite's words on one line; None when it is sound."""
        try:
            found = [str(said) for (said,) in self.rows("PRAGMA integrity_check(1)") if said != "ok"]
        except DatelineError as error:
            found = [error.what]
        return found[0].splitlines()[0] if found else None

    def damaged(self, said: object) -> DatelineError:
        """Of what is read and makes no sense."""
        return damaged(self._path, said)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            fault = file_fault(self._path, error)
            if fault is None:
                raise
            raise fault from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()
