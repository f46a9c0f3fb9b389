"""The catalog of a home's file, copied into an empty database of PostgreSQL: every row, under its own number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from app.errors import DatelineError, first_line
from app.installed import as_started
from app.stores.article_rows import ARTICLE, is_whole
from app.stores.database import Database
from app.stores.faults import CATALOG_FILE, DISK, FAILED, KEPT, SALVAGE, SPACE, is_full
from app.stores.home import HomeLock
from app.stores.leader import IngestLeader
from app.stores.postgres import PostgresDatabase
from app.stores.postgres_catalog import PostgresCatalog
from app.stores.postgres_place import PostgresPlace
from app.stores.postgres_schema import CATALOG_POSTGRES
from app.stores.schema import CATALOG
from app.stores.snapshot import Snapshot, WriteError
from app.stores.versions import FORMER

COMMAND = "copy-catalog"
SNAPSHOT_FILE = f"{CATALOG_FILE}.copying"
"""In the home while it is copied: the file as it was at one moment, brought to the newest form of its tables."""
TURN_SECONDS = 10.0
"""How long a process that leads is waited for."""
ROWS = 1_000
"""Held in memory at once: articles are 9 kB on average."""
OWN = ("touched", "sqlite_sequence")
"""Tables in which each database counts for itself."""
OWED = {
    ("articles", "worded"): "0",
    ("passages", "embedded"): "0",
    ("former_passages", "embedded"): "0",
    ("versions", "worded"): "CASE WHEN row IN (SELECT version_row FROM former_passages) THEN 0 ELSE worded END",
}
"""What the file says of its home's indexes, as a catalog has it that no index follows yet."""
NUMBERED = {"articles": ("row", ("articles", "versions")), "passages": ("row", ("passages", "former_passages")), "journal": ("seq", ())}
"""Tables that number their rows, the column, and in which tables such a row may lie."""
INSTEAD = "Mend that row, or read the articles' files into the database: python ingest.py PATH"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Table:
    """`theirs` selects of the file what `ours` selects of the database; both in the order of `columns`."""

    name: str
    columns: tuple[str, ...]
    rows: int
    theirs: str
    ours: str

    @property
    def whole(self) -> Callable[[Sequence[Any]], bool]:
        """Whether a row is what was written, by its content's hash where it has one."""
        wanted = {"articles": ARTICLE, "versions": FORMER}.get(self.name)
        if wanted is None:
            return lambda row: True
        places = [self.columns.index(column) for column in wanted.split(", ")]
        content = self.columns.index("content_hash")
        return lambda row: is_whole([row[place] for place in places], row[content])


@dataclass(slots=True)
class _Sum:
    """Of rows, whatever their order."""

    rows: int = 0
    total: int = 0

    def add(self, row: tuple[Any, ...]) -> None:
        self.rows += 1
        said = hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        self.total = (self.total + int.from_bytes(said)) % 2**128


@dataclass(slots=True)
class _Count:
    """Tells how many rows of all tables have been dealt with."""

    stage: str
    total: int
    progress: Progress
    done: int = field(default=0)

    def add(self, rows: int) -> None:
        self.done += rows
        self.progress(self.stage, self.done, self.total)


def copy_catalog(home: Path, place: PostgresPlace, progress: Progress) -> dict[str, int]:
    """Copy the catalog in the home's file into an empty database, in one transaction; returns the number of rows by table.

    Rows keep their numbers, and the database goes on above them. Words and vectors are owed for all of it, to whichever home follows.
    Before it is committed every row is read back and compared. The file is left as it is; whatever ends this leaves the database empty.

    Raises DatelineError where the home has no catalog or is in use, the file is damaged or a newer program's, the database is not
    empty, led by another process or cannot be reached, or a disk is full.
    """
    if not (home / CATALOG_FILE).is_file():
        raise DatelineError(f"there is no {CATALOG_FILE} in {home}.", "Set DATELINE_HOME to the home whose articles are to be copied.")
    lock = HomeLock(home, "own", COMMAND)
    try:
        PostgresCatalog(place).close()
        with closing(PostgresDatabase(place, CATALOG_POSTGRES)) as database:
            IngestLeader(database).take(COMMAND, TURN_SECONDS)
            _refuse_filled(database)
            with _moment(home, progress) as file:
                return _copy(file, home / CATALOG_FILE, database, progress)
    except DatelineError as error:
        # `salvage` is for a home's own catalog alone.
        do = error.do.replace("Run:", "Unset DATELINE_CATALOG_URL, then run:") if error.do == as_started(SALVAGE) else error.do
        raise DatelineError(error.what, do.replace(KEPT, "nothing was written."), http=error.http) from error
    finally:
        lock.release()


