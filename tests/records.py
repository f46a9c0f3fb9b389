"""The record in a file and in PostgreSQL: what a test over both is given."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from app.stores.catalog import Catalog
from app.stores.postgres_catalog import PostgresCatalog
from app.stores.postgres_place import postgres_place
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
