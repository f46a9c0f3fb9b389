"""Ingestion beside the bare model and beside a plain LangChain pipeline, on the same articles, in one process.

`python -m evals.bench_ingest [PATH] [--rounds N] [--articles N]`. The arms take turns in random order, since machines
are throttled in bursts; each figure is the median of the rounds, with their range. Loading the model, reading files
for the plain pipeline and opening Chroma are not timed for any arm.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import DatelineError
from evals.bench import counted, keep, main, of_rounds

if TYPE_CHECKING:
    from app.article import Article

SEED = 7


@dataclass(frozen=True, slots=True)
class Seconds:
    """Of one round, by arm, and of a second ingestion of the same articles."""

    bare: float
    ours: float
    plain: float
    second: float


def bench(
    path: Annotated[Path, typer.Argument(help="File or folder of articles.")] = Path("corpus"),
    rounds: Annotated[int, typer.Option("--rounds", min=1)] = 5,
    articles: Annotated[int | None, typer.Option("--articles", min=1, help="Only the first N.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
) -> None:
    """Measure ingestion speed."""
    from app.encoding.packaged import PackagedTokenizer
    from app.indexing.passages import cut_passages, embedded_text

    with tempfile.TemporaryDirectory() as folder:
        source = _file_of(path, articles, Path(folder))
        found = _read(source)
        if not found:
            raise DatelineError(f"no articles in {path}.", "Name a file or folder of articles.")
        count = PackagedTokenizer().count
        texts = [embedded_text(article, article.text[p.start : p.end]) for article in found for p in cut_passages(article, count)]
        timed = [_round(number, source, found, texts, Path(folder)) for number in range(rounds)]
    keep(
        "bench-ingest",
        "python -m evals.bench_ingest",
        {
            "articles": counted(len(found)),
            "passages": counted(len(texts)),
            "bare model, passages/s": of_rounds([len(texts) / t.bare for t in timed]),
            "Dateline, passages/s": of_rounds([len(texts) / t.ours for t in timed]),
            "share of the bare model's speed": of_rounds([t.bare / t.ours for t in timed]),
            "Dateline, articles/s": of_rounds([len(found) / t.ours for t in timed]),
            "plain LangChain, articles/s": of_rounds([len(found) / t.plain for t in timed]),
            "times plain LangChain's speed": of_rounds([t.plain / t.ours for t in timed]),
            "second ingest, s": of_rounds([t.second for t in timed]),
        },
        out,
    )


def _round(number: int, source: Path, articles: Sequence[Article], texts: Sequence[str], folder: Path) -> Seconds:
    from app.answer import IngestReport
    from app.encoding import load_encoder
    from app.service import Service
    from app.settings import load_settings
    from evals.plain_rag import collection, fill

    settings = load_settings(home=folder / f"home-{number}", llm="none")
    encoder = load_encoder(settings)
    encoder.encode(texts[:32])
    store = collection(folder / f"plain-{number}")
    service = Service.open(settings, "own", "bench")
    reports: list[IngestReport] = []
    try:
        service.load_encoder()
        arms: dict[str, Callable[[], object]] = {
            "bare": lambda: encoder.encode(texts),
            "ours": lambda: reports.append(service.ingest([source])),
            "plain": lambda: fill(store, articles, encoder.encode),
        }
        names = list(arms)
        random.Random(SEED + number).shuffle(names)
        seconds = {name: _timed(arms[name]) for name in names}
        second = _timed(lambda: reports.append(service.ingest([source])))
        if reports[0].added != len(articles) or reports[1].added:
            raise RuntimeError(f"not every article was added once and only once: {reports}")
    finally:
        service.close()
    print(f"round {number + 1}: " + ", ".join(f"{name} {seconds[name]:.1f} s" for name in names), file=sys.stderr, flush=True)
    return Seconds(seconds["bare"], seconds["ours"], seconds["plain"], second)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _file_of(path: Path, articles: int | None, folder: Path) -> Path:
    """The path itself, or its first so many articles as a file of their own."""
    if articles is None:
        return path
    file = folder / "articles.jsonl"
    with open(file, "w", encoding="utf-8") as out:
        for article in islice(_read(path), articles):
            record = {"title": article.title, "text": article.text, "url": article.url, "source": article.source}
            out.write(json.dumps(record | {"published": str(article.published) if article.published else None}) + "\n")
    return file


def _read(path: Path) -> list[Article]:
    from app.reading import Problem, read_path

    return [item for item in read_path(path) if not isinstance(item, Problem)]


if __name__ == "__main__":
    sys.exit(main(bench))
