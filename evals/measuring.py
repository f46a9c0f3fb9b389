"""What every run has in common: what was ordered, rows kept as they come, a result even of what was cut short."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from app.settings import Settings
from evals.homes import ROOT
from evals.rows import Row, RowFile

if TYPE_CHECKING:
    from app.indexing.progress import Progress

RESULTS = ROOT / "results"
Part = Literal["retrieval", "answers", "all"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for on the command line, and where the result goes."""

    part: Part
    baselines: bool
    limit: int | None
    command: str
    out: Path


def measured(
    out: Path, measure: Callable[[RowFile], None], result: Callable[[Sequence[Row], bool, float], dict[str, Any]]
) -> dict[str, Any]:
    """Let `measure` add rows (kept in `….rows.jsonl`), write what `result` makes of them to `out`, and return it.

    `result` is given the rows, whether the measuring was cut short, and its seconds. Ctrl-C ends the measuring: the
    result then covers what was done; before the first row it goes on up. Whatever else goes wrong is raised too, after
    the same.
    """
    rows = RowFile(out.with_suffix(".rows.jsonl"))
    started = time.monotonic()
    stopped: BaseException | None = None
    try:
        measure(rows)
    except BaseException as error:
        if not rows.rows:
            raise
        stopped = error
    found = result(rows.rows, stopped is not None, time.monotonic() - started)
    out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if stopped is not None and not isinstance(stopped, KeyboardInterrupt):
        raise stopped
    return found


def head(dataset: str, settings: Settings, order: Order, interrupted: bool, seconds: float) -> dict[str, Any]:
    """What every result says of itself, before its figures."""
    return {
        "dataset": dataset,
        "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "command": order.command,
        "limit": order.limit,
        "interrupted": interrupted,
        "seconds": round(seconds, 1),
        "embedding_model": settings.embedding_model,
    }


def default_out(name: str) -> Path:
    """A new file under `.evals/results`, named by dataset and time."""
    return RESULTS / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"


def told(items: Sequence[T] | Iterator[T], stage: str, total: int, progress: Progress) -> Iterator[T]:
    """The items, each told to `progress` once it is done."""
    for done, item in enumerate(items, start=1):
        yield item
        progress(stage, done, total)
