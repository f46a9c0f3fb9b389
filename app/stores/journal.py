"""What the catalog holds and the indexes do not yet, and what left it and is still to leave them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.stores.databases import AnyDatabase

REMOVALS = "SELECT seq, article_row, passage_rows FROM journal"


@dataclass(frozen=True, slots=True)
class Removal:
    """An article that left the catalog. `number` names the entry: it counts up and is never used twice."""

    number: int
    article_row: int
    passage_rows: tuple[int, ...]


class Journal:
    """Work owed to the word indexes and to the vectors. Each is told apart, and an entry goes when both have dropped it."""

    def __init__(self, database: AnyDatabase) -> None:
        self._database = database

    def note_removal(self, article_row: int, passage_rows: Sequence[int]) -> None:
        """Both kinds of index must drop these rows. Belongs in the transaction that takes the article out."""
        self._database.write("INSERT INTO journal (article_row, passage_rows) VALUES (?, ?)", (article_row, json.dumps(list(passage_rows))))

    # Words

    def articles_without_words(self, limit: int) -> list[int]:
        """Rows of up to `limit` articles that the word indexes do not hold, oldest row first."""
        return [row for (row,) in self._database.rows("SELECT row FROM articles WHERE worded = 0 ORDER BY row LIMIT ?", (limit,))]

    def words_to_drop(self) -> list[Removal]:
        """Removals that the word indexes have not followed."""
        return [_removal(*values) for values in self._database.rows(f"{REMOVALS} WHERE words = 1 ORDER BY seq")]

    def words_done(self, article_rows: Sequence[int], dropped: Sequence[Removal]) -> None:
        """The word indexes hold these articles and have followed these removals; one transaction."""
        with self._database.transaction():
            self._database.write_many("UPDATE articles SET worded = 1 WHERE row = ?", [(row,) for row in article_rows])
            self._database.write_many("UPDATE journal SET words = 0 WHERE seq = ?", [(removal.number,) for removal in dropped])
            self._strike_settled()

    def words_owed(self) -> int:
        """Articles and former versions still to enter or to leave the word indexes."""
        counted = "SELECT (SELECT COUNT(*) FROM articles WHERE worded = 0) + (SELECT COUNT(*) FROM journal WHERE words = 1)"
        counted += " + (SELECT COUNT(*) FROM versions WHERE worded = 0)"
        return int(self._database.rows(counted)[0][0])

    # Vectors

    def passages_without_vector(self, limit: int) -> list[int]:
        """Rows of up to `limit` passages to embed: each article's first passage before the rest, then oldest row first."""
        waiting = "SELECT row FROM passages WHERE embedded = 0 ORDER BY ordinal > 0, row LIMIT ?"
        return [row for (row,) in self._database.rows(waiting, (limit,))]

    def vectors_owed(self) -> int:
        """Passages without a vector."""
        return int(self._database.rows("SELECT COUNT(*) FROM passages WHERE embedded = 0")[0][0])

    def vectors_done(self, passage_rows: Sequence[int]) -> None:
        """These passages have their vectors; one transaction."""
        self._database.write_many("UPDATE passages SET embedded = 1 WHERE row = ?", [(row,) for row in passage_rows])

    def passages_with_vector(self) -> list[int]:
        """Rows of every passage that has its vector, in no order."""
        return [row for (row,) in self._database.rows("SELECT row FROM passages WHERE embedded = 1")]

    def vectors_to_drop(self) -> list[Removal]:
        """Removals that the vectors have not followed."""
        return [_removal(*values) for values in self._database.rows(f"{REMOVALS} WHERE vectors = 1 ORDER BY seq")]

    def has_vectors_to_drop(self) -> bool:
        """Whether `vectors_to_drop` would give any, without reading them."""
        return bool(self._database.rows("SELECT 1 FROM journal WHERE vectors = 1 LIMIT 1"))

    def vectors_dropped(self, dropped: Sequence[Removal]) -> None:
        """The vectors have followed these removals; one transaction."""
        with self._database.transaction():
            self._database.write_many("UPDATE journal SET vectors = 0 WHERE seq = ?", [(removal.number,) for removal in dropped])
            self._strike_settled()

    # Both

    def owe_everything(self) -> None:
        """Every article is to be indexed again, words and vectors; one transaction. Removals stay as they are."""
        with self._database.transaction():
            self._database.write("UPDATE articles SET worded = 0 WHERE worded <> 0")
            self._database.write("UPDATE passages SET embedded = 0")

    def forget_removals(self) -> None:
        """Strike every removal: the indexes were emptied."""
        self._database.write("DELETE FROM journal")

    def _strike_settled(self) -> None:
        self._database.write("DELETE FROM journal WHERE words = 0 AND vectors = 0")


def _removal(number: int, article_row: int, passage_rows: str) -> Removal:
    return Removal(number, article_row, tuple(json.loads(passage_rows)))
