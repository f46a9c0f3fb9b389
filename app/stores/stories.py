"""Which articles tell one story: each row with the row of its story's first article, and what likeness is found by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.stores.databases import AnyDatabase
from app.text.shingles import Signature, bands, likeness

STORIES_VERSION = "1"
"""Raised when stories are found differently: the next owner of a home then finds all of them anew."""
MANY = 500
LOOKED_AT = 50
"""Articles looked at for one, those with most bands in common. In a crowd of look-alikes that differ in a figure each is compared
with so many, so that a thousand of them do not cost a million comparisons."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An article whose story is not known, or no longer. `signature` is None until it has been made once."""

    row: int
    signature: Signature | None


class Stories:
    """A story is named by its first article, the one with the lowest row: it tells its own. Others are its copies.

    An article without a story counts as one of its own until it is settled, which is work owed like words and vectors.
    """

    def __init__(self, database: AnyDatabase) -> None:
        self._database = database

    # What is owed

    def owe(self, article_row: int) -> None:
        """This article has to be settled. Belongs in the transaction that writes it."""
        self._database.write("INSERT INTO stories (article_row) VALUES (?) ON CONFLICT DO NOTHING", (article_row,))

    def owe_missing(self) -> None:
        """Owe what an older program wrote, and everything where stories were found differently; drop what it removed."""
        with self._database.transaction():
            found = self._database.rows("SELECT value FROM meta WHERE key = 'stories_version'")
            if not found or found[0][0] != STORIES_VERSION:
                self._database.write("DELETE FROM stories")
                self._database.write("DELETE FROM story_bands")
                self._database.write("DELETE FROM meta WHERE key = 'stories_version'")
                self._database.write("INSERT INTO meta VALUES ('stories_version', ?)", (STORIES_VERSION,))
            self._database.write("INSERT INTO stories (article_row) SELECT row FROM articles WHERE true ON CONFLICT DO NOTHING")
            gone = "SELECT article_row FROM stories WHERE article_row NOT IN (SELECT row FROM articles)"
            for (row,) in self._database.rows(gone):
                self.forget(row)

    def unsettled(self, limit: int) -> list[Unsettled]:
        """Up to `limit` articles to settle, lowest row first."""
        waiting = "SELECT article_row, signature FROM stories WHERE story IS NULL ORDER BY article_row LIMIT ?"
        return [Unsettled(row, _signature(blob) if blob else None) for row, blob in self._database.rows(waiting, (limit,))]

    def owed(self) -> int:
        """Articles to settle."""
        return int(self._database.rows("SELECT COUNT(*) FROM stories WHERE story IS NULL")[0][0])

    def forget(self, article_row: int) -> None:
        """Take an article out; what were its copies has to be settled anew. Belongs in the transaction that removes it."""
        self._drop_bands(article_row)
        self._database.write("DELETE FROM stories WHERE article_row = ?", (article_row,))
        self._database.write("UPDATE stories SET story = NULL WHERE story = ?", (article_row,))

    # Settling

    def keep_signature(self, article_row: int, signature: Signature) -> None:
        """Remember it, and let the article be found by it."""
        with self._database.transaction():
            self._drop_bands(article_row)
            # An article that was removed meanwhile has no row here, and gets none.
            self._database.write("UPDATE stories SET signature = ? WHERE article_row = ?", (_blob(signature), article_row))
            self._database.write_many(
                "INSERT INTO story_bands SELECT ?, article_row FROM stories WHERE article_row = ? ON CONFLICT DO NOTHING",
                [(band, article_row) for band in bands(signature)],
            )

    def firsts_like(self, signature: Signature, before: int, least: float) -> list[int]:
        """Rows under `before` of articles that tell a story of their own and are at least so like (0 to 1), lowest first."""
        return self._like(signature, "s.story = s.article_row AND s.article_row < ?1", before, least)

    def settle(self, article_row: int, story: int, signature: Signature, least: float) -> None:
        """Say which story an article tells; one transaction.

        Where that unsettles others they are owed: what were its copies, if it is itself a copy now; and, if it tells a story of its
        own, the later ones at least so like it, which may be its copies.
        """
        with self._database.transaction():
            self._database.write("UPDATE stories SET story = ? WHERE article_row = ?", (story, article_row))
            if story != article_row:
                self._database.write("UPDATE stories SET story = NULL WHERE story = ?", (article_row,))
                return
            later = self._like(signature, "s.article_row > ?1 AND s.story > ?1", article_row, least)
            self._database.write_many("UPDATE stories SET story = NULL WHERE article_row = ?", [(row,) for row in later])

    def _like(self, signature: Signature, which: str, row: int, least: float) -> list[int]:
        """Of those that share a band and meet `which` (where ?1 is `row`), the ones that are at least so like."""
        wanted = bands(signature)
        # CROSS: SQLite then goes by the bands first, which few share, never over all the stories.
        marks = ",".join(f"?{place}" for place in range(2, 2 + len(wanted)))
        found = self._database.rows(
            "SELECT s.article_row, s.signature FROM story_bands b CROSS JOIN stories s"
            f" WHERE s.article_row = b.article_row AND b.band IN ({marks}) AND {which}"
            f" GROUP BY s.article_row ORDER BY COUNT(*) DESC, s.article_row LIMIT {LOOKED_AT}",
            (row, *wanted),
        )
        return sorted(other for other, blob in found if likeness(signature, _signature(blob)) >= least)

    def _drop_bands(self, article_row: int) -> None:
        for (blob,) in self._database.rows("SELECT signature FROM stories WHERE article_row = ? AND signature IS NOT NULL", (article_row,)):
            gone = [(band, article_row) for band in bands(_signature(blob))]
            self._database.write_many("DELETE FROM story_bands WHERE band = ? AND article_row = ?", gone)

    # What is read

    def of(self, article_rows: Sequence[int]) -> dict[int, int]:
        """The story of each article; its own row while it is not settled."""
        found = {row: row for row in article_rows}
        for start in range(0, len(article_rows), MANY):
            part = list(article_rows[start : start + MANY])
            known = f"SELECT article_row, story FROM stories WHERE story IS NOT NULL AND article_row IN ({','.join('?' * len(part))})"
            found.update(self._database.rows(known, part))
        return found

    def told_by(self, stories: Iterable[int]) -> dict[int, list[int]]:
        """The articles of each story, lowest row first; a story of which nothing is known has none."""
        wanted = list(dict.fromkeys(stories))
        found: dict[int, list[int]] = {story: [] for story in wanted}
        for start in range(0, len(wanted), MANY):
            part = wanted[start : start + MANY]
            members = f"SELECT story, article_row FROM stories WHERE story IN ({','.join('?' * len(part))}) ORDER BY article_row"
            for story, row in self._database.rows(members, part):
                found[story].append(row)
        return found


def _blob(signature: Signature) -> bytes:
    return signature.astype("<u4").tobytes()


def _signature(blob: bytes) -> Signature:
    return np.frombuffer(blob, "<u4").astype(np.uint32)
