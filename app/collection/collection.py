"""The articles that one home holds, seen as a whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.answer import Filters
from app.article import Article
from app.collection.adding import Added, Adding
from app.collection.disk import Disk, Room
from app.collection.removing import Removals, Removed
from app.indexing.backlog import Backlog
from app.indexing.pipeline import Pipeline
from app.retrieval.filters import resolve_scope
from app.stores.catalog import ListedArticle
from app.stores.listing import ArticleList, Order, Wanted
from app.stores.stores import Stores


@dataclass(frozen=True, slots=True)
class Listed:
    """A stretch of the list, and how many articles it has in all."""

    total: int
    articles: list[ListedArticle]


class Collection:
    """Lists for any process; adds, removes and restores for the home's owner alone. Thread safe."""

    def __init__(
        self, home: Path, stores: Stores, pipeline: Pipeline, backlog: Backlog, writing: threading.Lock, drop_vectors: Callable[[], None]
    ) -> None:
        """`writing` is held by whoever writes articles in this process; `drop_vectors` takes the vectors of removed ones out."""
        self._stores = stores
        self._list = ArticleList(stores.catalog, stores.article_words)
        self._adding = Adding(home, pipeline, writing)
        self._disk = Disk(home)
        self.removals = Removals(stores, pipeline, backlog, writing, drop_vectors)
        if stores.has_home:
            self._adding.clear()

    def listed(self, filters: Filters, words: str, order: Order, offset: int, count: int) -> Listed:
        """`count` (at most 500) articles from `offset` on, of those with these dates and outlet whose title or text has all `words`."""
        rows = self._list.rows(Wanted(resolve_scope(filters, self._stores.catalog), words, order))
        part = [int(row) for row in rows[offset : offset + count]]
        known = self._stores.catalog.listed(part)
        return Listed(len(rows), [known[row] for row in part if row in known])

    def add(self, name: str, body: bytes) -> Added:
        """As Adding.add; raises DatelineError where this process only reads the home (403), or is no leader and cannot become it (409)."""
        self._stores.must_lead()
        return self._adding.add(name, body)

    def take_out(self, article_id: str) -> Removed | None:
        """As Removals.take_out."""
        self._stores.must_lead()
        return self.removals.take_out(article_id)

    def put_back(self, undo: str) -> Article | None:
        """As Removals.put_back."""
        self._stores.must_lead()
        return self.removals.put_back(undo)

    def undated(self) -> int:
        """Articles without a date."""
        return self._stores.catalog.undated()

    def embedding_model(self) -> str | None:
        """The name of the model that the vectors were made with; None while there are none."""
        return self._stores.catalog.meta("embedding_model")

    def room(self) -> Room:
        """What the home takes on the disk."""
        return self._disk.room()
