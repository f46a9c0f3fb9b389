"""Kills of `ingest` (of files, and of a feed and a sitemap), of `watch`, and of `serve` while it makes vectors: `kill -9` at random points,
then a run to the end; nothing may be lost or doubled, and `doctor` must find nothing broken.

`python -m evals.bench_kills [--kills N]`. Invented articles and a deterministic encoder stand in for real ones, so
that what is tested is the order of writes and not the model.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evals.bench import counted, keep, main
from evals.kill_site import PLACES, THINGS, change_files, invented_site, write_files

if TYPE_CHECKING:
    from app.settings import Settings

ARTICLES = 1_500
WEB_ARTICLES = 240
KILLS_A_HOME = 5
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """Kills that hit a process at work, homes they hit, passages lost or doubled in any store of those homes, and homes that `doctor`
    found broken after all."""

    kills: int
    homes: int
    wrong: int
    broken: int


def write_articles(file: Path, count: int, seed: int = 1) -> None:
    """Invented articles as JSON lines, each with a URL, a date and about 250 words."""
    chance = random.Random(seed)
    with open(file, "w", encoding="utf-8") as out:
        for number in range(count):
            sentences = [
                f"The {chance.choice(THINGS)} of {chance.choice(PLACES)} took in {chance.randrange(10_000)} visitors in week {week}."
                for week in range(24)
            ]
            record = {
                "url": f"https://invented.example/{number}",
                "title": f"Report {number} on the {chance.choice(THINGS)}",
                "text": " ".join(sentences),
                "published": f"2021-{1 + number % 12:02d}-{1 + number % 28:02d}",
                "source": "Invented Wire",
            }
            out.write(json.dumps(record) + "\n")


@dataclass(frozen=True, slots=True)
class Work:
    """What is killed. `start` begins it in a home; `prepare` makes a home ready for it; `kill` begins it and kills it, and says whether it
    was at work then (by default after a random share of the time that it takes alone)."""

    start: Callable[[Path], subprocess.Popen[bytes]]
    prepare: Callable[[Path], None] = lambda home: None
    kill: Callable[[Path, random.Random], bool] | None = None


@contextmanager
def work_of(kind: str, folder: Path, articles: int) -> Iterator[Work]:
    """`ingest`: files; `serve`: vectors that a server makes; `web`: a feed and a sitemap on loopback; `watch`: a round that looks at these
    and at a folder in which files have come, changed and gone."""
    file = folder / "articles.jsonl"
    if kind in ("ingest", "serve"):
        write_articles(file, articles)
        start = partial(_start, [str(file)])
        yield Work(start) if kind == "ingest" else Work(start, partial(without_vectors, file), kill_catch_up)
        return
    with invented_site(articles) as places:
        if kind == "web":
            yield Work(partial(_start, places))
        else:
            yield Work(_start_watching, partial(_follow, places, folder / "files", articles))


def torture(folder: Path, kills: int, articles: int = ARTICLES, seed: int = 11, *, kind: str = "ingest") -> Outcome:
    """Kill this kind of work until `kills` have hit, finish every home, and compare each with one that was left alone."""
    chance = random.Random(seed)
    with work_of(kind, folder, articles) as work:
        work.prepare(folder / "clean")
        started = time.monotonic()
        _finish(work, folder / "clean")
        whole = time.monotonic() - started
        expected = contents(folder / "clean")
        hit = homes = wrong = broken = 0
        while hit < kills:
            home = folder / f"home-{homes}"
            homes += 1
            before = hit
            work.prepare(home)
            while hit < kills and hit - before < KILLS_A_HOME:
                if not (work.kill(home, chance) if work.kill else _kill_at(work, home, chance.uniform(0.1, 1.0) * whole)):
                    whole *= 0.8  # a run takes less time than that now
                    break
                hit += 1
            _finish(work, home)
            wrong += difference(expected, contents(home))
            broken += _is_broken(home)
            print(f"{kind}: {hit} of {kills} kills, {homes} homes, {wrong} passages wrong, {broken} broken", file=sys.stderr, flush=True)
    return Outcome(hit, homes, wrong, broken)


def contents(home: Path) -> Counter[tuple[str, ...]]:
    """Every passage of every store: what it is and how often it is there."""
    from app.encoding import load_encoder
    from app.indexing.passages import embedded_text
    from app.stores.matrix import VectorMatrix
    from app.stores.stores import Stores

    settings = _settings(home)
    encoder = load_encoder(settings)
    stores = Stores(settings, "own", "bench")
    found: Counter[tuple[str, ...]] = Counter()
    try:
        # One by one: opened together they would be mended.
        vectors_stored, matrix = stores.open_vector_store(), VectorMatrix(home / "matrix", encoder.dimension)
        catalog = stores.catalog
        names: dict[int, tuple[str, ...]] = {}
        texts: dict[int, str] = {}
        for row, stored in catalog.passages(stores.columns.current().row.tolist()).items():
            article = catalog.articles([stored.article_row])[stored.article_row]
            texts[row] = embedded_text(article, article.text[stored.passage.start : stored.passage.end])
            names[row] = (article.id, str(stored.passage.start), str(stored.passage.end))
            found["catalog", *names[row]] += 1
        unknown = ("of no passage",)
        for rows, vectors in vectors_stored.all():
            right = encoder.encode([texts.get(row, "") for row in rows])
            for row, vector, wanted in zip(rows, vectors, right, strict=True):
                # Cached vectors are kept in half precision.
                found["vectors", str(bool(vector @ wanted > 0.99)), *names.get(row, unknown)] += 1
        for row in matrix.get(list(names)):
            found["matrix", *names[row]] += 1
        for row in _words(stores):
            found["words", *names.get(row, unknown)] += 1
        found["articles in the word index", str(stores.article_words.count)] += 1
        found["waiting for a vector", str(catalog.journal.vectors_owed())] += 1
    finally:
        stores.close()
    return found


def difference(expected: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> int:
    """How many entries are missing from `found` or too many in it."""
    return (expected - found).total() + (found - expected).total()


def bench(
    kills: Annotated[int, typer.Option("--kills", min=1)] = 25,
    serve_kills: Annotated[int, typer.Option("--serve-kills", min=1)] = 25,
    web_kills: Annotated[int, typer.Option("--web-kills", min=0)] = 25,
    watch_kills: Annotated[int, typer.Option("--watch-kills", min=0)] = 25,
    articles: Annotated[int, typer.Option("--articles", min=200)] = ARTICLES,
    web_articles: Annotated[int, typer.Option("--web-articles", min=20, help="Of the site, and files of the folder.")] = WEB_ARTICLES,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
) -> None:
    """Kill ingestions, servers and rounds of watching and look whether anything is lost, doubled or broken; exit 1 if so."""
    outcomes: dict[str, Outcome] = {}
    files, web = articles, web_articles
    wanted = (("ingest", kills, files), ("serve", serve_kills, files), ("web", web_kills, web), ("watch", watch_kills, web))
    for name, count, size in wanted:
        if count:
            with tempfile.TemporaryDirectory() as folder:
                outcomes[name] = torture(Path(folder), count, size, kind=name)
    wrong, broken = sum(outcome.wrong for outcome in outcomes.values()), sum(outcome.broken for outcome in outcomes.values())
    figures = {
        **{f"kills of {name}": counted(outcome.kills) for name, outcome in outcomes.items()},
        "homes": counted(sum(outcome.homes for outcome in outcomes.values())),
        "lost or doubled": counted(wrong),
        "homes broken by doctor's account": counted(broken),
    }
    keep("bench-kills", "python -m evals.bench_kills", figures, out)
    if wrong or broken:
        raise typer.Exit(1)


def _words(stores: Any) -> list[int]:
    """The passage of every document in the word index: each holds the word "visitors", which every passage has."""
    from app.stores.scope import Scope

    return [key for key, _ in stores.passage_words.search("visitors", max(1, stores.passage_words.count), Scope())]


def _settings(home: Path, **changes: Any) -> Settings:
    from app.settings import load_settings

    return load_settings(home=home, llm="none", embedding_model="hashing", reader="linear", **changes)


def _run(home: Path, *arguments: str, out: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    variables = os.environ | {"DATELINE_HOME": str(home), "DATELINE_EMBEDDING_MODEL": "hashing", "DATELINE_LLM": "none"}
    variables |= {"DATELINE_READER": "linear", "DATELINE_FETCH_PRIVATE": "1", "DATELINE_FETCH_PAUSE": "0"}
    return subprocess.Popen([sys.executable, *arguments], env=variables, cwd=ROOT, stdout=out, stderr=subprocess.PIPE)


def _start(places: list[str], home: Path) -> subprocess.Popen[bytes]:
    return _run(home, str(ROOT / "ingest.py"), *places)


def _start_watching(home: Path) -> subprocess.Popen[bytes]:
    return _run(home, "-m", "app", "watch", "--once")


def _follow(addresses: list[str], folder: Path, articles: int, home: Path) -> None:
    """A home that has read the folder as it was, before its files changed, and is to look at it and at the addresses."""
    from app.service import Service

    write_files(folder, articles)
    with Service.open(_settings(home, fetch_private=True, fetch_pause=0.0), "own", "bench") as service:
        service.following.change("add", [str(folder)])
        service.watcher.round()
        outcomes = service.following.change("add", addresses)
    if not all(one.done for one in outcomes):
        raise RuntimeError(f"the site is not followed: {outcomes}")
    change_files(folder, articles)


def _is_broken(home: Path) -> bool:
    """Whether `doctor` names an error."""
    process = _run(home, "-m", "app", "doctor", out=subprocess.PIPE)
    said, _ = process.communicate()
    if process.returncode:
        print(said.decode(errors="replace"), file=sys.stderr)
    return process.returncode != 0


def without_vectors(file: Path, home: Path) -> None:
    """A home with every article, as `serve` leaves it when it has just been given them."""
    from app.service import Service

    service = Service.open(_settings(home), "own", "bench")
    try:
        service.ingest([file], embed=False)
    finally:
        service.close()


def _waiting(home: Path) -> int:
    """Passages without a vector, looked up beside whoever writes."""
    with closing(sqlite3.connect(f"file:{home / 'catalog.sqlite'}?mode=ro", uri=True)) as catalog:
        return int(catalog.execute("SELECT COUNT(*) FROM passages WHERE embedded = 0").fetchone()[0])


def kill_catch_up(home: Path, chance: random.Random, waiting: Callable[[Path], int] = _waiting) -> bool:
    """Start a server and kill it while it makes vectors; False if all were made before. `waiting`: as _waiting."""
    before = waiting(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = _run(home, "-m", "app", "serve", "--port", str(port))
    try:
        while process.poll() is None and waiting(home) == before > 0:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.3))
    finally:
        process.send_signal(signal.SIGKILL)
        _, said = process.communicate()
    if process.returncode != -signal.SIGKILL:
        raise RuntimeError(f"the server ended by itself: {said.decode(errors='replace')}")
    return 0 < waiting(home) < before


def _kill_at(work: Work, home: Path, seconds: float) -> bool:
    """Begin the work and kill it after so long; False if it was done before."""
    process = work.start(home)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL
    return False


def _finish(work: Work, home: Path) -> None:
    process = work.start(home)
    _, said = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the run that was left alone failed: {said.decode(errors='replace')}")


if __name__ == "__main__":
    sys.exit(main(bench))
