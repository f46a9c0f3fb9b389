"""A Chroma server's own filters beside the home's matrix: milliseconds of a search for 100 vectors, plain, within days, of one outlet.

`python -m evals.bench_chroma_filters --vectors 10000 --vectors 50000` starts `chroma run` on a free port, fills it with random vectors of
length 1 (1,000 days, 20 outlets), and asks it over HTTP.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import numpy as np
import typer

from evals.bench import main

DIMENSION, DAYS, OUTLETS, FOUND, BATCH = 384, 1_000, 20, 100, 2_000
START_SECONDS = 60.0


@contextmanager
def chroma_run(folder: Path) -> Iterator[str]:
    """The address of a `chroma run` of our own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS
    try:
        while True:
            try:
                httpx.get(f"{url}/api/v2/heartbeat").raise_for_status()
                break
            except httpx.HTTPError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait()


def unit(random: np.random.Generator, count: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    vectors = random.standard_normal((count, DIMENSION), np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def milliseconds(calls: list[Callable[[], object]]) -> str:
    """Median and 95th of a hundred."""
    times = []
    for call in calls:
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1e3)
    return f"{np.median(times):7.1f} {np.quantile(times, 0.95):7.1f}"


def measure(count: int, questions: int) -> None:
    """One size: fill, then each way in turn."""
    from app.stores.chroma_server import connect
    from app.stores.matrix import VectorMatrix

    random = np.random.default_rng(15)
    vectors, asked = unit(random, count), unit(random, questions)
    day, outlet = random.integers(0, DAYS, count), random.integers(0, OUTLETS, count)
    with tempfile.TemporaryDirectory() as folder, chroma_run(Path(folder) / "chroma") as url:
        client = connect(url)
        whole = client.create_collection("whole", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
        month = {
            number: client.create_collection(f"month-{number}", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
            for number in range(DAYS // 30 + 1)
        }
        matrix = VectorMatrix(Path(folder) / "matrix", DIMENSION)
        began = time.perf_counter()
        for start in range(0, count, BATCH):
            rows = list(range(start, min(start + BATCH, count)))
            noted = [{"day": int(day[row]), "month": int(day[row]) // 30, "source": f"outlet {outlet[row]}"} for row in rows]
            whole.upsert([str(row) for row in rows], embeddings=vectors[rows], metadatas=noted)
        print(f"{count} vectors, written over HTTP in {time.perf_counter() - began:.0f} s")
        for number, collection in month.items():
            rows = np.flatnonzero(day // 30 == number).tolist()
            for start in range(0, len(rows), BATCH):
                part = rows[start : start + BATCH]
                collection.upsert([str(row) for row in part], embeddings=vectors[part], metadatas=[{"day": int(day[row])} for row in part])
        matrix.append(list(range(count)), vectors)

        def query(collection: Any, vector: Any, where: Any = None) -> Callable[[], object]:
            return lambda: collection.query(query_embeddings=[vector], n_results=FOUND, where=where, include=["distances"])

        def masked(vector: Any, mask: Any) -> Callable[[], object]:
            return lambda: matrix.search(vector, FOUND, np.flatnonzero(mask()))

        day_range = {"$and": [{"day": {"$gte": 300}}, {"day": {"$lt": 330}}]}
        months = {"month": {"$in": [10, 11, 12]}}
        ways: dict[str, list[Callable[[], object]]] = {
            "Chroma, plain": [query(whole, one) for one in asked],
            "Chroma, where 30 days of 1,000": [query(whole, one, day_range) for one in asked],
            "Chroma, where month in three": [query(whole, one, months) for one in asked],
            "Chroma, where one outlet of 20": [query(whole, one, {"source": "outlet 7"}) for one in asked],
            "Chroma, the month's own collection": [query(month[10], one) for one in asked],
            "matrix, all": [masked(one, lambda: np.ones(count, bool)) for one in asked],
            "matrix, 30 days of 1,000": [masked(one, lambda: (day >= 300) & (day < 330)) for one in asked],
            "matrix, one outlet of 20": [masked(one, lambda: outlet == 7) for one in asked],
        }
        print(f"{'':38} p50 ms  p95 ms")
        for name, calls in ways.items():
            calls[0]()
            print(f"{name:36} {milliseconds(calls)}", flush=True)


def bench(
    vectors: Annotated[list[int] | None, typer.Option(help="Vectors; may be given several times.", min=1_000)] = None,
    questions: Annotated[int, typer.Option(help="Searches of each kind.", min=5)] = 100,
) -> None:
    """Chroma's filters over HTTP beside the matrix."""
    for count in vectors or [10_000, 50_000]:
        measure(count, questions)


if __name__ == "__main__":
    raise SystemExit(main(bench))
