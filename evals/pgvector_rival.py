"""The same vectors, days and outlets in PostgreSQL with pgvector, for `evals.bench_scale`: loaded and indexed once, then asked.

As its manual has it for vectors of length 1: HNSW by inner product with m and ef_construction as they come, B-trees on day and outlet, a
bound on either by iterative scans. All is loaded and indexed in one transaction, in a folder that gets its name when it is whole.
"""

from __future__ import annotations

import json
import shutil
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.indexing.progress import Progress, silent
from app.stores.scope import Scope
from evals.pgvector_server import served, stop_left

if TYPE_CHECKING:
    import psycopg

    from app.encoding.encoder import Vectors
    from app.stores.columns import PassageColumns
    from app.stores.matrix import VectorMatrix

BLOCK = 5_000
"""Rows sent at once."""
GRAPH_KB = 3
"""Memory for building the graph, of each vector of 384 numbers: 1.5 are the vector itself. With less it is built on disk, many times as
long, and PostgreSQL says so in its log."""
TABLE = "CREATE TABLE passages (passage bigint NOT NULL, published bigint NOT NULL, outlet integer NOT NULL, embedding vector({}) NOT NULL)"
COPY = "COPY passages FROM STDIN (FORMAT binary, FREEZE)"
HEAD, TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), struct.pack(">h", -1)
INDEXES = ("hnsw (embedding vector_ip_ops)", "btree (published)", "btree (outlet)")
ASKED = "SELECT passage, -(embedding <#> %(vector)s) FROM passages {} ORDER BY embedding <#> %(vector)s LIMIT %(count)s"
BUILT = "built.json"


class Pgvector:
    """A connection to it. `seconds`: what loading and indexing took, once."""

    def __init__(self, connection: psycopg.Connection[Any], depth: int, outlets: list[str | None], seconds: float) -> None:
        """`depth`: how many it is asked for."""
        self._connection, self._outlets, self.seconds = connection, outlets, seconds
        _send_vectors(connection)
        # Each question is planned with its own bounds: whether the days or the graph are looked up first depends on them.
        for name, value in (("hnsw.ef_search", depth), ("hnsw.iterative_scan", "relaxed_order"), ("plan_cache_mode", "force_custom_plan")):
            connection.execute(f"SET {name} = {value}")

    def search(self, vector: Vectors, count: int, scope: Scope) -> list[tuple[int, float]]:
        """The best (passage row, cosine) within the scope's days and outlets that the graph finds, about in their order."""
        tests: list[str] = []
        values: dict[str, object] = {"vector": vector, "count": count}
        if scope.since is not None:
            tests, values = [*tests, "published >= %(since)s"], values | {"since": scope.since}
        if scope.seen_until is not None:
            tests, values = [*tests, "published <= %(until)s"], values | {"until": scope.seen_until}
        if scope.sources is not None:
            numbers = [number for number, name in enumerate(self._outlets) if name in scope.sources]
            tests, values = [*tests, "outlet = ANY(%(outlets)s)"], values | {"outlets": numbers}
        query = ASKED.format(f"WHERE {' AND '.join(tests)}" if tests else "")
        return self._connection.execute(query, values, prepare=True, binary=True).fetchall()

    def bytes(self) -> int:
        """Of the table and its indexes on disk."""
        found = self._connection.execute("SELECT pg_total_relation_size('passages')").fetchone()
        assert found is not None
        return int(found[0])


@contextmanager
def rival(folder: Path, matrix: VectorMatrix, columns: PassageColumns, depth: int, progress: Progress = silent) -> Iterator[Pgvector]:
    """The matrix's vectors of present passages in a server over `folder`, built where it is not there or holds others.

    Raises DatelineError where the package is missing or the server cannot be started.
    """
    import psycopg

    chosen = np.flatnonzero(columns.embedded & ~columns.is_former)
    mark = _mark(matrix, columns, chosen)
    file = folder / BUILT
    if not file.is_file() or json.loads(file.read_text(encoding="utf-8"))["mark"] != mark:
        _build(folder, matrix, columns, chosen, mark, progress)
    known = json.loads(file.read_text(encoding="utf-8"))
    with served(folder, _maintenance_mb(len(chosen))) as conninfo, psycopg.connect(conninfo, autocommit=True) as connection:
        yield Pgvector(connection, depth, known["outlets"], known["seconds"])


