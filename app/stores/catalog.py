"""The record: articles, passages and the journal of what the indexes still owe, in SQLite."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.answer import SourceSummary
from app.article import Article, Passage, Published, Sentence
from app.errors import DatelineError
from app.stores.schema import HOME_VERSION, PASSAGES_VERSION, TABLES

ARTICLE = "row, id, title, text, published, source, authors, url, path, language, title_is_first_sentence"
MANY = 500
"""Host parameters in one statement; SQLite allows 32,766, more gain nothing."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    row: int
    article: Article


@dataclass(frozen=True, slots=True)
class StoredPassage:
    row: int
    article_row: int
    passage: Passage


class Catalog:
    """Thread safe; every write is one transaction. Rows are never used twice, so an index that is behind can only miss."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open or create. Raises DatelineError for a home of another version or a file that is no catalog."""
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(TABLES)
        except sqlite3.DatabaseError as error:
            raise DatelineError(
                f"the catalog {path} cannot be opened: {error}.", "Restore it from a backup, or move it away and ingest again."
            ) from None
        found = self.meta("home_version")
        if found is None:
            self.set_meta("home_version", str(HOME_VERSION))
            self.set_meta("passages_version", str(PASSAGES_VERSION))
        elif found != str(HOME_VERSION):
            raise DatelineError(
                f"the home {path.parent} was written by another version of Dateline (home version {found}, this one reads {HOME_VERSION}).",
                f"Move it away and ingest again: mv {path.parent} {path.parent}.old && python ingest.py PATH",
            )
        if read_only:
            self._db.execute("PRAGMA query_only=ON")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def meta(self, key: str) -> str | None:
        found = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0][0]) if found else None

    def set_meta(self, key: str, value: str) -> None:
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def version(self) -> tuple[int, int]:
        """Changes whenever this or another process has changed the catalog."""
        with self._lock:
            return (self._db.total_changes, int(self._db.execute("PRAGMA data_version").fetchone()[0]))

    # Articles

    def put(self, article: Article, passages: Sequence[Passage], db: sqlite3.Connection) -> int:
        """Insert the article, in place of the one with its id if there is one; return its row."""
        self.forget([row for (row,) in db.execute("SELECT row FROM articles WHERE id = ?", (article.id,))], db)
        when = article.published
        values = (
            article.id, article.url, article.path, article.title, int(article.title_is_first_sentence), article.text,
            str(when) if when else None, when.first_second if when else None, when.last_second if when else None,
            article.source, json.dumps(article.authors), article.language, article.content_hash,
        )  # fmt: skip
        row = db.execute(
            "INSERT INTO articles (id, url, path, title, title_is_first_sentence, text, published, first_second, last_second,"
            f" source, authors, language, content_hash) VALUES ({','.join('?' * 13)})",
            values,
        ).lastrowid
        assert row is not None
        self.put_passages(row, passages, db)
        return row

    def put_passages(self, article_row: int, passages: Sequence[Passage], db: sqlite3.Connection) -> None:
        db.executemany(
            "INSERT INTO passages (article_row, ordinal, first, last, sentences) VALUES (?, ?, ?, ?, ?)",
            [(article_row, p.ordinal, p.start, p.end, json.dumps([[s.start, s.end] for s in p.sentences])) for p in passages],
        )

    def forget(self, article_rows: Sequence[int], db: sqlite3.Connection) -> None:
        """Take articles out and note in the journal what the indexes must still drop."""
        for row in article_rows:
            passages = [r for (r,) in db.execute("SELECT row FROM passages WHERE article_row = ?", (row,))]
            db.execute("INSERT INTO journal (article_row, passage_rows) VALUES (?, ?)", (row, json.dumps(passages)))
            db.execute("DELETE FROM passages WHERE article_row = ?", (row,))
            db.execute("DELETE FROM articles WHERE row = ?", (row,))

    def supersede(self, article_id: str, content_hash: str) -> None:
        """Remember that this content lost against a later record of the same run."""
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO superseded VALUES (?, ?)", (article_id, content_hash))

    def is_superseded(self, article_id: str, content_hash: str) -> bool:
        return bool(self.rows("SELECT 1 FROM superseded WHERE article_id = ? AND content_hash = ?", (article_id, content_hash)))

    def restore(self, article_id: str, content_hash: str) -> None:
        """Undo `supersede`."""
        with self.transaction() as db:
            db.execute("DELETE FROM superseded WHERE article_id = ? AND content_hash = ?", (article_id, content_hash))

    def articles(self, article_rows: Iterable[int]) -> dict[int, Article]:
        return dict(self._articles("row", list(article_rows)))

    def article(self, article_id: str) -> Article | None:
        found = self._articles("id", [article_id])
        return found[0][1] if found else None

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
            found.update(r for (r,) in self.rows(f"SELECT row FROM articles WHERE id IN ({marks}) OR url IN ({marks})", part + part))
        return found

    def _articles(self, column: str, keys: list[Any]) -> list[tuple[int, Article]]:
        found = []
        for start in range(0, len(keys), MANY):
            part = keys[start : start + MANY]
            found += self.rows(f"SELECT {ARTICLE} FROM articles WHERE {column} IN ({','.join('?' * len(part))}) ORDER BY row", part)
        return [(values[0], _article(values)) for values in found]

    def passages(self, passage_rows: Sequence[int]) -> dict[int, StoredPassage]:
        found: dict[int, StoredPassage] = {}
        for start in range(0, len(passage_rows), MANY):
            part = list(passage_rows[start : start + MANY])
            for row, article_row, article_id, ordinal, first, last, sentences in self.rows(
                "SELECT p.row, p.article_row, a.id, p.ordinal, p.first, p.last, p.sentences FROM passages p"
                f" JOIN articles a ON a.row = p.article_row WHERE p.row IN ({','.join('?' * len(part))})",
                part,
            ):
                spans = tuple(Sentence(start, end) for start, end in json.loads(sentences))
                found[row] = StoredPassage(row, article_row, Passage(article_id, ordinal, first, last, spans))
        return found

    def sources(self) -> list[SourceSummary]:
        return [
            SourceSummary(source=source, articles=count, first=first, last=last)
            for source, count, first, last in self.rows(
                "SELECT a.source, COUNT(*),"
                " (SELECT published FROM articles b WHERE b.source IS a.source"
                "  AND first_second IS NOT NULL ORDER BY first_second LIMIT 1),"
                " (SELECT published FROM articles b WHERE b.source IS a.source"
                "  AND last_second IS NOT NULL ORDER BY last_second DESC LIMIT 1)"
                " FROM articles a GROUP BY a.source ORDER BY COUNT(*) DESC, a.source"
            )
        ]

    def close(self) -> None:
        with self._lock:
            self._db.close()


def _article(values: Sequence[Any]) -> Article:
    _, article_id, title, text, published, source, authors, url, path, language, first_sentence = values
    return Article(
        id=article_id, title=title, text=text, published=Published.parse(published) if published else None, source=source,
        authors=tuple(json.loads(authors)), url=url, path=path, language=language, title_is_first_sentence=bool(first_sentence),
    )  # fmt: skip
