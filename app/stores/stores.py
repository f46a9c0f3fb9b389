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
TURN_SECONDS = 30.0
"""How long a writer waits for its turn where a `serve` leads: that ends the batch it is at, 256 passages at most, and lets it lead."""
PROBED = 8
"""Vectors that Chroma is asked for when it is opened: one that is found is enough, since its search is approximate."""

SHARED = f"Give homes that share a catalog one Chroma server (DATELINE_CHROMA_URL). {REINDEX}, if this is the only home."

Mode = Literal["own", "follow", "read"]
"""To write; to write the home's own indexes as its catalog, which others write, goes on; to read."""

log = logging.getLogger(__name__)


class Stores:
    """Catalog and words at once; vectors when an encoder is there and this process may open them."""

    def __init__(self, settings: Settings, mode: Mode, kind: str) -> None:
        self.home: Path = settings.home
        self.lock = HomeLock(self.home, "read" if mode == "read" else "own", kind)
        self._mode = mode
        self._kind = kind
        self._leads = False
        self.replica = settings.replica
        self._settings = settings
        self._open_places: tuple[PassageColumns, int, npt.NDArray[np.int64]] | None = None
        self._vector_lock = threading.RLock()
        self.vectors: VectorStoreProtocol | None = None
        self._left: VectorStoreProtocol | None = None
        self.matrix: VectorMatrixProtocol | None = None
        self.cache: VectorCache | None = None
        self.encoder: Encoder | None = None
        """That of the vectors, once they are open."""
        try:
            self.catalog = open_catalog(settings, read_only=mode != "own")
            if mode == "own" and self.catalog.leader is not None:
                self.catalog.leader.take(kind, TURN_SECONDS if settings.chroma_url else PATIENCE_SECONDS)
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
    def owns(self) -> bool:
        """Whether this process may write articles: the home is its own, and of several homes' catalog it is the ingest leader."""
        return self._mode == "own" or self._leads

    @property
    def has_home(self) -> bool:
        """Whether the home is this process's own: nobody else writes in it."""
        return self._mode != "read"

    @property
    def follows(self) -> bool:
        """Whether the home's indexes follow what others write."""
        return self._mode == "follow"

    def lead(self, patience: float = 0.0) -> bool:
        """Of a home that follows: be the ingest leader, if nobody is, or whoever is ends within `patience` seconds; returns whether it is
        now. Asked again, it looks whether the lock is still held. Raises DatelineError where the server cannot be reached."""
        leader = self.catalog.leader
        assert leader is not None
        led = self._leads
        self._leads = leader.try_take(self._kind) or (patience > 0 and leader.wait(self._kind, patience))
        if self._leads and not led:
            self.catalog.words.trim(int(time.time()))
        if led and not self._leads:
            leader.release()
        return self._leads

    def stop_leading(self) -> None:
        """Let another lead; whoever writes must have ended."""
        self._leads = False
        if self.catalog.leader is not None:
            self.catalog.leader.release()

    def must_own(self) -> None:
        """Raise DatelineError unless this process may write articles."""
        if self.owns:
            return
        if not self.follows or self.catalog.leader is None:
            raise DatelineError("this home is open for reading alone.", "Run: python -m app serve", http=403)
        holder = self.catalog.leader.holder()
        who = f"`{holder}`" if holder else "there is none now"
        role = "replica" if self.replica else "standby"
        raise DatelineError(f"this is a {role}; writes go to the leader ({who}).", http=409)

    def must_lead(self) -> None:
        """As must_own, but a standby takes its turn: the leader lets it have it when it has done what it is at."""
        if self.follows and not self.owns and not self.replica and self.lead(TURN_SECONDS):
            log.info("this is the ingest leader now: it was asked to write")
        self.must_own()

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
                if self.owns:
                    self._note_model(encoder)
                return
            other = self.stale_model(encoder)
            if other:
                raise DatelineError(
                    f"the vectors in {self.home} were made with {other}, the embedding model is now {encoder.name}.",
                    "Run: python -m app reindex (or set DATELINE_EMBEDDING_MODEL back)",
                )
            if self.owns:
                self._note_model(encoder)
            if self.has_home and self.cache is None:
                self.cache = VectorCache(self.home / "cache" / "vectors.sqlite")
            store = None if self.matrix_alone else self.open_vector_store()
            if store is None and self.owns:
                shutil.rmtree(self.home / "chroma", ignore_errors=True)
            matrix = VectorMatrix(self.home / "matrix", encoder.dimension)
            columns = self.columns.current()
            is_former = columns.is_former
            embedded, former = columns.row[columns.embedded & ~is_former], columns.row[columns.embedded & is_former]
            if self.follows:
                if self._is_worn(matrix, len(embedded)):
                    matrix.clear()
                # What it lacks comes by following (app/replication/following.py).
                self.matrix, self.encoder = matrix, encoder
                return
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
            self.matrix, self.encoder = matrix, encoder

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
