"""What articles said before: former versions, each with the seconds in which it came in and went."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.article import Article, Passage
from app.errors import DatelineError
from app.stores.article_rows import ARTICLE, article_of, is_whole
from app.stores.databases import AnyDatabase
from app.stores.journal import Journal

Ended = Literal["changed", "removed"]
MANY = 500
"""Host parameters in one statement."""
FORMER = ARTICLE.replace(" id,", " article_id,")


@dataclass(frozen=True, slots=True)
class Version:
    """`article` as it was; `seen_from` and `seen_until` are Unix seconds in which it came in (None: not known) and went."""

    row: int
    article: Article
    seen_from: int | None
    seen_until: int
    ended: Ended


@dataclass(frozen=True, slots=True)
class SeenThen:
    """The row of a version that stood in the archive at some second, and the row of its article as it is now."""

    row: int
    present: int


class Versions:
    """A version keeps the row that its article had and the rows of its passages: nobody else is given them, so vectors stay as they are.

    Only versions that have passages are searched. An article that was removed has none of them searched; when it comes in again they are
    to be cut anew (`uncut`)."""

    def __init__(self, database: AnyDatabase, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    # What is written

    def keep(self, article_row: int, ended: Ended) -> None:
        """The article of this row as a former version. Belongs in the transaction that takes it out, before its passages go."""
        now = int(time.time())
        self._database.write(
            f"INSERT INTO versions ({FORMER}, last_second, content_hash, seen, seen_from, seen_until, ended, worded)"
            f" SELECT {ARTICLE}, last_second, content_hash, seen, stored, ?, ?, ? FROM articles WHERE row = ?",
            (now, ended, int(ended == "removed"), article_row),
        )
        if ended == "removed":
            self._hide_all_of(article_row)
        else:
            self._move_passages(article_row)

    def _move_passages(self, article_row: int) -> None:
        columns = "row, {}, ordinal, first, last, sentences, embedded"
        self._database.write(
            f"INSERT INTO former_passages ({columns.format('version_row')}) SELECT {columns.format('article_row')} FROM passages"
            " WHERE article_row = ?",
            (article_row,),
        )

    def _hide_all_of(self, version_row: int) -> None:
        """Every version of the article out of the indexes."""
        of_it = (
            "SELECT DISTINCT version_row FROM former_passages WHERE version_row IN"
            " (SELECT row FROM versions WHERE article_id = (SELECT article_id FROM versions WHERE row = ?))"
        )
        for (row,) in self._database.rows(of_it, (version_row,)):
            passages = [r for (r,) in self._database.rows("SELECT row FROM former_passages WHERE version_row = ?", (row,))]
            self._journal.note_removal(row, passages)
            self._database.write("DELETE FROM former_passages WHERE version_row = ?", (row,))
            self._database.write("UPDATE versions SET worded = 1 WHERE row = ?", (row,))

    def erase(self, article_ids: Sequence[str]) -> None:
        """Forget what these articles said before, all or none."""
        with self._database.transaction():
            for article_id in article_ids:
                for version in self.of(article_id)[:1]:
                    self._hide_all_of(version.row)
                self._database.write("DELETE FROM versions WHERE article_id = ?", (article_id,))

    def recut(self, version_row: int, passages: Sequence[Passage]) -> None:
        """Put these passages in place of the version's, with nothing indexed. The journal is told nothing of the old ones."""
        with self._database.transaction():
            self._database.write("DELETE FROM former_passages WHERE version_row = ?", (version_row,))
            # Through `passages`, which numbers the rows: an index knows both kinds by them.
            self._database.write_many(
                "INSERT INTO passages (article_row, ordinal, first, last, sentences) VALUES (?, ?, ?, ?, ?)",
                [(version_row, p.ordinal, p.start, p.end, json.dumps([[s.start, s.end] for s in p.sentences])) for p in passages],
            )
            self._move_passages(version_row)
            self._database.write("DELETE FROM passages WHERE article_row = ?", (version_row,))
            self._database.write("UPDATE versions SET worded = 0 WHERE row = ?", (version_row,))

    def undo_removal(self, article_row: int) -> None:
        """The article of this row is back as it was: as if it had never been removed. Belongs in the transaction that puts it back."""
        last = self._database.rows(
            "SELECT v.row, v.seen_from, v.seen FROM versions v JOIN articles a ON a.id = v.article_id AND a.content_hash = v.content_hash"
            " WHERE a.row = ? AND v.ended = 'removed' ORDER BY v.seen_until DESC, v.row DESC LIMIT 1",
            (article_row,),
        )
        for row, seen_from, seen in last:
            self._database.write("DELETE FROM versions WHERE row = ?", (row,))
            self._database.write("UPDATE articles SET stored = ?, seen = ? WHERE row = ?", (seen_from, seen, article_row))

    # Who has what

    def of(self, article_id: str) -> list[Version]:
        """The former versions of an article, the last first; of one that was removed, too."""
        return self._found("article_id = ?", (article_id,))

    def find(self, key: str) -> list[Version]:
        """The former versions of an id, a canonical URL or a file, the last first."""
        for column in ("article_id", "url", "path"):
            if found := self._found(f"{column} = ?", (key,)):
                return found
        return []

    def _found(self, which: str, values: Sequence[str]) -> list[Version]:
        rows = self._database.rows(
            f"SELECT seen_from, seen_until, ended, {FORMER} FROM versions WHERE {which} ORDER BY seen_until DESC, row DESC", values
        )
        return [Version(said[0], self._article(said, until), since, until, ended) for since, until, ended, *said in rows]

    def _article(self, values: Sequence[object], said_until: int) -> Article:
        try:
            return article_of(values, said_until)
        except (DatelineError, ValueError, TypeError):
            raise self._database.damaged(f"version {values[0]} makes no sense") from None

    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self._database.rows("SELECT 1 FROM versions LIMIT 1"))

    def seen_at(self, second: int) -> list[SeenThen]:
        """The versions that are known to have stood in the archive in this second, one of an article, where it says something else now."""
        found = self._database.rows(
            "SELECT v.row, a.row FROM versions v JOIN articles a ON a.id = v.article_id"
            " WHERE v.seen_until > ?1 AND v.seen_from <= ?1"
            " AND EXISTS (SELECT 1 FROM former_passages WHERE version_row = v.row) ORDER BY v.seen_until DESC, v.row DESC",
            (second,),
        )
        return [SeenThen(row, present) for present, row in {present: row for row, present in found}.items()]

    def uncut(self, article_id: str) -> dict[int, Article]:
        """The article's versions that have no passages, by row."""
        bare = "NOT EXISTS (SELECT 1 FROM former_passages WHERE version_row = versions.row) AND article_id = ?"
        return {version.row: version.article for version in self._found(bare, (article_id,))}

    def of_articles(self) -> list[int]:
        """Every version of the articles that are there, ascending: those that have passages, or should."""
        present = "SELECT v.row FROM versions v JOIN articles a ON a.id = v.article_id ORDER BY v.row"
        return [row for (row,) in self._database.rows(present)]

    def articles(self, version_rows: Sequence[int]) -> dict[int, Article]:
        """By row; rows that are not there are passed over."""
        found: dict[int, Article] = {}
        for start in range(0, len(version_rows), MANY):
            part = list(version_rows[start : start + MANY])
            wanted = f"SELECT seen_until, {FORMER} FROM versions WHERE row IN ({','.join('?' * len(part))})"
            found.update({said[0]: self._article(said, until) for until, *said in self._database.rows(wanted, part)})
        return found

    def passage_spans(self, version_row: int) -> list[tuple[int, int, int]]:
        """(passage row, first, last) of the version's passages: offsets in its text, the last exclusive."""
        return self._database.rows("SELECT row, first, last FROM former_passages WHERE version_row = ?", (version_row,))

    def searched(self) -> tuple[int, int]:
        """(passages, versions) that the word indexes hold beside the articles."""
        counted = "SELECT COUNT(*), COUNT(DISTINCT version_row) FROM former_passages"
        passages, versions = self._database.rows(counted)[0]
        return passages, versions

    def altered(self) -> list[int]:
        """Rows of the versions that are no longer what was written. Reads every one."""
        rows = self._database.rows(f"SELECT {FORMER}, content_hash FROM versions")
        return [values[0] for values in rows if not is_whole(values[:-1], values[-1])]

    # What the indexes owe

    def without_words(self, limit: int) -> list[int]:
        """Rows of up to `limit` versions that the word indexes do not hold."""
        return [row for (row,) in self._database.rows("SELECT row FROM versions WHERE worded = 0 ORDER BY row LIMIT ?", (limit,))]

    def words_done(self, version_rows: Sequence[int]) -> None:
        """The word indexes hold these."""
        self._database.write_many("UPDATE versions SET worded = 1 WHERE row = ?", [(row,) for row in version_rows])

    def passages_without_vector(self, limit: int) -> dict[int, tuple[int, int, int]]:
        """(version row, first, last) of up to `limit` passages to embed, by row."""
        waiting = "SELECT row, version_row, first, last FROM former_passages WHERE embedded = 0 ORDER BY row LIMIT ?"
        return {row: (version, first, last) for row, version, first, last in self._database.rows(waiting, (limit,))}

    def vectors_owed(self) -> int:
        """Passages without a vector."""
        return int(self._database.rows("SELECT COUNT(*) FROM former_passages WHERE embedded = 0")[0][0])

    def passages_with_vector(self) -> list[int]:
        """Rows of every passage that has its vector, in no order. The matrix holds it, Chroma does not."""
        return [row for (row,) in self._database.rows("SELECT row FROM former_passages WHERE embedded = 1")]

    def vectors_done(self, passage_rows: Sequence[int], embedded: int = 1) -> None:
        """These passages have their vectors; or with 0, have lost them."""
        self._database.write_many("UPDATE former_passages SET embedded = ? WHERE row = ?", [(embedded, row) for row in passage_rows])

    def owe_everything(self) -> None:
        """Every version that is searched is to be indexed again, words and vectors."""
        with self._database.transaction():
            self._database.write("UPDATE former_passages SET embedded = 0")
            self._database.write("UPDATE versions SET worded = 0 WHERE row IN (SELECT version_row FROM former_passages)")
