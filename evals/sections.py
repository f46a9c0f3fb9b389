"""Tables of a result beyond those of evals.summary: a title, lines with measures, or plain counts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from evals import bootstrap

T = TypeVar("T")
Section = dict[str, Any]
"""{"title", "key", "lines": [{"name", "n", "measures": {measure: figure or None}}]}: `key` heads the first column; or
{"title", "head": [cells], "counts": [[cells]]}."""


def section(title: str, key: str, lines: Sequence[Section]) -> Section:
    return {"title": title, "key": key, "lines": list(lines)}


def line(name: str, n: int, measures: Mapping[str, bootstrap.Estimate | None]) -> Section:
    return {"name": name, "n": n, "measures": {measure: asdict(found) if found else None for measure, found in measures.items()}}


def counts(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Section:
    return {"title": title, "head": list(head), "counts": [list(row) for row in rows]}


def share(rows: Sequence[T], test: Callable[[T], float | bool]) -> bootstrap.Estimate | None:
    """The mean of what `test` gives for each row; None without rows."""
    return bootstrap.mean([float(test(row)) for row in rows]) if rows else None


def find(result: Section, title: str, name: str, measure: str) -> dict[str, Any] | None:
    """One figure of a result's sections."""
    for each in result.get("sections", ()):
        if each["title"] == title:
            for one in each.get("lines", ()):
                if one["name"] == name:
                    found: dict[str, Any] | None = one["measures"].get(measure)
                    return found
    return None