def _build(folder: Path, matrix: VectorMatrix, columns: PassageColumns, chosen: np.ndarray, mark: str, progress: Progress) -> None:
    import psycopg

    part = folder.with_name(f"{folder.name}.part")
    for left in (part, folder):
        stop_left(left)
        shutil.rmtree(left, ignore_errors=True)
    with served(part, _maintenance_mb(len(chosen))) as conninfo:
        began = time.perf_counter()
        with psycopg.connect(conninfo) as connection:
            connection.execute("CREATE EXTENSION vector")
            connection.execute(TABLE.format(matrix.vectors.shape[1]))
            with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                copy.write(HEAD)
                for start in range(0, len(chosen), BLOCK):
                    copy.write(_rows(matrix, columns, chosen[start : start + BLOCK]))
                    progress("pgvector, rows", min(start + BLOCK, len(chosen)), len(chosen))
                copy.write(TAIL)
            for number, index in enumerate(INDEXES, start=1):
                connection.execute(f"CREATE INDEX ON passages USING {index}")
                progress("pgvector, indexes", number, len(INDEXES))
            connection.execute("ANALYZE passages")
        seconds = time.perf_counter() - began
    known = {"mark": mark, "outlets": list(columns.sources), "seconds": seconds}
    (part / BUILT).write_text(json.dumps(known) + "\n", encoding="utf-8")
    part.rename(folder)


def _rows(matrix: VectorMatrix, columns: PassageColumns, chosen: np.ndarray) -> bytes:
    """These passages as PostgreSQL's binary COPY has them: each value after its length, the greatest byte first."""
    dimension = matrix.vectors.shape[1]
    layout: list[Any] = [("values", ">i2"), ("", ">i4"), ("passage", ">i8"), ("", ">i4"), ("published", ">i8"), ("", ">i4")]
    layout += [("outlet", ">i4"), ("", ">i4"), ("dimension", ">i2"), ("unused", ">i2"), ("embedding", ">f4", (dimension,))]
    rows = np.zeros(len(chosen), [(name or f"length {place}", *kind) for place, (name, *kind) in enumerate(layout)])
    rows["values"], rows["dimension"] = 4, dimension
    for place, length in ((1, 8), (3, 8), (5, 4), (7, 4 + 4 * dimension)):
        rows[f"length {place}"] = length
    rows["passage"], rows["published"], rows["outlet"] = columns.row[chosen], columns.last_second[chosen], columns.source[chosen]
    rows["embedding"] = matrix.vectors[matrix.places_of(columns.row[chosen])]
    return rows.tobytes()


def _mark(matrix: VectorMatrix, columns: PassageColumns, chosen: np.ndarray) -> str:
    """Tells homes apart: which passages, of which days, and a thousandth of their vectors."""
    rows = columns.row[chosen]
    some = matrix.vectors[matrix.places_of(rows[::1000])]
    sums = (zlib.crc32(np.ascontiguousarray(part).data) for part in (rows, columns.last_second[chosen], some))
    return "-".join([str(len(rows)), *(f"{each:08x}" for each in sums)])


def _maintenance_mb(rows: int) -> int:
    return max(64, rows * GRAPH_KB // 1000)


def _send_vectors(connection: psycopg.Connection[Any]) -> None:
    """Arrays go as pgvector's own binary form, which costs the rival no reading of text."""
    from psycopg.adapt import Dumper
    from psycopg.pq import Format

    known = connection.execute("SELECT 'vector'::regtype::oid").fetchone()
    assert known is not None
    (number,) = known

    class VectorDumper(Dumper):
        format = Format.BINARY
        oid = int(number)

        def dump(self, obj: Vectors) -> bytes:
            return struct.pack(">hh", len(obj), 0) + obj.astype(">f4").tobytes()

    connection.adapters.register_dumper(np.ndarray, VectorDumper)
