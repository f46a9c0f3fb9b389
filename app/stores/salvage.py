"""What can still be read of a damaged catalog, into a new one in its place."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from app.errors import DatelineError
from app.stores.article_rows import ARTICLE, is_whole
from app.stores.catalog import Catalog
from app.stores.database import Database
from app.stores.follows import FOLLOW, follow_of
from app.stores.schema import CATALOG
from app.stores.versions import FORMER, Ended

COLUMNS = f"{ARTICLE}, content_hash, first_second, last_second"
VERSION = f"{FORMER}, content_hash, last_second, seen, seen_from, seen_until, ended"
STEP = 500
"""Articles read at once while nothing is in the way."""
INDEXES = ("words", "chroma", "matrix")


@dataclass(frozen=True, slots=True)
class Salvaged:
    """`lost` names each article that was there and cannot be read: its file, else its id, else its row. `lost_before` are the ids of
    those of which a former version cannot be."""

    articles: int
    lost: tuple[str, ...]
    lost_before: tuple[str, ...]
    kept_as: Path


def salvage(home: Path) -> Salvaged:
    """Copy every article that is whole, and what is followed, into a new catalog and put that in place; the damaged one is kept beside it.

    The caller owns the home. Words and vectors are dropped, and owed for all of it: `reindex` writes them. A kill leaves the damaged
    catalog, or the new one. Raises DatelineError where there is no catalog or no room.
    """
    path, fresh = home / "catalog.sqlite", home / "catalog.sqlite.new"
    if not path.is_file():
        raise DatelineError(f"there is no catalog in {home}.", "Name the home with DATELINE_HOME, or make one: python ingest.py PATH")
    _unlink(fresh)
    Catalog(fresh).close()
    new = Database(fresh, CATALOG)
    _lengthen(path)
    with contextlib.closing(sqlite3.connect(path)) as old:
        known = _known(old)
        saved: set[int] = set()
        with new.transaction():
            for values in _articles(old, max(known, default=0)):
                if is_whole(values[:-3], values[-3]):
                    new.write(f"INSERT OR IGNORE INTO articles ({COLUMNS}) VALUES ({','.join('?' * len(values))})", values)
                    saved.add(values[0])
                else:
                    known.setdefault(values[0], f"row {values[0]}")
            for values in _until_hurt(old, "SELECT article_id, content_hash FROM superseded"):
                new.write("INSERT OR IGNORE INTO superseded VALUES (?, ?)", values)
            for column in ("stored", "seen"):
                for row, second in _until_hurt(old, f"SELECT row, {column} FROM articles"):
                    if isinstance(second, int):
                        new.write(f"UPDATE articles SET {column} = ? WHERE row = ?", (second, row))
            for values in _until_hurt(old, "SELECT article_id, at FROM gone"):
                new.write("INSERT OR IGNORE INTO gone VALUES (?, ?)", values)
            lost_before = _save_versions(old, new)
            _save_sources(old, new, whole=all(row in saved for row in known))
    new.close()
    for name in INDEXES:
        shutil.rmtree(home / name, ignore_errors=True)
    kept_as = _put_in_place(fresh, path)
    return Salvaged(len(saved), tuple(sorted({name for row, name in known.items() if row not in saved})), lost_before, kept_as)


def _save_versions(old: sqlite3.Connection, new: Database) -> tuple[str, ...]:
    """Copy the former versions that are whole; returns whose others were there. They are cut into passages, as articles are, by
    `reindex`."""
    rows = _until_hurt(old, "SELECT row, article_id FROM versions INDEXED BY versions_by_article")
    known = {row: str(article_id) for row, article_id in rows if isinstance(row, int)}
    for row in sorted(known):
        for values in _until_hurt(old, f"SELECT {VERSION} FROM versions WHERE row = {row}"):
            since, until, ended = values[-3:]
            if is_whole(values[:-6], values[-6]) and isinstance(since, int | None) and isinstance(until, int) and ended in get_args(Ended):
                new.write(f"INSERT OR IGNORE INTO versions ({VERSION}) VALUES ({','.join('?' * len(values))})", values)
                known.pop(row)
    # No article may be given the row of a version.
    last = "SELECT MAX(row) FROM (SELECT row FROM articles UNION ALL SELECT row FROM versions)"
    new.write("DELETE FROM sqlite_sequence WHERE name = 'articles'")
    new.write(f"INSERT INTO sqlite_sequence SELECT 'articles', COALESCE(({last}), 0)")
    return tuple(sorted(set(known.values())))


_SOURCES = {
    "fetched": "address, etag, last_modified, at, articles",
    "followed": "list, key, version",
    "follows_files": "folder, path, stamp",
    "follows_records": "folder, path, article_id, content, let_go",
}
"""What sources remember of what they have read. Losing any of it costs reading again."""


def _save_sources(old: sqlite3.Connection, new: Database, *, whole: bool) -> None:
    """Copy what is followed; and what has been read of it only if no article is lost, since what is lost is to be read again."""
    for values in _until_hurt(old, f"SELECT {FOLLOW}, gone FROM follows"):
        with contextlib.suppress(ValueError, sqlite3.Error):  # what the disk has hurt makes no sense
            follow_of(values[:-1])
            new.write(f"INSERT OR IGNORE INTO follows ({FOLLOW}, gone) VALUES ({','.join('?' * len(values))})", values)
    if not whole:
        new.write("UPDATE follows SET due = 0")
        return
    for table, columns in _SOURCES.items():
        marks = ",".join("?" * (columns.count(",") + 1))
        for values in _until_hurt(old, f"SELECT {columns} FROM {table}"):
            with contextlib.suppress(sqlite3.Error):
                new.write(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", values)


def _lengthen(path: Path) -> None:
    """Give a file that was cut off its length again: of one that is shorter than its head says SQLite reads nothing at all."""
    with open(path, "rb") as file:
        head = file.read(32)
    if head.startswith(b"SQLite format 3\0"):
        whole = int.from_bytes(head[16:18], "big") * int.from_bytes(head[28:32], "big")
        if whole > path.stat().st_size:
            os.truncate(path, whole)


def _known(old: sqlite3.Connection) -> dict[int, str]:
    """Every article row that some index knows, with its name: an index lies on other pages than the articles do."""
    known: dict[int, str] = {}
    for column, index in (("content_hash", "articles_by_hash"), ("id", "sqlite_autoindex_articles_1"), ("path", "articles_by_path")):
        for row, name in _until_hurt(old, f"SELECT row, {column} FROM articles INDEXED BY {index}"):
            if isinstance(row, int) and isinstance(name, str):
                known[row] = name if column != "content_hash" else f"row {row}"
    for (row,) in _until_hurt(old, "SELECT DISTINCT article_row FROM passages"):
        if isinstance(row, int):
            known.setdefault(row, f"row {row}")
    for (row,) in _until_hurt(old, "SELECT row FROM articles"):
        known.setdefault(row, f"row {row}")
    return known


def _articles(old: sqlite3.Connection, last: int) -> Iterator[tuple[Any, ...]]:
    """The columns of each article up to the row `last`, around what cannot be read."""
    stretches = [(first, min(first + STEP - 1, last)) for first in range(1, last + 1, STEP)][::-1]
    while stretches:
        first, end = stretches.pop()
        try:
            yield from old.execute(f"SELECT {COLUMNS} FROM articles WHERE row BETWEEN ? AND ? ORDER BY row", (first, end)).fetchall()
        except sqlite3.Error:
            if first < end:
                middle = (first + end) // 2
                stretches += [(middle + 1, end), (first, middle)]


def _until_hurt(old: sqlite3.Connection, statement: str) -> Iterator[tuple[Any, ...]]:
    with contextlib.suppress(sqlite3.Error):
        yield from old.execute(statement)


def _put_in_place(fresh: Path, path: Path) -> Path:
    number = 1
    while (kept_as := path.with_name(f"catalog.sqlite.damaged-{number}")).exists():
        number += 1
    os.link(path, kept_as)
    # The log of the old file must be gone before there is a new one: SQLite would write it into that.
    for end in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}{end}", f"{kept_as}{end}")
    os.replace(fresh, path)
    return kept_as


def _unlink(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
