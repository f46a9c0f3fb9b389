"""The record in PostgreSQL: the same catalog, for many homes."""

from __future__ import annotations

from pathlib import Path

from app.stores.catalog import Catalog
from app.stores.followed import MarkFile
from app.stores.leader import IngestLeader
from app.stores.postgres import PostgresDatabase
from app.stores.postgres_place import PostgresPlace
from app.stores.postgres_schema import CATALOG_POSTGRES
from app.stores.words_owed import FollowedWords


class PostgresCatalog(Catalog):
    """`words` follows the catalog's changes by a mark in the home (see FollowedWords). Writing is the leader's: nothing here asks for it,
    whoever opens the catalog to write takes it first."""

    leader: IngestLeader

    def __init__(self, place: PostgresPlace, home: Path | None = None, *, read_only: bool = False) -> None:
        """Connect; an empty database is given the tables. `home` None: the mark is kept in memory.

        Raises DatelineError where the server cannot be reached, a newer program has written there, or the home follows another catalog.
        """
        database = PostgresDatabase(place, CATALOG_POSTGRES)
        try:
            super().__init__(database, read_only=read_only)
            self.words = FollowedWords(database, MarkFile(home, self.meta("archive") or ""))
        except BaseException:
            database.close()
            raise
        self.leader = IngestLeader(database)
