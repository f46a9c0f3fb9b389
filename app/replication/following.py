"""The indexes of one home, brought up to a catalog that others write."""

from __future__ import annotations

import threading
import time

import numpy as np

from app.errors import DatelineError
from app.indexing.backlog import Backlog
from app.stores.columns import PassageColumns
from app.stores.matrix import sound
from app.stores.protocols import VectorMatrixProtocol
from app.stores.stores import Stores

VECTORS_AT_ONCE = 2_000
"""Vectors that are asked of Chroma at once: 3 MB of them."""
VERSIONS_AT_ONCE = 32
"""Former versions that are embedded at once: some 100 passages."""


class Follower:
    """Words come from the catalog, vectors from the Chroma server that the homes share, into the home's matrix. `follow` is for one thread;
    the rest for any. Everything can be repeated, so a process may be killed anywhere."""

    def __init__(self, stores: Stores, backlog: Backlog) -> None:
        self._stores = stores
        self._backlog = backlog
        self._number = -1
        self._current_at: float | None = None
        self._began = time.monotonic()
        self._seen: tuple[PassageColumns, VectorMatrixProtocol] | None = None
        self.missing = 0
        """Vectors that the catalog says are there and Chroma does not give."""

    def follow(self, stop: threading.Event | None = None) -> None:
        """Once up to what the catalog is now. Raises DatelineError where catalog, Chroma or the disk fails: words have then followed as
        far as they could."""
        began, number = time.monotonic(), self._stores.catalog.version()[0]
        if number != self._number:
            self._backlog.index_words(until=number, stop=stop)
            if stop is not None and stop.is_set():
                return
        self._number, self._current_at = number, began
        self._leave_another_models_vectors()
        if self._stores.matrix is not None:
            self._follow_vectors(stop)

    def _leave_another_models_vectors(self) -> None:
        """Someone may have run `reindex` with another model: a vector of this process's would find nothing of sense among those."""
        encoder = self._stores.encoder
        other = self._stores.stale_model(encoder) if encoder is not None else None
        if encoder is not None and other is not None:
            self._stores.matrix = None
            raise DatelineError(
                f"the vectors are of {other} now, and this process has {encoder.name}: it answers by words alone.",
                "Set DATELINE_EMBEDDING_MODEL as the leader has it, and start it again.",
            )

    def _follow_vectors(self, stop: threading.Event | None) -> None:
        stores = self._stores
        assert stores.matrix is not None
        assert stores.encoder is not None
        columns = stores.columns.current()
        if self._seen is not None and self._seen[0] is columns and self._seen[1] is stores.matrix and not self.missing:
            return
        is_former = columns.is_former
        lacking = columns.embedded & ~np.isin(columns.row, stores.matrix.rows)
        rows = columns.row[lacking & ~is_former]
        got = 0
        for start in range(0, len(rows), VECTORS_AT_ONCE):
            found, vectors = stores.open_vector_store().get(rows[start : start + VECTORS_AT_ONCE].tolist())
            fine = sound(vectors)
            stores.matrix.append([row for row, is_fine in zip(found, fine, strict=True) if is_fine], vectors[fine])
            got += int(fine.sum())
        self.missing = len(rows) - got
        # Chroma has those of articles as they are. Of former versions each home keeps those that it had, and makes what it never saw.
        former = np.unique(columns.article[lacking & is_former]).tolist()
        for start in range(0, len(former), VERSIONS_AT_ONCE):
            if stop is None or not stop.is_set():
                self._backlog.remake_former_vectors(stores.encoder, former[start : start + VERSIONS_AT_ONCE])
        self._seen = None if stop is not None and stop.is_set() else (columns, stores.matrix)

    def behind(self) -> tuple[int, float]:
        """(changes of the catalog that have not been followed, seconds since none was); nothing where none is. Asks the catalog."""
        changes = self._stores.catalog.version()[0] - self._number if self._number >= 0 else 1
        return (changes, round(self.seconds(), 1)) if changes > 0 else (0, 0.0)

    def seconds(self) -> float:
        """Seconds since what it answers from was known to be all of the catalog. A process that was stopped for a while has been asleep
        as long."""
        return time.monotonic() - (self._current_at if self._current_at is not None else self._began)

    @property
    def has_followed(self) -> bool:
        """Whether it has been up to the catalog once since this process began."""
        return self._current_at is not None
