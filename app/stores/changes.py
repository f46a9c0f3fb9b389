"""What has changed in the catalog, so that what is kept of it in memory reads that alone."""

from __future__ import annotations

from app.stores.database import Database

KEPT = 100_000
"""Changes that are remembered, as the triggers of schema.py have it. Whoever has missed more reads everything anew."""


class Changes:
    """Numbers that only grow, one for each change of an article, a version, or one of their passages or stories."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self) -> int:
        """The number of the last change; 0 before the first."""
        return int(self._database.rows("SELECT COALESCE(MAX(seq), 0) FROM touched")[0][0])

    def since(self, seen: int) -> list[int] | None:
        """Rows of the articles and versions that have changed after this number, those that are gone among them; None where too many
        have to be known."""
        if self.latest() - seen > KEPT:
            return None
        return [row for (row,) in self._database.rows("SELECT article_row FROM touched WHERE seq > ? ORDER BY seq", (seen,))]
