"""The record: articles and passages, in SQLite or PostgreSQL."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.article import Article, Passage, Sentence
from app.errors import DatelineError
from app.stores.article_rows import ARTICLE, article_of, is_whole
from app.stores.changes import Changes
from app.stores.counts import CatalogCounts
from app.stores.database import Database
from app.stores.databases import AnyDatabase
from app.stores.facts import Facts
from app.stores.fetched import Fetches
from app.stores.follows import Follows
from app.stores.journal import Journal
from app.stores.leader import IngestLeader
from app.stores.schema import CATALOG, HOME_VERSION, PASSAGES_VERSION
from app.stores.scope import Scope
from app.stores.stories import STORIES_VERSION, Stories
from app.stores.versions import Ended, Versions
from app.stores.words_owed import FlaggedWords, WordsLedger

MANY = 500
"""Host parameters in one statement; SQLite allows 32,766, more gain nothing."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    row: int
    article: Article


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """What a list shows of an article: all but its text. `published` as it was written, None where it is not known."""

    id: str
    title: str
    source: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class StoredPassage:
    row: int
    article_row: int
    passage: Passage


class Catalog(CatalogCounts):
    """Thread safe; every write is one transaction. Rows are never used twice, so an index that is behind can only miss.

    `journal` is what the indexes still owe; `stories` which articles are copies of one another; `fetches` where sources were; `follows`
    what is followed; `versions` what articles said before; `changes` what has changed since a reader looked; `facts` what filters test;
    `words` which of it the word indexes of this home have not followed.
    """

    leader: IngestLeader | None = None
    """Who may write, where processes of several homes could; None where the home's lock says it."""

    def __init__(self, place: Path | AnyDatabase, *, read_only: bool = False) -> None:
        """Open or create the file, or take a database that is open; an older home is given what is new. Raises DatelineError for a newer
        one or a file that is no catalog."""
        super().__init__(Database(place, CATALOG) if isinstance(place, Path) else place)
        self.changes = Changes(self._database)
        self.facts = Facts(self._database)
        self.journal = Journal(self._database)
        self.stories = Stories(self._database)
        self.fetches = Fetches(self._database)
        self.follows = Follows(self._database)
        self.versions = Versions(self._database, self.journal)
        self.words: WordsLedger = FlaggedWords(self._database, self.journal, self.versions)
        if self.meta("home_version") is None:
            self.set_meta("home_version", str(HOME_VERSION))
            self.set_meta("passages_version", str(PASSAGES_VERSION))
            self.set_meta("stories_version", STORIES_VERSION)
        if read_only:
            self._database.forbid_writes()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written inside, here and in the journal, stands whole or not at all. Other threads wait until it ends."""
        with self._database.transaction():
            yield

    def meta(self, key: str) -> str | None:
        found = self._database.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0][0]) if found else None

    def set_meta(self, key: str, value: str) -> None:
        self._database.write("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))

    def version(self) -> tuple[int, int]:
        """Changes whenever this or another process has changed the catalog."""
        return self._database.version()

    # What is written

    def put(self, article: Article, passages: Sequence[Passage]) -> int:
        """Insert the article, in place of the one with its id if there is one; return its row. What that said is kept as a former version,
        unless it is the same or has lost against another record of its run."""
        when = article.published
        values = (
            article.id, article.url, article.path, article.title, int(article.title_is_first_sentence), article.text,
            str(when) if when else None, when.first_second if when else None, when.last_second if when else None,
            article.source, json.dumps(article.authors), article.language, article.content_hash, int(time.time()), article.seen,
        )  # fmt: skip
        with self.transaction():
            for row, content in self._database.rows("SELECT row, content_hash FROM articles WHERE id = ?", (article.id,)):
                said_other = content != article.content_hash and not self.is_superseded(article.id, content)
                self._take_out(row, "changed" if said_other else None)
            self._database.write("DELETE FROM gone WHERE article_id = ?", (article.id,))
            ((row,),) = self._database.rows(
                "INSERT INTO articles (id, url, path, title, title_is_first_sentence, text, published, first_second, last_second,"
                f" source, authors, language, content_hash, stored, seen) VALUES ({','.join('?' * 15)}) RETURNING row",
                values,
            )
            self.stories.owe(row)
            self._put_passages(row, passages)
        return int(row)

    def recut(self, article_row: int, passages: Sequence[Passage]) -> None:
        """Put these passages in place of the article's, with nothing indexed. The journal is told nothing of the old ones."""
        with self.transaction():
            self._database.write("DELETE FROM passages WHERE article_row = ?", (article_row,))
            self._database.write("UPDATE articles SET worded = 0 WHERE row = ?", (article_row,))
            self._put_passages(article_row, passages)

    def _put_passages(self, article_row: int, passages: Sequence[Passage]) -> None:
        self._database.write_many(
            "INSERT INTO passages (article_row, ordinal, first, last, sentences) VALUES (?, ?, ?, ?, ?)",
            [(article_row, p.ordinal, p.start, p.end, json.dumps([[s.start, s.end] for s in p.sentences])) for p in passages],
        )

    def forget(self, article_rows: Sequence[int]) -> None:
        """Take articles out, all or none, and note what the indexes must still drop and which stories must be found anew. What they said
        is kept, and found by no question until the article comes in again."""
        with self.transaction():
            for row in article_rows:
                self._database.write(
                    "INSERT INTO gone SELECT id, ? FROM articles WHERE row = ? ON CONFLICT (article_id) DO UPDATE SET at = excluded.at",
                    (int(time.time()), row),
                )
                self._take_out(row, "removed")

    def _take_out(self, row: int, ended: Ended | None) -> None:
        passages = [r for (r,) in self._database.rows("SELECT row FROM passages WHERE article_row = ?", (row,))]
        self.journal.note_removal(row, passages)
        self.stories.forget(row)
        if ended is not None:
            self.versions.keep(row, ended)
        self._database.write("DELETE FROM passages WHERE article_row = ?", (row,))
        self._database.write("DELETE FROM articles WHERE row = ?", (row,))

    def supersede(self, article_id: str, content_hash: str) -> None:
        """Remember that this content lost against a later record of the same run."""
        self._database.write("INSERT INTO superseded VALUES (?, ?) ON CONFLICT DO NOTHING", (article_id, content_hash))

    def is_superseded(self, article_id: str, content_hash: str) -> bool:
        lost = "SELECT 1 FROM superseded WHERE article_id = ? AND content_hash = ?"
        return bool(self._database.rows(lost, (article_id, content_hash)))

    def restore(self, article_id: str, content_hash: str) -> None:
        """Undo `supersede`."""
        self._database.write("DELETE FROM superseded WHERE article_id = ? AND content_hash = ?", (article_id, content_hash))

    # What is read

    def content_hash(self, article_id: str) -> str | None:
        """Of the article as it is stored; None where there is none of this id."""
        found = self._database.rows("SELECT content_hash FROM articles WHERE id = ?", (article_id,))
        return str(found[0][0]) if found else None

    def stored_or_gone(self, article_id: str) -> int | None:
        """The Unix second in which the article's present text came in, or in which it was removed; None where that is not known."""
        found = self._database.rows(
            "SELECT stored FROM articles WHERE id = ? UNION ALL SELECT at FROM gone WHERE article_id = ?", (article_id, article_id)
        )
        return found[0][0] if found else None

    def seen(self, article_id: str) -> int | None:
        """The Unix second in which a crawler saw the article as it is stored; None where it came from no crawl."""
        found = self._database.rows("SELECT seen FROM articles WHERE id = ?", (article_id,))
        return found[0][0] if found else None

    def same_content(self, content_hash: str) -> list[str]:
        """Ids of the articles with this content that have no address: files of one text."""
        twins = "SELECT id FROM articles WHERE content_hash = ? AND url IS NULL"
        return [article_id for (article_id,) in self._database.rows(twins, (content_hash,))]

    def article_rows(self) -> list[int]:
        """Every article's row, ascending."""
        return [row for (row,) in self._database.rows("SELECT row FROM articles ORDER BY row")]

    def newest_rows(self, limit: int) -> list[int]:
        """Rows of up to `limit` articles, latest published first; undated ones come last."""
        newest = "SELECT row FROM articles ORDER BY last_second DESC NULLS LAST, row DESC LIMIT ?"
        return [row for (row,) in self._database.rows(newest, (limit,))]

    def listed_facts(self, article_rows: Sequence[int] | None = None) -> list[tuple[int, int | None, str | None, str]]:
        """(row, last second, source, title) of every article, in no order, or of these: what a list is filtered and ordered by. All of
        them are read from an index alone, since the texts are most of the file."""
        wanted = "SELECT row, last_second, source, title FROM articles"
        if article_rows is None:
            return self._database.rows(wanted)
        parts = [list(article_rows[start : start + MANY]) for start in range(0, len(article_rows), MANY)]
        return [fact for part in parts for fact in self._database.rows(f"{wanted} WHERE row IN ({','.join('?' * len(part))})", part)]

    def listed(self, article_rows: Sequence[int]) -> dict[int, ListedArticle]:
        """By row, at most MANY of them; rows that are not there are passed over."""
        wanted = f"SELECT row, id, title, source, published, url FROM articles WHERE row IN ({','.join('?' * len(article_rows))})"
        return {row: ListedArticle(*values) for row, *values in self._database.rows(wanted, article_rows)}

    def articles(self, article_rows: Iterable[int]) -> dict[int, Article]:
        """By row; rows that are not there are passed over."""
        return dict(self._articles("row", list(article_rows)))

    def seen_articles(self, article_rows: Iterable[int], scope: Scope) -> dict[int, Article]:
        """The same with the former versions that the scope admits."""
        wanted = list(article_rows)
        return {**self.articles(wanted), **self.versions.articles([row for row in wanted if row in scope.former])}

    def article(self, article_id: str) -> Article | None:
        found = self.find_id(article_id)
        return found.article if found else None

    def find_id(self, article_id: str) -> StoredArticle | None:
        """The article of this id, and of no path or address that is spelled like it."""
        found = self._articles("id", [article_id])
        return StoredArticle(*found[0]) if found else None

    def find(self, key: str) -> list[StoredArticle]:
        """The articles of an id, a canonical URL or a file (a file of many records gives many)."""
        for column in ("id", "url", "path"):
            found = self._articles(column, [key])
            if found:
                return [StoredArticle(row, article) for row, article in found]
        return []

    def rows_of(self, keys: Sequence[str]) -> set[int]:
        """Rows of the articles whose id or URL is among the keys."""
        found: set[int] = set()
        for start in range(0, len(keys), MANY):
            part = list(keys[start : start + MANY])
            marks = ",".join("?" * len(part))
            either = f"SELECT row FROM articles WHERE id IN ({marks}) OR url IN ({marks})"
            found.update(row for (row,) in self._database.rows(either, part + part))
        return found

    def _articles(self, column: str, keys: list[Any]) -> list[tuple[int, Article]]:
        found = []
        for start in range(0, len(keys), MANY):
            part = keys[start : start + MANY]
            marks = ",".join("?" * len(part))
            found += self._database.rows(f"SELECT {ARTICLE} FROM articles WHERE {column} IN ({marks}) ORDER BY row", part)
        return [(values[0], self._article(values)) for values in found]

    def passages(self, passage_rows: Sequence[int]) -> dict[int, StoredPassage]:
        """By row; rows that are not there are passed over."""
        return self._passages(
            "SELECT p.row, p.article_row, a.id, p.ordinal, p.first, p.last, p.sentences FROM passages p JOIN articles a"
            " ON a.row = p.article_row",
            passage_rows,
        )

    def seen_passages(self, passage_rows: Sequence[int], scope: Scope) -> dict[int, StoredPassage]:
        """The same with those of the former versions that the scope admits."""
        found = self.passages(passage_rows)
        if scope.former and (rest := [row for row in passage_rows if row not in found]):
            former = self._passages(
                "SELECT p.row, p.version_row, v.article_id, p.ordinal, p.first, p.last, p.sentences FROM former_passages p JOIN versions v"
                " ON v.row = p.version_row",
                rest,
            )
            found.update({row: stored for row, stored in former.items() if stored.article_row in scope.former})
        return found

    def _passages(self, select: str, passage_rows: Sequence[int]) -> dict[int, StoredPassage]:
        found: dict[int, StoredPassage] = {}
        for start in range(0, len(passage_rows), MANY):
            part = list(passage_rows[start : start + MANY])
            for row, article_row, article_id, ordinal, first, last, sentences in self._database.rows(
                f"{select} WHERE p.row IN ({','.join('?' * len(part))})", part
            ):
                try:
                    spans = tuple(Sentence(start, end) for start, end in json.loads(sentences))
                except (ValueError, TypeError):
                    raise self._database.damaged(f"passage {row} makes no sense") from None
                found[row] = StoredPassage(row, article_row, Passage(article_id, ordinal, first, last, spans))
        return found

    def passage_spans(self, article_row: int) -> list[tuple[int, int, int]]:
        """(passage row, first, last) of the article's passages: offsets in its text, the last exclusive."""
        return self._database.rows("SELECT row, first, last FROM passages WHERE article_row = ?", (article_row,))

    def altered(self) -> list[int]:
        """Rows of the articles that are no longer what was written: their content does not fit its checksum. Reads every article."""
        found = []
        for row in self.article_rows():
            (stored,) = self._database.rows(f"SELECT {ARTICLE}, content_hash FROM articles WHERE row = ?", (row,))
            if not is_whole(stored[:-1], stored[-1]):
                found.append(row)
        return found

    def _article(self, values: Sequence[Any]) -> Article:
        try:
            return article_of(values)
        except (DatelineError, ValueError, TypeError):
            raise self._database.damaged(f"article {values[0]} makes no sense") from None

    def close(self) -> None:
        self._database.close()
