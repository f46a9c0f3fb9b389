"""The same vectors as one matrix on disk, scored exactly under a mask: the quick way to search within dates.

Chroma's `where` on a range of dates takes 150 ms at 100,000 vectors, a masked product 7 ms. Derived from the
vector store; if it is lost it is written anew from there.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.encoding.encoder import Vectors
from app.stores.faults import index_fault

Rows = npt.NDArray[np.int64]
ROW_FILE, VECTOR_FILE, SUM_FILE = "rows.i64", "vectors.f32", "sums.u32"
HURT = -1
"""In `rows`, in place of a row whose vector is not what was written: no passage has it."""
BLOCK = 2_000
"""Vectors read at once to look at their sums."""
UNIT = 0.01
"""How far the length of a sound vector may be from 1: the packaged model's differ by 0.000001, those from the cache by 0.0005."""


def sound(vectors: Vectors) -> npt.NDArray[np.bool_]:
    """Which of these vectors are finite and of length 1."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.abs(np.einsum("ij,ij->i", vectors, vectors) - 1) < 2 * UNIT, bool)


class VectorMatrix:
    """Three files that only grow: rows (int64), each once, vectors (float32), and a CRC-32 of each row with its vector (uint32).

    Opening it looks at every sum (0.04 s for 50,000 vectors), and what does not fit is HURT. Any method raises DatelineError where the
    disk fails.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._row_file = folder / ROW_FILE
        self._vector_file = folder / VECTOR_FILE
        self._sum_file = folder / SUM_FILE
        self._dimension = dimension
        self._lock = threading.Lock()
        with self._told():
            folder.mkdir(parents=True, exist_ok=True)
            self._open()
            self.rows[self.hurt()] = HURT

    def _open(self) -> None:
        for file in (self._row_file, self._vector_file, self._sum_file):
            file.touch()
        width = 4 * self._dimension
        # A process killed while it wrote leaves one file longer than the others: what all hold counts.
        sizes = ((self._row_file, 8), (self._vector_file, width), (self._sum_file, 4))
        whole = min(file.stat().st_size // each for file, each in sizes)
        # Vectors first: a search in another thread must never see a row that has no vector.
        self.vectors: Vectors = (
            np.memmap(self._vector_file, np.float32, "r", shape=(whole, self._dimension))
            if whole
            else np.zeros((0, self._dimension), np.float32)
        )
        self.rows: Rows = np.fromfile(self._row_file, np.int64, whole)

    def append(self, rows: list[int], vectors: Vectors) -> None:
        """Add these rows; one that is here already (a run was killed before it could say so) is passed over."""
        with self._lock, self._told():
            held = len(self.rows)
            fresh = ~np.isin(np.asarray(rows, np.int64), self.rows)
            names, values_of = np.asarray(rows, np.int64)[fresh], np.ascontiguousarray(vectors[fresh], np.float32)
            sums = np.array([checksum(row, vector) for row, vector in zip(names, values_of, strict=True)], np.uint32)
            for file, values, width in (
                (self._row_file, names, 8),
                (self._vector_file, values_of, 4 * self._dimension),
                (self._sum_file, sums, 4),
            ):
                with open(file, "r+b") as out:
                    out.truncate(held * width)
                    out.seek(held * width)
                    out.write(values.tobytes())
            hurt = np.flatnonzero(self.rows == HURT)
            self._open()
            self.rows[hurt] = HURT

    def clear(self) -> None:
        with self._lock, self._told():
            for file in (self._row_file, self._vector_file, self._sum_file):
                file.unlink(missing_ok=True)
            self._open()

    def hurt(self) -> list[int]:
        """Places whose row or vector, as the disk has them now, do not fit their sum."""
        count = len(self.rows)
        rows = np.fromfile(self._row_file, np.int64, count)
        sums = np.fromfile(self._sum_file, np.uint32, count).tolist()
        found = []
        # Read, not mapped: pages that are only looked at should not count as memory of this process.
        with open(self._vector_file, "rb") as file:
            for start in range(0, count, BLOCK):
                block = np.fromfile(file, np.float32, min(BLOCK, count - start) * self._dimension).reshape(-1, self._dimension)
                places = range(start, start + len(block))
                found += [place for place in places if checksum(rows[place], block[place - start]) != sums[place]]
        return found

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise index_fault(f"the vector matrix {self._folder}", error) from error

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


def checksum(row: np.int64, vector: Vectors) -> int:
    """CRC-32 of the row's eight bytes and then the vector's."""
    return zlib.crc32(vector.data, zlib.crc32(row.tobytes()))
