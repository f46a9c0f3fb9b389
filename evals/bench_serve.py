"""A warm `serve`: the times that it reports for whole answers, and the memory of all its processes.

`python -m evals.bench_serve HOME [--questions FILE]`: HOME is one that evals keep (`python -m evals ingest …` prints it).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import DatelineError
from evals.bench import counted, keep, main

if TYPE_CHECKING:
    from httpx import Client

    from evals.datasets import Question

START_SECONDS = 180
ROOT = Path(__file__).parent.parent


def bench(
    home: Annotated[Path, typer.Argument(help="A home that is filled and embedded.")],
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="RealTime QA of the home's year; else the corpus.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many questions.")] = 40,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
) -> None:
    """Start `serve` on HOME, ask, and measure. Reads memory from /proc: Linux only."""
    from dataclasses import asdict

    from evals import bootstrap
    from evals.datasets import in_hash_order, load_corpus, load_realtimeqa

    questions = in_hash_order(load_realtimeqa(data) if data else load_corpus(ROOT / "evals/questions"))
    with served(home) as (client, process):
        idle = memory(process)
        _ask(client, questions[limit : limit + 2])
        timings, peak = [], idle
        for question in questions[:limit]:
            timings += _ask(client, [question])
            peak = max(peak, memory(process))
    figures = {}
    for name, field in (("retrieval", "retrieve_s"), ("first checked sentence", "first_token_s"), ("whole answer", "total_s")):
        known = [value for timing in timings if (value := timing[field]) is not None]
        for share in (0.5, 0.9):
            found = bootstrap.quantile(known, share)
            if found:
                figures[f"{name}, p{share * 100:.0f}"] = asdict(found)
    figures |= {"memory when ready, GB": counted(idle / 1e9), "memory, GB": counted(peak / 1e9), "questions": counted(len(timings))}
    keep("bench-serve", "python -m evals.bench_serve HOME", figures, out)


@contextmanager
def served(
    home: Path, password: str = "", ready: Sequence[str] = ("ok",), settings: Sequence[tuple[str, str]] = ()
) -> Iterator[tuple[Client, int]]:
    """A `serve` with everything loaded, as an HTTP client and its process id; stopped at the end. With a password if one is given, and
    these further settings, as the environment has them.

    Raises DatelineError if it is not ready within START_SECONDS.
    """
    import httpx

    from app.web.guard import USER

    port = _free_port()
    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    environment = os.environ | {"DATELINE_HOME": str(home.resolve()), "DATELINE_PASSWORD": password} | dict(settings)
    auth = (USER, password) if password else None
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False, auth=auth) as client:
            deadline = time.monotonic() + START_SECONDS
            while not _is(client, ready):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise DatelineError(f"`serve` was not ready on {home} within {START_SECONDS} s.", f"Look into {home / 'dateline.log'}.")
                time.sleep(0.5)
            yield client, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def memory(process: int) -> int:
    """Proportional set size of a process and all below it, in bytes: pages that several share are counted once."""
    return _rollup(process)["Pss"]


def resident(process: int) -> tuple[int, int]:
    """Resident set of a process and all below it, in bytes, and what of it are pages of files (libraries, vectors, words), which the
    system takes back when it needs room."""
    found = _rollup(process)
    return found["Rss"], found["Rss"] - found["Anonymous"]


def _rollup(process: int) -> Counter[str]:
    """What the kernel says of the pages of a process and all below it, in bytes."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    found = Counter({name: int(value.split()[0]) * 1024 for name, value in (line.split(":") for line in lines)})
    children = [int(child) for task in Path(f"/proc/{process}/task").iterdir() for child in (task / "children").read_text().split()]
    return sum(map(_rollup, children), found)


def _is(client: Client, ready: Sequence[str]) -> bool:
    import httpx

    try:
        return client.get("/api/health").json()["status"] in ready
    except httpx.TransportError:
        return False


def _ask(client: Client, questions: Sequence[Question]) -> list[dict[str, float | None]]:
    timings = []
    for question in questions:
        body = {"question": question.question, "as_of": question.as_of, "history": [turn.model_dump() for turn in question.history]}
        reply = client.post("/api/ask", json=body)
        reply.raise_for_status()
        timings.append(reply.json()["timings"])
    return timings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(bench))
