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
from app.stores.row_places import NOWHERE, RowPlaces
from app.stores.sketch import Sketches

Rows = npt.NDArray[np.int64]
ROW_FILE, VECTOR_FILE, SUM_FILE = "rows.i64", "vectors.f32", "sums.u32"
HURT = -1
"""In `rows`, in place of a row whose vector is not what was written: no passage has it."""
BLOCK = 2_000
"""Vectors read at once to look at their sums."""
EXACT = 20_000
"""Places up to which all are scored exactly; of more so many, the likest by their signs. `evals.bench_scale`: of 100,000 vectors drawn from
real ones the best 200 are then found to 0.996, of a million to 0.925. With 4,000 it was 0.925 and 0.761, and a search of a million 10 ms
quicker (the signs of rotated or centred vectors find no more)."""
UNIT = 0.01
"""How far the length of a sound vector may be from 1: the packaged model's differ by 0.000001, those from the cache by 0.0005."""


def sound(vectors: Vectors) -> npt.NDArray[np.bool_]:
    """Which of these vectors are finite and of length 1."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.abs(np.einsum("ij,ij->i", vectors, vectors) - 1) < 2 * UNIT, bool)


class VectorMatrix:
    """Three files that only grow: rows (int64), each once, vectors (float32), and a CRC-32 of each row with its vector (uint32).

    Opening it looks at every sum (0.04 s for 50,000 vectors), and what does not fit is HURT. Appending reads nothing of what is there.
    Any method raises DatelineError where the disk fails.
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

    def _open(self) -> None:
        for file in (self._row_file, self._vector_file, self._sum_file):
            file.touch()
        width = 4 * self._dimension
        # A process killed while it wrote leaves one file longer than the others: what all hold counts.
        sizes = ((self._row_file, 8), (self._vector_file, width), (self._sum_file, 4))
        whole = min(file.stat().st_size // each for file, each in sizes)
        self._map(whole)
        rows = np.fromfile(self._row_file, np.int64, whole)
        sketches = Sketches(self._dimension)
        rows[self._look(rows, sketches)] = HURT
        self._sketches, self._places = sketches, RowPlaces(rows)
        self._buffer, self._held = rows, whole

    def _map(self, count: int) -> None:
        self.vectors: Vectors = (
            np.memmap(self._vector_file, np.float32, "r", shape=(count, self._dimension))
            if count
            else np.zeros((0, self._dimension), np.float32)
        )

    @property
    def rows(self) -> Rows:
        """The row of each place, HURT where its vector is not what was written."""
        return self._buffer[: self._held]

    def append(self, rows: list[int], vectors: Vectors) -> None:
        """Add these rows; one that is here already (a run was killed before it could say so) is passed over."""
        with self._lock, self._told():
            held, given = self._held, np.asarray(rows, np.int64)
            fresh = self._places.of(given) == NOWHERE
            names, values_of = given[fresh], np.ascontiguousarray(vectors[fresh], np.float32)
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
            # Vectors first: a search in another thread must never see a row that has no vector.
            self._map(held + len(names))
            self._sketches.append(values_of)
            if held + len(names) > len(self._buffer):
                self._buffer = np.concatenate([self._buffer, np.full(max(len(names), held // 2), HURT, np.int64)])
            self._buffer[held : held + len(names)] = names
            self._held = held + len(names)
            self._places.append(names)

    def clear(self) -> None:
        with self._lock, self._told():
            for file in (self._row_file, self._vector_file, self._sum_file):
                file.unlink(missing_ok=True)
            self._open()

    def _look(self, rows: Rows, sketches: Sketches) -> list[int]:
        """Places whose row or vector do not fit their sum. Each vector is read once, for that and for its sketch, which is appended."""
        sums = np.fromfile(self._sum_file, np.uint32, len(rows)).tolist()
        found = []
        # Read, not mapped: pages that are only looked at should not count as memory of this process.
        with open(self._vector_file, "rb") as file:
            for start in range(0, len(rows), BLOCK):
                block = np.fromfile(file, np.float32, min(BLOCK, len(rows) - start) * self._dimension).reshape(-1, self._dimension)
                places = range(start, start + len(block))
                found += [place for place in places if checksum(rows[place], block[place - start]) != sums[place]]
                sketches.append(block)
        return found

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise index_fault(f"the vector matrix {self._folder}", error) from error

    def places_of(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The places of these rows, in their order; those that are not here are left out."""
        places = self._places.of(rows)
        return places if len(places) == 0 or places.min() != NOWHERE else places[places != NOWHERE]

    def search(self, vector: Vectors, count: int, places: npt.NDArray[np.int64]) -> list[tuple[int, float]]:
        """The best (row, cosine) among these places of the matrix, best first. Exact among EXACT or fewer; of more the
        likest by their signs are scored (EXACT says how many of the best that finds)."""
        if not len(places) or count < 1:
            return []
        whole = len(places) * 2 > self._held
        if len(places) > EXACT:
            places, whole = self._sketches.likest(vector, EXACT, places), False
        # In order of their places, as they lie on the disk.
        places = np.sort(places)
        scores = (self.vectors @ vector)[places] if whole else self.vectors[places] @ vector
        best = np.argpartition(-scores, count - 1)[:count] if len(scores) > count else np.arange(len(scores))
        best = best[np.argsort(-scores[best], kind="stable")]
        rows = self.rows
        return [(int(rows[places[i]]), float(scores[i])) for i in best]

    def get(self, rows: list[int]) -> dict[int, Vectors]:
        """The vectors of these rows, as far as they are here."""
        places = self._places.of(np.asarray(rows, np.int64))
        here = places != NOWHERE
        # All at once: each row taken out of the mapped file by itself costs more than its numbers.
        found = np.asarray(self.vectors[places[here]])
        return dict(zip(np.asarray(rows, np.int64)[here].tolist(), found, strict=True))


def checksum(row: np.int64, vector: Vectors) -> int:
    """CRC-32 of the row's eight bytes and then the vector's."""
    return zlib.crc32(vector.data, zlib.crc32(row.tobytes()))
