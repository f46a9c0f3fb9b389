"""The results that lie under `.evals/results`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.errors import DatelineError
from evals.measuring import RESULTS
from evals.report import Result, load_result

LLM, READER = "none", "neural"
"""What Dateline comes with: figures of anything else are not those of this version."""


def whole_results(folder: Path = RESULTS) -> Iterator[Result]:
    """The newest first, without those that were limited, interrupted, of some sets only, or made with another language model or
    reader."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files:
        result = load_result(file)
        as_it_comes = (result.get("llm", LLM), result.get("reader", READER)) == (LLM, READER)
        in_part = result.get("limit") is not None or result.get("interrupted") or result.get("partial")
        if not in_part and as_it_comes:
            yield result


def newest(folder: Path = RESULTS) -> list[Result]:
    """The newest whole result of each dataset that was asked and searched, or read. Raises DatelineError if there is none."""
    found: dict[str, Result] = {}
    for result in whole_results(folder):
        if not {"answers", "reading", "sections"}.isdisjoint(result):
            found.setdefault(result["dataset"], result)
    if not found:
        raise DatelineError(f"no whole results in {folder}.", "Run: python -m evals run corpus")
    return [found[name] for name in sorted(found)]
