"""The record in a file and in PostgreSQL: what a test over both is given."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from app.settings import Settings
from app.stores.catalog import Catalog
from app.stores.postgres_catalog import PostgresCatalog
from app.stores.postgres_place import postgres_place
from tests import home_catalogs
from tests.postgres import said_by


class Record:
    """One record, empty at first, and the home of the process that writes it."""

    def __init__(self, home: Path, url: str | None) -> None:
        """`url` None: it is a file in the home."""
        self.home = home
        self.url = url
        self.changes: dict[str, Any] = {} if url is None else {"catalog_url": url}
        """What the settings say of it."""

    @property
    def refusal(self) -> type[Exception]:
        """What a write to a catalog raises that was opened to read."""
        return sqlite3.OperationalError if self.url is None else psycopg.errors.ReadOnlySqlTransaction

    def opened(self, read_only: bool = False) -> Catalog:
        """Close it."""
        if self.url is not None:
            return PostgresCatalog(postgres_place(self.url), read_only=read_only)
        self.home.mkdir(exist_ok=True)
        return Catalog(self.home / "catalog.sqlite", read_only=read_only)

    def said(self, *statements: str) -> list[Any]:
        """Run these beside whoever has it open; what the last one finds."""
        if self.url is not None:
            return said_by(self.url, *statements)
        with closing(sqlite3.connect(self.home / "catalog.sqlite")) as file:
            found = [file.execute(statement).fetchall() for statement in statements]
            file.commit()
            return found[-1]


def record_of(settings: Settings) -> Record:
    """That of the home which is opened with these settings."""
    if settings.catalog_url is not None:
        return Record(settings.home, settings.catalog_url.get_secret_value())
    return record_in(settings.home)


def record_in(home: Path) -> Record:
    """That of a home which is opened with no settings of a catalog: in its file, or where the run has them all in PostgreSQL, there."""
    return Record(home, home_catalogs.database_of(home) if home_catalogs.in_postgresql() else None)


def copy_home(home: Path, copy: Path) -> None:
    """The home, which nobody has open, with its record."""
    shutil.copytree(home, copy)
    if home_catalogs.in_postgresql():
        home_catalogs.copy_catalog(home, copy)


@contextmanager
def record_for_a_while(home: Path) -> Iterator[Record]:
    """The same for one example of many, which leaves no database behind."""
    yield record_in(home)
    if home_catalogs.in_postgresql():
        home_catalogs.drop_homes(home)


@contextmanager
def empty_catalog() -> Iterator[Catalog]:
    """For one example of many: in memory, or where the run has every home's in PostgreSQL, there."""
    if not home_catalogs.in_postgresql():
        with closing(Catalog(Path(":memory:"))) as catalog:
            yield catalog
        return
    with tempfile.TemporaryDirectory() as folder, record_for_a_while(Path(folder)) as record, closing(record.opened()) as catalog:
        yield catalog
