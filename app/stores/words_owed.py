"""What the word indexes of a home still owe: by flags in the catalog where one home has it, by a mark in each home where several have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.stores.databases import AnyDatabase
from app.stores.followed import ALL, NOTHING, Mark, MarkFile
from app.stores.journal import Journal, Removal
from app.stores.versions import Versions

FORGOTTEN = "words_forgotten"
"""Under this key the catalog says the last change to words that it cannot tell any more: a home that has not followed it begins anew."""
AFTER = "FROM touched WHERE words > 0 AND (words, article_row) > (?, ?)"
KEPT_SECONDS = 30 * 24 * 3600
"""How long a removal stays in the journal: a home that was away for longer has its words written anew."""


@dataclass(frozen=True, slots=True)
class WordsOwed:
    """One batch: rows of articles and of versions to put in, and of those that are to leave before they do, with all their passages.

    `removals` and `mark` are the ledger's own: how it knows what has been done.
    """

    articles: Sequence[int] = ()
    versions: Sequence[int] = ()
    leaving: Sequence[int] = ()
    removals: Sequence[Removal] = ()
    mark: Mark = NOTHING

    def __bool__(self) -> bool:
        return bool(self.articles or self.versions or self.leaving)

    def __len__(self) -> int:
        return len({*self.articles, *self.versions, *self.leaving})


class WordsLedger(Protocol):
    """Which articles and versions this home's word indexes have not followed."""

    def owed(self) -> int: ...
    def next(self, limit: int) -> WordsOwed: ...
    def done(self, batch: WordsOwed) -> None: ...
    def followed(self) -> int: ...
    def must_begin_anew(self) -> bool: ...
    def begin_anew(self) -> None: ...
    def trim(self, now: int) -> None: ...


class FlaggedWords:
    """Of a catalog that one home alone has: each article and version says itself whether the indexes hold it."""

    def __init__(self, database: AnyDatabase, journal: Journal, versions: Versions) -> None:
        self._database = database
        self._journal = journal
        self._versions = versions

    def owed(self) -> int:
        """Articles, former versions and removals still to enter or to leave the word indexes."""
        return self._journal.words_owed()

    def next(self, limit: int) -> WordsOwed:
        """Up to `limit` articles and as many versions, and every removal."""
        removals = self._journal.words_to_drop()
        leaving = [removal.article_row for removal in removals]
        return WordsOwed(self._journal.articles_without_words(limit), self._versions.without_words(limit), leaving, removals)

    def done(self, batch: WordsOwed) -> None:
        """The indexes hold these, and have followed these removals; one transaction."""
        if not batch:
            return
        with self._database.transaction():
            self._journal.words_done(batch.articles, batch.removals)
            self._versions.words_done(batch.versions)

    def followed(self) -> int:
        """-1: here nothing is numbered."""
        return -1

    def must_begin_anew(self) -> bool:
        """Never: what is owed again is owed by its flag."""
        return False

    def begin_anew(self) -> None:
        """Nothing: there is no mark."""

    def trim(self, now: int) -> None:
        """Nothing: a removal leaves the journal when it has been followed."""


class FollowedWords:
    """Of a catalog that many homes have: each keeps in a file up to which of the catalog's changes (changes.py) its words have followed.

    A batch is what came after that, in the order of its numbers, as it is now: there, or gone. What changes meanwhile has a higher number
    and comes again. Nothing is written to the catalog by following it."""

    def __init__(self, database: AnyDatabase, followed: MarkFile) -> None:
        self._database = database
        self._followed = followed

    def owed(self) -> int:
        """As FlaggedWords: what has changed since the mark."""
        return int(self._database.rows(f"SELECT COUNT(*) {AFTER}", self._followed.mark)[0][0])

    def next(self, limit: int) -> WordsOwed:
        """Up to `limit` articles and versions, those that are gone among them."""
        mark = self._followed.mark
        found = self._database.rows(f"SELECT words, article_row {AFTER} ORDER BY words, article_row LIMIT ?", (*mark, limit))
        if not found:
            return WordsOwed(mark=mark)
        touched = [row for _, row in found]
        number, row = found[-1]
        # Numbers become visible in their order, with all that they stand for: where no more is found, nothing of this one can follow.
        reached = Mark(number, row if len(found) == limit else ALL)
        # Of an index that holds nothing yet nothing need leave.
        leaving = touched if mark != NOTHING else []
        return WordsOwed(self._among("articles", touched), self._among("versions", touched, "worded = 0 AND"), leaving, mark=reached)

    def _among(self, table: str, rows: Sequence[int], which: str = "") -> list[int]:
        marks = ",".join("?" * len(rows))
        return [row for (row,) in self._database.rows(f"SELECT row FROM {table} WHERE {which} row IN ({marks}) ORDER BY row", rows)]

    def done(self, batch: WordsOwed) -> None:
        """As FlaggedWords. The mark is written after the indexes, so a kill between costs doing it again."""
        self._followed.write(batch.mark)

    def followed(self) -> int:
        """The number of the last change that has been followed whole; -1 before the first."""
        mark = self._followed.mark
        return mark.number if mark.row == ALL else max(mark.number - 1, -1)

    def must_begin_anew(self) -> bool:
        """Whether there is no mark, or it lies before what the catalog can still tell: the home's word indexes are then to be emptied."""
        mark = self._followed.mark
        # Ahead of the catalog: that was put back as it had been.
        return mark == NOTHING or mark < (self._forgotten(), ALL) or mark.number > self._database.version()[0]

    def begin_anew(self) -> None:
        """The word indexes are empty."""
        self._followed.write(NOTHING)

    def trim(self, now: int) -> None:
        """Strike removals that are old, at the Unix second `now`, and that the vectors have followed; with them goes what the numbers told
        of these articles and versions."""
        old = "FROM journal WHERE vectors = 0 AND at < ?"
        before = now - KEPT_SECONDS
        if not self._database.rows(f"SELECT 1 {old} LIMIT 1", (before,)):
            return
        gone = (
            f"FROM touched t WHERE article_row IN (SELECT article_row {old})"
            " AND NOT EXISTS (SELECT 1 FROM articles WHERE row = t.article_row)"
            " AND NOT EXISTS (SELECT 1 FROM versions WHERE row = t.article_row AND worded = 0)"
        )
        with self._database.transaction():
            forgotten = self._database.rows(f"SELECT COALESCE(MAX(words), -1) {gone}", (before,))[0][0]
            said = max(self._forgotten(), int(forgotten))
            self._database.write("DELETE FROM meta WHERE key = ?", (FORGOTTEN,))
            self._database.write("INSERT INTO meta VALUES (?, ?)", (FORGOTTEN, str(said)))
            self._database.write(f"DELETE {gone}", (before,))
            self._database.write(f"DELETE {old}", (before,))

    def _forgotten(self) -> int:
        found = self._database.rows("SELECT value FROM meta WHERE key = ?", (FORGOTTEN,))
        return int(found[0][0]) if found else -1
