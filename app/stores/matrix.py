"""The same vectors as one matrix on disk, scored exactly under a mask: the quick way to search within dates.

Chroma's `where` on a range of dates takes 150 ms at 100,000 vectors, a masked product 7 ms. Derived from the
vector store; if it is lost it is written anew from there.
"""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.encoding.encoder import Vectors

Rows = npt.NDArray[np.int64]


class VectorMatrix:
    """Two files that only grow: rows (int64) and vectors (float32), each row once."""

    def __init__(self, folder: Path, dimension: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._row_file = folder / "rows.i64"
        self._vector_file = folder / "vectors.f32"
        self._dimension = dimension
        self._lock = threading.Lock()
        self._open()

    def _open(self) -> None:
        for file in (self._row_file, self._vector_file):
            file.touch()
        width = 4 * self._dimension
        # A process killed while it wrote leaves one file longer than the other: what both hold counts.
        whole = min(self._row_file.stat().st_size // 8, self._vector_file.stat().st_size // width)
        # Vectors first: a search in another thread must never see a row that has no vector.
        self.vectors: Vectors = (
            np.memmap(self._vector_file, np.float32, "r", shape=(whole, self._dimension))
            if whole
            else np.zeros((0, self._dimension), np.float32)
        )
        self.rows: Rows = np.fromfile(self._row_file, np.int64, whole)

    def append(self, rows: list[int], vectors: Vectors) -> None:
        """Add these rows; one that is here already (a run was killed before it could say so) is passed over."""
        with self._lock:
            held = len(self.rows)
            fresh = ~np.isin(np.asarray(rows, np.int64), self.rows)
            for file, values, width in (
                (self._row_file, np.asarray(rows, np.int64)[fresh], 8),
                (self._vector_file, np.ascontiguousarray(vectors[fresh], np.float32), 4 * self._dimension),
            ):
                with open(file, "r+b") as out:
                    out.truncate(held * width)
                    out.seek(held * width)
                    out.write(values.tobytes())
            self._open()

    def clear(self) -> None:
        with self._lock:
            self._row_file.unlink(missing_ok=True)
            self._vector_file.unlink(missing_ok=True)
            self._open()

    def search(self, vector: Vectors, count: int, places: npt.NDArray[np.int64]) -> list[tuple[int, float]]:
        """The best (row, cosine) among these places of the matrix, best first, exact."""
        if not len(places) or count < 1:
            return []
        whole = len(places) * 2 > len(self.rows)
        scores = (self.vectors @ vector)[places] if whole else self.vectors[places] @ vector
        best = np.argpartition(-scores, count - 1)[:count] if len(scores) > count else np.arange(len(scores))
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(int(self.rows[places[i]]), float(scores[i])) for i in best]

    def get(self, rows: list[int]) -> dict[int, Vectors]:
        """The vectors of these rows, as far as they are here."""
        wanted = np.flatnonzero(np.isin(self.rows, np.asarray(rows, np.int64)))
        return {int(self.rows[place]): np.asarray(self.vectors[place]) for place in wanted}
