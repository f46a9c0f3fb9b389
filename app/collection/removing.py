"""Articles that are taken out, and put back for as long as somebody may think better of it."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.article import Article
from app.collection import keys
from app.collection.adding import taken
from app.indexing.backlog import Backlog
from app.indexing.pipeline import Pipeline
from app.stores.stores import Stores

KEPT_SECONDS = 600.0
KEPT_CHARACTERS = 20_000_000
"""Of the texts that could be put back; the longest gone are forgotten first."""


@dataclass(frozen=True, slots=True)
class Removed:
    """`undo` is the word that puts the article back."""

    undo: str
    article: Article


class Removals:
    """What was taken out in the last minutes is kept in memory alone: it ends with the process."""

    def __init__(
        self, stores: Stores, pipeline: Pipeline, backlog: Backlog, writing: threading.Lock, drop_vectors: Callable[[], None]
    ) -> None:
        self._stores = stores
        self._pipeline = pipeline
        self._backlog = backlog
        self._writing = writing
        self._drop_vectors = drop_vectors
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Article]] = OrderedDict()

    def take_out(self, article_id: str) -> Removed | None:
        """Take it out of list, words and vectors; None if there is no such article. Raises DatelineError as `taken`."""
        with taken(self._writing):
            found = self._stores.catalog.find_id(article_id)
            if found is None:
                return None
            self.forget([found.row])
        self._drop_vectors()
        undo = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[undo] = (time.monotonic(), found.article)
            self._trim()
        return Removed(undo, found.article)

    def remove(self, named: Sequence[str], *, erase: bool) -> tuple[list[str], list[str]]:
        """(ids removed, keys that match nothing) of ids, URLs or files. The vectors are the caller's to drop."""
        catalog = self._stores.catalog
        removed: dict[str, int | None] = {}
        unknown = []
        for key in named:
            found = {stored.article.id: stored.row for stored in keys.find(catalog, key)}
            kept = keys.said_before(catalog, key) if erase else []
            # By a name that it no longer has, an article is meant too.
            found |= {stored.article.id: stored.row for one in kept if (stored := catalog.find_id(one))}
            removed |= {**dict.fromkeys(kept), **found}
            if not found and not kept:
                unknown.append(key)
        if removed:
            with self._writing:
                self.forget([row for row in removed.values() if row is not None], list(removed) if erase else ())
        return list(removed), unknown

    def forget(self, article_rows: list[int], erase: Sequence[str] = ()) -> None:
        """Take these out of catalog and words; the lock on writing is the caller's. Of the ids in `erase`
        nothing is kept that they said."""
        self._stores.must_own()
        with self._stores.catalog.transaction():
            self._stores.catalog.forget(article_rows)
            self._stores.catalog.versions.erase(erase)
        self._backlog.settle_stories()
        self._backlog.index_words()

    def put_back(self, undo: str) -> Article | None:
        """Put back what `take_out` took: the same id, text, date and address, found by words at once and by meaning with the next
        `catch_up`. None once it is forgotten. An article that came in again under its id meanwhile stays as it is."""
        with self._lock:
            self._trim()
            kept = self._kept.get(undo)
        if kept is None:
            return None
        with taken(self._writing):
            if self._stores.catalog.content_hash(kept[1].id) is None:
                self._pipeline.write([kept[1]], back=True)
        with self._lock:
            self._kept.pop(undo, None)
        return kept[1]

    def _trim(self) -> None:
        begun, held = time.monotonic() - KEPT_SECONDS, sum(len(article.text) for _, article in self._kept.values())
        while self._kept:
            undo, (when, article) = next(iter(self._kept.items()))
            # The last one is kept however long it is: it is the one that somebody may want back.
            if when >= begun and (held <= KEPT_CHARACTERS or len(self._kept) == 1):
                return
            held -= len(article.text)
            del self._kept[undo]
