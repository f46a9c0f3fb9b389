"""What the benchmarks share: a result beside those of the evals, and a median with the range of its rounds."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from app.runtime import prepare, run
from evals.measuring import default_out
from evals.report import markdown

Figure = dict[str, Any]


def main(command: Callable[..., None]) -> int:
    """Run one benchmark as a program; returns the exit status."""
    prepare()
    cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    cli.command()(command)
    return run(cli, None, f"python -m evals.{Path(sys.argv[0]).stem}")


def of_rounds(values: Sequence[float]) -> Figure:
    """The median, with the lowest and highest round as its range: too few rounds for a bootstrap."""
    return {"value": statistics.median(values), "low": min(values), "high": max(values), "n": len(values)}


def counted(value: float) -> Figure:
    """A figure that was counted, not sampled."""
    return {"value": value, "low": value, "high": value, "n": 1}


def keep(name: str, command: str, figures: Mapping[str, Figure], out: Path | None = None) -> dict[str, Any]:
    """Write the result under `.evals/results` (or to `out`), print it, return it."""
    result = {"dataset": name, "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "command": command, "limit": None, "figures": figures}
    target = out or default_out(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(markdown([result]))
    print(f"dateline: written to {target}", file=sys.stderr)
    return result
