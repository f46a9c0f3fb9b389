"""What the catalog holds and the indexes do not yet: words at once, vectors in batches, removals from both; and the stories owed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from app.article import Article
from app.encoding import Encoder
from app.encoding.encoder import Vectors
from app.indexing.passages import embedded_text
from app.indexing.progress import Progress, silent
from app.indexing.stories import settle_stories
from app.stores.lexical import LexicalDocument
from app.stores.matrix import sound
from app.stores.stores import Stores
from app.stores.vectors import VectorMetadata

VECTOR_BATCH = 256
"""Passages between two commits: about 4 s of the packaged model, lost at most when the process is killed."""
WORDS_BATCH = 500


class Backlog:
    """Brings the indexes up to the catalog. Every step can be repeated: rows are never used twice."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._lock = threading.Lock()
        self._recovering = True
        self._stories_lock = threading.Lock()
        self._stories_complete = False

    def settle_stories(self, progress: Progress = silent) -> None:
        """Find the story of every article that has none: new ones, copies of one that was removed, those of an older home."""
        stories = self._stores.catalog.stories
        with self._stories_lock:
            if not self._stories_complete:
                stories.owe_missing()
                self._stories_complete = True
            settle_stories(self._stores.catalog, progress)

    def index_words(self, progress: Progress = silent, until: int | None = None, stop: threading.Event | None = None) -> None:
        """Bring both word indexes up to date; or up to the change of number `until`, where others go on writing; or until `stop` is set.
        The first time, what is added is first removed: a process before this one may have been killed between index and catalog."""
        with self._lock:
            catalog, words = self._stores.catalog, self._stores.catalog.words
            if words.must_begin_anew():
                for index in (self._stores.passage_words, self._stores.article_words):
                    index.clear()
                words.begin_anew()
            total, done = words.owed(), 0
            while batch := words.next(WORDS_BATCH):
                articles = {**catalog.articles(batch.articles), **catalog.versions.articles(batch.versions)}
                leaving = {*batch.leaving, *(articles if self._recovering else ())}
                self._stores.passage_words.replace(self._passages_of(articles), leaving)
                self._stores.article_words.replace([_document(row, row, a, a.text) for row, a in articles.items()], leaving)
                words.done(batch)
                done += len(batch)
                progress("words", done, total)
                if stop and stop.is_set():
                    return
                if until is not None and words.followed() >= until:
                    break
            self._recovering = False

    def _passages_of(self, articles: dict[int, Article]) -> list[LexicalDocument]:
        documents = []
        catalog = self._stores.catalog
        for row, article in articles.items():
            spans = catalog.passage_spans(row) if article.said_until is None else catalog.versions.passage_spans(row)
            for key, first, last in spans:
                documents.append(_document(key, row, article, article.text[first:last]))
        return documents

    def pending(self) -> bool:
        """Whether the vectors owe anything: passages to embed, or removed ones to drop."""
        return self.waiting() > 0 or self._stores.catalog.journal.has_vectors_to_drop()

    def waiting(self) -> int:
        """Passages without a vector, those of former versions with them."""
        return self._stores.catalog.journal.vectors_owed() + self._stores.catalog.versions.vectors_owed()

    def index_vectors(self, encoder: Encoder, progress: Progress = silent, stop: threading.Event | None = None) -> int:
        """Embed what waits, each article's first passage before the rest; return how many. Ends early when `stop` is set."""
        stores = self._stores
        stores.open_vectors(encoder)
        self.drop_vectors()
        total, done = self.waiting(), 0
        size = together(encoder)
        while not (stop and stop.is_set()):
            rows = stores.catalog.journal.passages_without_vector(size)
            if not rows:
                break
            stored = stores.catalog.passages(rows)
            articles = stores.catalog.articles({p.article_row for p in stored.values()})
            # One that was removed since it was listed has no article any more: its journal entry deals with it.
            ready = [p for p in stored.values() if p.article_row in articles]
            texts = [embedded_text(articles[p.article_row], articles[p.article_row].text[p.passage.start : p.passage.end]) for p in ready]
            keys = [p.row for p in ready]
            vectors = self._vectors_of(encoder, keys, texts)
            stores.keep_vectors(keys, vectors, [_metadata(articles[p.article_row]) for p in ready])
            stores.catalog.journal.vectors_done(keys)
            self.drop_vectors()
            done += len(keys)
            progress("vectors", done, max(total, done))

        def told(former: int) -> None:
            progress("vectors", done + former, max(total, done + former))

        return done + self._index_former_vectors(encoder, told, stop)

    def _index_former_vectors(self, encoder: Encoder, told: Callable[[int], None], stop: threading.Event | None) -> int:
        """Into the matrix alone, where questions as of a day look: Chroma answers those on the articles as they are."""
        stores, versions, done = self._stores, self._stores.catalog.versions, 0
        assert stores.matrix is not None
        while not (stop and stop.is_set()):
            waiting = versions.passages_without_vector(together(encoder))
            if not waiting:
                break
            articles = versions.articles(sorted({row for row, _, _ in waiting.values()}))
            # One that was erased since it was listed has no article any more.
            ready = {key: (articles[row], first, last) for key, (row, first, last) in waiting.items() if row in articles}
            if not ready:
                break
            texts = [embedded_text(article, article.text[first:last]) for article, first, last in ready.values()]
            stores.matrix.append(list(ready), self._vectors_of(encoder, list(ready), texts))
            versions.vectors_done(list(ready))
            done += len(ready)
            told(done)
        return done

    def remake_former_vectors(self, encoder: Encoder, version_rows: Sequence[int]) -> None:
        """Those of these versions into the matrix, which lacks some: nothing else holds them. Nothing is written to the catalog."""
        stores, versions = self._stores, self._stores.catalog.versions
        assert stores.matrix is not None
        for row, article in versions.articles(version_rows).items():
            spans = versions.passage_spans(row)
            keys, texts = [key for key, _, _ in spans], [embedded_text(article, article.text[first:last]) for _, first, last in spans]
            stores.matrix.append(keys, self._vectors_of(encoder, keys, texts))

    def _vectors_of(self, encoder: Encoder, rows: Sequence[int], texts: Sequence[str]) -> Vectors:
        """Made, but for those that the matrix holds already: of a restored home, or of a run that was killed before it could say so."""
        stores = self._stores
        assert stores.matrix is not None
        assert stores.cache is not None
        vectors = np.zeros((len(rows), encoder.dimension), np.float32)
        held = {row: vector for row, vector in stores.matrix.get(list(rows)).items() if sound(vector[np.newaxis])[0]}
        known = [place for place, row in enumerate(rows) if row in held]
        if known:
            vectors[known] = [held[rows[place]] for place in known]
            stores.cache.keep(encoder, [texts[place] for place in known], vectors[known])
        if missing := [place for place, row in enumerate(rows) if row not in held]:
            vectors[missing] = stores.cache.encode(encoder, [texts[place] for place in missing])
        return vectors

    def drop_vectors(self) -> None:
        """Take the vectors of removed articles out of Chroma; this needs no embedding model."""
        journal = self._stores.catalog.journal
        gone = journal.vectors_to_drop()
        if not gone:
            return
        # A version that is taken out soon after its article changed is noted twice, and Chroma takes each name once.
        if not self._stores.matrix_alone:
            self._stores.open_vector_store().delete(sorted({row for removal in gone for row in removal.passage_rows}))
        journal.vectors_dropped(gone)


def together(encoder: Encoder) -> int:
    """Passages between two commits: as many as keep all its workers busy, where it says that it has some."""
    return max(VECTOR_BATCH, int(getattr(encoder, "together", 0)))


def _document(key: int, group: int, article: Article, text: str) -> LexicalDocument:
    when = article.published.last_second if article.published else None
    return LexicalDocument(key, group, article.title, text, article.source, when, article.said_until is not None)


def _metadata(article: Article) -> VectorMetadata:
    day = int(f"{article.published.day:%Y%m%d}") if article.published else 0
    return VectorMetadata(article.id, day, article.source or "")
