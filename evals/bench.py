"""What the benchmarks share: a result beside those of the evals, and a median with the range of its rounds."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.report import markdown
from evals.run import default_out

Figure = dict[str, Any]


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