def _refuse_filled(database: PostgresDatabase) -> None:
    with closing(Database(None, CATALOG)) as plain:
        names = [name for name in _names(plain) if name != "meta"]
    for name in (*names, "touched"):
        if database.rows(f"SELECT 1 FROM {name} LIMIT 1"):
            mend = "Name an empty one in DATELINE_CATALOG_URL (createdb --encoding=UTF8 --template=template0 NAME)."
            raise DatelineError(f"the catalog {database.place.name} is not empty: it has {name}.", mend)


@contextmanager
def _moment(home: Path, progress: Progress) -> Iterator[Database]:
    """The file as it is now, checked and up to date, as a file of its own that is gone afterwards."""
    path = home / SNAPSHOT_FILE
    try:
        try:
            # Of a run that was killed.
            _unlink(path)
            with Snapshot(home, (CATALOG_FILE,)) as snapshot:
                snapshot.copy(CATALOG_FILE, path, lambda done, total: progress("reading, MB", done // 1_000_000, total // 1_000_000))
        except OSError as error:
            full = is_full(error) or isinstance(error, WriteError)
            said = "the disk is full" if is_full(error) else f"{error.strerror or error}{' (is its disk full?)' if full else ''}"
            raise DatelineError(f"{path} cannot be written: {said}.", SPACE if full else DISK) from error
        with closing(Database(path, CATALOG)) as file:
            yield file
    finally:
        _unlink(path)


def _unlink(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{end}").unlink(missing_ok=True)


def _names(file: Database) -> list[str]:
    return [name for (name,) in file.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid") if name not in OWN]


def _table(file: Database, name: str) -> _Table:
    columns = tuple(column for (column,) in file.rows("SELECT name FROM pragma_table_info(?)", (name,)))
    which = " WHERE key <> 'archive'" if name == "meta" else ""
    theirs = ", ".join(OWED.get((name, column), column) for column in columns)
    ((rows,),) = file.rows(f"SELECT COUNT(*) FROM {name}{which}")
    return _Table(name, columns, rows, f"SELECT {theirs} FROM {name}{which}", f"SELECT {', '.join(columns)} FROM {name}{which}")


def _copy(file: Database, path: Path, database: PostgresDatabase, progress: Progress) -> dict[str, int]:
    tables = [_table(file, name) for name in _names(file)]
    total = sum(table.rows for table in tables)
    with database.transaction():
        # Whoever led before its connection was lost may have written since.
        _refuse_filled(database)
        # What the database is called stays its own: homes that follow it, and a collection of a Chroma server, know it by that.
        database.write("DELETE FROM meta WHERE key <> 'archive'")
        copied = _Count("copying rows", total, progress)
        sums = {table.name: _put(table, file, path, database, copied) for table in tables}
        for name, (column, where) in NUMBERED.items():
            _number_on(file, database, name, column, where)
        compared = _Count("comparing", total, progress)
        for table in tables:
            found = _Sum()
            for block in database.blocks(table.ours, size=ROWS):
                for row in block:
                    found.add(row)
                compared.add(len(block))
            if found != sums[table.name]:
                what = f"{table.name} of {path} are not in {database.place.name} as they are in the file"
                raise DatelineError(f"{what} ({found.rows} of {table.rows} rows were read back).", INSTEAD, http=FAILED)
        database.write(f"ANALYZE {', '.join(table.name for table in tables)}, touched")
    return {table.name: table.rows for table in tables}


def _put(table: _Table, file: Database, path: Path, database: PostgresDatabase, copied: _Count) -> _Sum:
    told, altered, whole = _Sum(), [], table.whole

    def rows() -> Iterator[tuple[Any, ...]]:
        for block in file.blocks(table.theirs, size=ROWS):
            for row in block:
                if whole(row):
                    told.add(row)
                    yield row
                else:
                    altered.append(row[0])
            copied.add(len(block))

    try:
        database.copy_in(table.name, table.columns, rows())
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise DatelineError(
            f"{table.name} of {path} have what PostgreSQL does not take: {first_line(error)}.", INSTEAD, http=FAILED
        ) from error
    if altered:
        what = f"{len(altered)} {table.name} of the catalog {path} are no longer what was written, the first in row {altered[0]}."
        raise DatelineError(what, SALVAGE, http=FAILED)
    return told


def _number_on(file: Database, database: PostgresDatabase, name: str, column: str, where: Sequence[str]) -> None:
    """The next row gets a number that none has had: an index may still hold those of rows that are gone."""
    used = "".join(f" UNION ALL SELECT MAX({column}) FROM {table}" for table in where)
    ((last,),) = file.rows(f"SELECT MAX(seq) FROM (SELECT seq FROM sqlite_sequence WHERE name = ?{used})", (name,))
    if last:
        counter = f"pg_get_serial_sequence('{name}', '{column}')::regclass"
        database.rows(f"SELECT setval({counter}, GREATEST(?, pg_sequence_last_value({counter})))", (last,))
