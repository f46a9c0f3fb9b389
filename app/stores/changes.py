"""What has changed in the catalog, so that whoever keeps something of it, in memory or in an index, reads that alone."""

from __future__ import annotations

from app.stores.databases import AnyDatabase

KEPT = 100_000
"""Changes that are remembered in SQLite, as the triggers of schema.py have it. Whoever has missed more reads everything anew."""


class Changes:
    """Numbers that only grow: every article and version stands in `touched` under that of its last change, or of its passages' or story's.

    Triggers write it, in the transaction that changes something. Numbers become visible in their order: SQLite has one writer at a time,
    and in PostgreSQL writers hold a lock from the first statement of a transaction to its end (postgres.py). So what has been read up to
    a number is all of it. SQLite counts single changes, PostgreSQL transactions.
    """

    def __init__(self, database: AnyDatabase) -> None:
        self._database = database

    def latest(self) -> int:
        """The number of the last change; 0 before the first."""
        return int(self._database.rows("SELECT COALESCE(MAX(seq), 0) FROM touched")[0][0])

    def since(self, seen: int) -> list[int] | None:
        """Rows of the articles and versions that have changed after this number, those that are gone among them; None where too many
        have to be known."""
        if self.latest() - seen > KEPT:
            return None
        touched = f"SELECT article_row FROM touched WHERE seq > ? ORDER BY seq LIMIT {KEPT + 1}"
        found = [row for (row,) in self._database.rows(touched, (seen,))]
        return found if len(found) <= KEPT else None
