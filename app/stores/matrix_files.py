"""The files of a vector matrix, read beside the process that writes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Self

import numpy as np
import numpy.typing as npt

from app.encoding.encoder import Vectors
from app.stores.matrix import BLOCK, ROW_FILE, SUM_FILE, VECTOR_FILE, Rows, checksum

Sums = npt.NDArray[np.uint32]


class MatrixFiles:
    """Held open from one moment on: whatever the owner does, what stood in them then can be read to its end.

    Files that only grow need no lock. One that is begun anew meanwhile leaves these as they are, and what was half written fails its
    checksum.
    """

    def __init__(self, folder: Path) -> None:
        """Raises nothing where there is no matrix: then it has no vectors."""
        self._files: list[IO[bytes]] = []
        with ExitStack() as opened:
            try:
                self._files = [opened.enter_context(open(folder / name, "rb")) for name in (ROW_FILE, VECTOR_FILE, SUM_FILE)]
            except FileNotFoundError:
                return
            self._closing = opened.pop_all()

    def dimension(self) -> int | None:
        """Numbers in a vector, told from the sizes; None where there are none or an append is under way."""
        if not self._files:
            return None
        rows, vectors, sums = (os.fstat(file.fileno()).st_size for file in self._files)
        count = sums // 4
        return vectors // (4 * count) if count and rows == 8 * count and vectors % (4 * count) == 0 else None

    def sound(self, wanted: Rows, dimension: int) -> Iterator[tuple[Rows, Vectors, Sums]]:
        """The vectors of the rows that are wanted, in blocks, each with its checksum: those that are as they were written."""
        if not self._files:
            return
        row_file, vector_file, sum_file = self._files
        sizes = ((row_file, 8), (vector_file, 4 * dimension), (sum_file, 4))
        whole = min(os.fstat(file.fileno()).st_size // each for file, each in sizes)
        for start in range(0, whole, BLOCK):
            count = min(BLOCK, whole - start)
            rows = np.frombuffer(_read(row_file, start, count, 8), np.int64)
            vectors = np.frombuffer(_read(vector_file, start, count, 4 * dimension), np.float32).reshape(-1, dimension)
            sums = np.frombuffer(_read(sum_file, start, count, 4), np.uint32)
            count = min(len(rows), len(vectors), len(sums))  # less where a file was cut meanwhile
            fit = [checksum(rows[place], vectors[place]) == sums[place] for place in range(count)]
            kept = np.flatnonzero(np.array(fit, bool) & np.isin(rows[:count], wanted))
            yield rows[kept], vectors[kept], sums[kept]

    def close(self) -> None:
        if self._files:
            self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _read(file: IO[bytes], first: int, count: int, width: int) -> bytes:
    """Up to `count` whole values of this width."""
    file.seek(first * width)
    data = file.read(count * width)
    return data[: len(data) - len(data) % width]
