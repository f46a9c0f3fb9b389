"""Results of one dataset with several readers, one row under the other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evals.rows import HIDDEN, OFF, ON, OURS

Result = dict[str, Any]

COLUMNS = {
    "right": (ON, "right"),
    "gold answer in the first 60 words, abstention off": (OFF, "gold answer in the first 60 words"),
    "short: exact match, abstention off": (OFF, "short: exact match"),
    "short: token F1, abstention off": (OFF, "short: token F1"),
    "words of an answer, abstention off": (OFF, "words of an answer"),
    "abstained, evidence hidden": (HIDDEN, "right"),
}
"""A column's head to the pass and the measure that it shows."""


def beside_each_other(results: Sequence[Result]) -> list[tuple[Result, list[Result | None]]]:
    """(result, its figure for each of COLUMNS) of each dataset that was answered with more than one reader."""
    answered = [result for result in results if result.get("answers") and result.get("reader")]
    readers: dict[str, set[str]] = {}
    for result in answered:
        readers.setdefault(result["dataset"], set()).add(result["reader"])
    several = [result for result in answered if len(readers[result["dataset"]]) > 1]
    several.sort(key=lambda result: str(result["dataset"]))
    return [(result, [_figure(result, under, measure) for under, measure in COLUMNS.values()]) for result in several]


def _figure(result: Result, under: str, measure: str) -> Result | None:
    for group in result["answers"]:
        if (group["system"], group["under"]) == (OURS, under):
            found: Result | None = group["measures"].get(measure)
            return found
    return None
