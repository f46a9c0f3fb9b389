"""A folder of bad files, and good ones between them, into a real home: `python -m tests.bad_files --count 1000 --seed N`.

Prints the seed, and what must hold: no traceback, no file over its budget, at most 1 GB of memory, every good neighbour
stored, each bad one told in a line or stored. Ends with status 1 where one of these does not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.reading import Problem, read_bounded
from tests.bad_kinds import KINDS, SLOW_SHARE, slow
from tests.processes import readers, resident
from tests.samples import opened

ROOT = Path(__file__).parents[1]
GOOD_EVERY = 10
GRACE = 2.0
"""Seconds beyond its budget that ending the process and starting another may take."""
MEMORY = 1 << 30


@dataclass
class Outcome:
    """What came of it; `untold` are bad files of which nothing was said and nothing stored."""

    bad: int = 0
    good: int = 0
    seconds: float = 0.0
    tracebacks: int = 0
    over_budget: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    given_up: int = 0
    failed: int = 0
    memory: int = 0
    lost: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    status: int = 0

    @property
    def holds(self) -> bool:
        return not (self.tracebacks or self.over_budget or self.lost or self.untold) and self.memory <= MEMORY and self.status in (0, 1)


def make(folder: Path, count: int, seed: int) -> tuple[list[Path], list[Path]]:
    """`count` bad things in `folder` and a good file after every tenth; returns both, in the order of their names."""
    chance = random.Random(seed)
    folder.mkdir(parents=True)
    bad, good = [], []
    for number in range(count):
        if number % GOOD_EVERY == 0:
            path = folder / f"{number:05}-good.txt"
            path.write_text(f"date 2025-02-03 The ferry number{number} sailed from Osk on Monday. Its captain was Captain{number} Quist.")
            good.append(path)
        bad.append(_special(folder, number, chance) if chance.random() < 0.02 else _file(folder, number, chance))
    return bad, good


def _file(folder: Path, number: int, chance: random.Random) -> Path:
    kind = slow if chance.random() < SLOW_SHARE else chance.choice(KINDS)
    ending, content = kind(chance)
    path = folder / f"{number:05}-{kind.__name__}{ending}"
    path.write_bytes(content)
    return path


def _special(folder: Path, number: int, chance: random.Random) -> Path:
    """What is no file, or has a name that must not be printed."""
    which = chance.randrange(6)
    names = {3: "\u202egpj", 4: "a\nb\x1b[2J", 5: os.fsdecode(b"caf\xe9")}
    path = folder / f"{number:05}-special{names.get(which, '')}.txt"
    if which == 0:
        path.symlink_to("/etc/hostname")
    elif which == 1:
        path.symlink_to(folder / "gone.txt")
    elif which == 2:
        os.mkfifo(path)
    else:
        path.write_text("The ferry sailed.")
    return path


def run(folder: Path, home: Path, count: int, seed: int, seconds: float) -> Outcome:
    """Make them, time each, ingest all with the real command, and look what is in the home."""
    bad, good = make(folder, count, seed)
    outcome = Outcome(bad=len(bad), good=len(good))
    _time_each(folder, seconds, outcome)
    began = time.monotonic()
    report = _ingest(folder, home, seconds, outcome)
    outcome.seconds = time.monotonic() - began
    outcome.failed = len(report["failed"])
    outcome.given_up = sum("more than" in failed["error"] and "seconds" in failed["error"] for failed in report["failed"])
    told = {line["path"].rpartition("/")[2][:5] for line in report["failed"] + report["warnings"]}
    with opened(home, "read") as service:
        outcome.lost = [path.name for path in good if service.find(str(path)) is None]
        untold = [path.name for path in bad if path.name[:5] not in told and service.find(str(path)) is None]
    # The same text under two names is stored under one.
    outcome.untold = untold if len(untold) > report["unchanged"] else []
    return outcome


def _time_each(folder: Path, seconds: float, outcome: Outcome) -> None:
    last = time.monotonic()
    for item in read_bounded([folder], seconds):
        took, last = time.monotonic() - last, time.monotonic()
        name = (item.path or "").rpartition("/")[2]
        outcome.slowest = max(outcome.slowest, (took, name))
        if took > seconds + GRACE:
            outcome.over_budget.append(f"{name} ({took:.1f} s)")
        if isinstance(item, Problem) and ("\n" in item.message or "mistake in Dateline" in item.message):
            outcome.tracebacks += 1


def _ingest(folder: Path, home: Path, seconds: float, outcome: Outcome) -> dict[str, Any]:
    names = {"HOME": str(home), "EMBEDDING_MODEL": "hashing", "LLM": "none", "READ_SECONDS": str(seconds)}
    environment = {**os.environ, **{f"DATELINE_{name}": value for name, value in names.items()}}
    command = [sys.executable, str(ROOT / "ingest.py"), str(folder), "--json"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def watch() -> None:
        while process.poll() is None:
            outcome.memory = max(outcome.memory, sum(map(resident, (process.pid, *readers(process.pid)))))
            time.sleep(0.05)

    watching = threading.Thread(target=watch)
    watching.start()
    output, errors = process.communicate()
    watching.join()
    logs = "".join(path.read_text(errors="replace") for path in home.rglob("*.log"))
    outcome.status = process.returncode
    outcome.tracebacks += (output + errors + logs).count("Traceback")
    report: dict[str, Any] = json.loads(output)
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--seconds", type=float, default=5.0, help="budget of a file")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.count} bad files, {options.seconds:g} s for each", flush=True)
    with tempfile.TemporaryDirectory() as place:
        outcome = run(Path(place) / "news", Path(place) / "home", options.count, options.seed, options.seconds)
    print(f"tracebacks: {outcome.tracebacks}")
    print(f"files over budget: {len(outcome.over_budget)} {' '.join(outcome.over_budget)}")
    print(
        f"slowest: {outcome.slowest[1]} {outcome.slowest[0]:.2f} s; given up for time: {outcome.given_up}; problems told: {outcome.failed}"
    )
    print(f"peak memory: {outcome.memory / 1e6:,.0f} MB (ingest and the process that reads, together)")
    print(f"good neighbours stored: {outcome.good - len(outcome.lost)} of {outcome.good} {' '.join(outcome.lost)}")
    print(f"bad files of which nothing is said or stored: {len(outcome.untold)} {' '.join(outcome.untold)}")
    print(f"ingested in {outcome.seconds:.1f} s, status {outcome.status}")
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
