"""The stores of one home, opened together."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.encoding import Encoder
from app.encoding.encoder import Vectors
from app.errors import DatelineError
from app.settings import Settings
from app.stores.columns import ColumnCache, PassageColumns
from app.stores.faults import FAILED, REINDEX
from app.stores.home import PATIENCE_SECONDS, HomeLock
from app.stores.lexical import LexicalIndex
from app.stores.matrix import VectorMatrix, sound
from app.stores.opening import open_catalog
from app.stores.protocols import LexicalIndexProtocol, VectorMatrixProtocol, VectorStoreProtocol
from app.stores.scope import Scope
from app.stores.vector_cache import VectorCache
from app.stores.vectors import VectorMetadata, VectorStore

REMOVED_KEPT = 2_000
"""Vectors of removed passages (1.5 kB each) that the matrix may keep before it is written anew."""
VECTORS_IN = "vectors_in"
"""In the catalog's `meta`: `matrix` where Chroma holds none of them."""
PROBED = 8
"""Vectors that Chroma is asked for when it is opened: one that is found is enough, since its search is approximate."""

SHARED = f"Give homes that share a catalog one Chroma server (DATELINE_CHROMA_URL). {REINDEX}, if this is the only home."

log = logging.getLogger(__name__)


class Stores:
    """Catalog and words at once; vectors when an encoder is there and this process may open them."""

    def __init__(self, settings: Settings, mode: Literal["own", "read"], kind: str) -> None:
        self.home: Path = settings.home
        self.lock = HomeLock(self.home, mode, kind)
        self.owns = mode == "own"
        self._settings = settings
        self._open_places: tuple[PassageColumns, int, npt.NDArray[np.int64]] | None = None
        self._vector_lock = threading.RLock()
        self.vectors: VectorStoreProtocol | None = None
        self._left: VectorStoreProtocol | None = None
        self.matrix: VectorMatrixProtocol | None = None
        self.cache: VectorCache | None = None
        try:
            self.catalog = open_catalog(settings, read_only=mode == "read")
            if self.owns and self.catalog.leader is not None:
                self.catalog.leader.take(kind, PATIENCE_SECONDS)
                self.catalog.words.trim(int(time.time()))
            self.columns = ColumnCache(self.catalog)
            # `reindex` must mend an index that no longer opens: it starts from an empty one.
            renew = kind == "reindex"
            self.passage_words: LexicalIndexProtocol = LexicalIndex(self.home / "words" / "passages", renew=renew)
            self.article_words: LexicalIndexProtocol = LexicalIndex(self.home / "words" / "articles", renew=renew)
        except BaseException:
            if hasattr(self, "catalog"):
                self.catalog.close()
            self.lock.release()
            raise

    @property
    def vectors_allowed(self) -> bool:
        """Whether this process may open the vectors: nobody is writing them."""
        return self.lock.held

    def stale_model(self, encoder: Encoder) -> str | None:
        """The name of the model that the stored vectors were made with, if it is another."""
        name = self.catalog.meta("embedding_model")
        return name if name is not None and name != encoder.name else None

    def open_vectors(self, encoder: Encoder) -> None:
        """Open Chroma, matrix and cache. Raises DatelineError if the vectors are another model's."""
        with self._vector_lock:
            if self.matrix is not None:
                return
            other = self.stale_model(encoder)
            if other:
                raise DatelineError(
                    f"the vectors in {self.home} were made with {other}, the embedding model is now {encoder.name}.",
                    "Run: python -m app reindex (or set DATELINE_EMBEDDING_MODEL back)",
                )
            if self.owns:
                self._note_model(encoder)
            if self.owns and self.cache is None:
                self.cache = VectorCache(self.home / "cache" / "vectors.sqlite")
            store = None if self.matrix_alone else self.open_vector_store()
            if store is None and self.owns:
                shutil.rmtree(self.home / "chroma", ignore_errors=True)
            matrix = VectorMatrix(self.home / "matrix", encoder.dimension)
            columns = self.columns.current()
            is_former = np.zeros(len(columns.row), bool)
            is_former[columns.former] = True
            embedded, former = columns.row[columns.embedded & ~is_former], columns.row[columns.embedded & is_former]
            if store is not None and store.count < len(embedded):
                alone = self.catalog.leader is None or self._settings.chroma_url is not None
                raise DatelineError(f"Chroma holds {store.count} of {len(embedded)} vectors.", REINDEX if alone else SHARED)
            held = len(matrix.places_of(embedded))
            if self.owns and store is not None and (held < len(embedded) or self._is_worn(matrix, len(embedded))):
                log.warning("writing the vector matrix anew from Chroma: it held %s of %s", held, len(embedded))
                matrix.clear()
                for rows, vectors in store.all():
                    fine = sound(vectors)
                    matrix.append([row for row, is_fine in zip(rows, fine, strict=True) if is_fine], vectors[fine])
                held = len(matrix.places_of(embedded))
            if self.owns and len(matrix.places_of(former)) < len(former):
                # Of former versions the matrix has the only ones; most come back from the cache.
                lost = former[~np.isin(former, matrix.rows)]
                self.catalog.versions.vectors_done(lost.tolist(), embedded=0)
            if held < len(embedded):
                raise DatelineError(f"{len(embedded) - held} of {len(embedded)} vectors are lost or hurt.", REINDEX)
            probe = [int(row) for row in embedded[:: max(1, len(embedded) // PROBED)][:PROBED]]
            if store is not None and probe and not any(row in dict(store.search(vector, 5)) for row, vector in matrix.get(probe).items()):
                raise DatelineError("Chroma no longer finds the vectors that it holds.", REINDEX)
            self.matrix = matrix

    def _is_worn(self, matrix: VectorMatrix, embedded: int) -> bool:
        """Whether too many of its vectors are of removed passages. Those that Chroma is still to be given, in a restored home, are not."""
        if len(matrix.rows) - embedded <= REMOVED_KEPT:
            return False
        removed = len(matrix.rows) - len(matrix.places_of(self.columns.current().row))
        return removed > max(REMOVED_KEPT, embedded // 4)

    @property
    def matrix_alone(self) -> bool:
        """Whether this home has more vectors than the Chroma inside is filled with: then all are in the matrix, and none in Chroma."""
        return not self._settings.chroma_url and self.catalog.meta(VECTORS_IN) == "matrix"

    def keep_vectors(self, rows: Sequence[int], vectors: Vectors, metadata: Sequence[VectorMetadata]) -> None:
        """Into Chroma and the matrix, which must be open; beyond DATELINE_CHROMA_PASSAGES into the matrix alone. Then Chroma is left, its
        files go when the home is opened next, and only `reindex` fills it again: with a part of the vectors it can answer nothing."""
        assert self.matrix is not None
        with self._vector_lock:
            store = self.vectors
            if store is not None and not self._settings.chroma_url and store.count + len(rows) > self._settings.chroma_passages:
                log.warning("more than %s passages: their vectors are kept in the matrix alone", self._settings.chroma_passages)
                self.catalog.set_meta(VECTORS_IN, "matrix")
                # Not closed yet: a question in another thread may be asking it.
                self.vectors, self._left = None, store
            elif store is not None:
                store.upsert(rows, vectors, metadata)
            self.matrix.append(list(rows), vectors)

    def places(self, columns: PassageColumns, scope: Scope) -> npt.NDArray[np.int64]:
        """Where in the matrix, which must be open, the vectors stand that the scope admits. Those of an open scope are kept until
        something changes."""
        assert self.matrix is not None
        if not scope.is_open:
            return self.matrix.places_of(columns.row[columns.mask(scope) & columns.embedded])
        known = self._open_places
        if known is None or known[0] is not columns or known[1] != len(self.matrix.rows):
            count = len(self.matrix.rows)
            known = (columns, count, self.matrix.places_of(columns.row[columns.mask(scope) & columns.embedded]))
            self._open_places = known
        return known[2]

    def open_vector_store(self) -> VectorStoreProtocol:
        """Chroma, opened once. Raises DatelineError if it cannot be."""
        with self._vector_lock:
            url, name = self._settings.chroma_url, self._settings.chroma_collection
            self.vectors = self.vectors or VectorStore(self.home / "chroma", url, collection=name, archive=self._archive() if url else None)
            return self.vectors

    def _archive(self) -> str | None:
        """Names the record on a server that several may share; it goes with the record into a backup. None where it has no name yet and
        this process may not give it one."""
        name = self.catalog.meta("archive")
        if name is None and self.owns:
            name = secrets.token_hex(8)
            self.catalog.set_meta("archive", name)
        return name

    def clear_indexes(self, encoder: Encoder) -> None:
        """Empty words and vectors and make the vectors this encoder's, to be written anew from the catalog."""
        with self._vector_lock:
            # Said first: whenever a kill comes, the next run finds what it has to write again.
            self.catalog.journal.owe_everything()
            self.catalog.versions.owe_everything()
            for index in (self.passage_words, self.article_words):
                index.clear()
            self.catalog.words.begin_anew()
            try:
                store = self.open_vector_store()
            except DatelineError:
                if self._settings.chroma_url:
                    raise
                shutil.rmtree(self.home / "chroma")
                store = self.open_vector_store()
            store.clear()
            VectorMatrix(self.home / "matrix", encoder.dimension).clear()
            self.matrix = None
            with self.catalog.transaction():
                self.catalog.journal.forget_removals()
                self.catalog.set_meta(VECTORS_IN, "both")
                self._note_model(encoder)
        self.open_vectors(encoder)

    def _note_model(self, encoder: Encoder) -> None:
        """Which model the vectors are of: its name, and how many numbers each has, which their files do not say."""
        for key, value in (("embedding_model", encoder.name), ("embedding_dimension", str(encoder.dimension))):
            if self.catalog.meta(key) != value:
                self.catalog.set_meta(key, value)

    def check_words(self) -> None:
        """Raise DatelineError if the word indexes do not hold what the catalog says; nothing is said while they are owed something."""
        if not self.lock.held or self.catalog.words.owed():
            return
        for name, index, kept in self.words_kept():
            if index.count != kept:
                raise DatelineError(f"the word index holds {index.count} {name}, the catalog {kept}.", REINDEX, http=FAILED)

    def words_kept(self) -> tuple[tuple[str, LexicalIndexProtocol, int], ...]:
        """(what it holds, word index, how many it holds by the catalog) of both, former versions counted in."""
        totals, (passages, versions) = self.catalog.totals(), self.catalog.versions.searched()
        return (
            ("passages", self.passage_words, totals.passages + passages),
            ("articles", self.article_words, totals.articles + versions),
        )

    def close(self) -> None:
        for store in (self.passage_words, self.article_words, self.vectors, self._left, self.cache, self.catalog):
            if store is not None:
                store.close()
        self.lock.release()
