"""Bad requests to a real `serve` over `corpus/`: `python -m tests.bad_requests --count 1000 --seed N`.

Prints the seed, and what must hold: no 500, no traceback, no request without an end, the collection as it was, a good question
answered as before. Ends with status 1 where one of these does not.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.bad_request_kinds import KINDS
from tests.test_server import ROOT, Machine, wait_until_embedded

ARTICLES = ROOT / "corpus" / "articles"
GOOD = "How many people were killed in the December flood?"
PATIENCE = 30.0
"""Seconds until a request that has no end counts as hung; the server's own limit is 15."""
AT_ONCE = 8


@dataclass
class Outcome:
    """What came of it; `statuses` by number, 0: the connection was closed without an answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)
    tracebacks: int = 0
    slowest: tuple[float, str] = (0.0, "")
    changed: str = ""
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        return not (self.failed or self.hung or self.tracebacks or self.changed)


def run(machine: Machine, address: str, count: int, seed: int, good: str) -> Outcome:
    """Send them, eight at once, and look whether the server is as it was."""
    chance, outcome, before = random.Random(seed), Outcome(), _state(address, good)
    token = json.loads((machine.home / "owner.json").read_text())["token"]
    made = [(kind := chance.choice(KINDS), kind(chance, token)) for _ in range(count)]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for (kind, request), (status, seconds) in zip(made, pool.map(lambda one: _send(address, one[1]), made), strict=True):
            outcome.statuses[status] += 1
            outcome.slowest = max(outcome.slowest, (seconds, kind.__name__))
            if status >= 500 and status != 503:  # 503: the queue is full, which is said to be so
                outcome.failed.append(f"{kind.__name__} {status} {request[:200]!r}")
            if status < 0:
                outcome.hung.append(f"{kind.__name__} {request[:200]!r}")
    outcome.seconds = time.monotonic() - began
    after = _state(address, good)
    outcome.changed = "" if after == before else f"{before} became {after}"
    logs = [*machine.folder.glob("serve-*.log"), *machine.home.rglob("*.log")]
    outcome.tracebacks = sum(path.read_text(errors="replace").count("Traceback") for path in logs)
    return outcome


def _state(address: str, question: str) -> dict[str, Any]:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as http:
        answer = http.post("/api/ask", json={"question": question}).json()
        return {"articles": http.get("/api/health").json()["articles"], "answer": answer["answer"]}


def _send(address: str, request: bytes) -> tuple[int, float]:
    """Status and seconds; 0: closed without an answer, -1: neither within `PATIENCE`."""
    began = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), timeout=PATIENCE) as one:
            one.sendall(request)
            line = one.recv(64)
            while line.startswith(b"HTTP/1.1 100 "):
                line = one.recv(64)
    except TimeoutError:
        return -1, time.monotonic() - began
    except OSError:
        line = b""
    parts = line.split(b" ", 2)
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0, time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.count} bad requests", flush=True)
    with tempfile.TemporaryDirectory() as place:
        machine = Machine(Path(place))
        ingested = machine.run("ingest.py", str(ARTICLES))
        assert ingested.returncode == 0, ingested.stderr
        with machine.serving() as (_, address):
            wait_until_embedded(address)
            outcome = run(machine, address, options.count, options.seed, GOOD)
    print(f"statuses: {dict(sorted(outcome.statuses.items()))} (0: closed without an answer)")
    print("\n".join([f"500s: {len(outcome.failed)}", *outcome.failed]))
    print("\n".join([f"without an end: {len(outcome.hung)}", *outcome.hung]))
    print(f"tracebacks: {outcome.tracebacks}")
    print(f"slowest: {outcome.slowest[1]} {outcome.slowest[0]:.2f} s; all in {outcome.seconds:.1f} s")
    print(f"collection and a good answer: {outcome.changed or 'as before'}")
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
