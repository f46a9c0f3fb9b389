"""Results as Markdown: tables with intervals, and the curve as a picture beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.errors import DatelineError
from evals.plot import risk_coverage_svg

Result = dict[str, Any]

INTERVALS = "In brackets: the 95 % interval (2,000 resamples of the questions), in benchmarks the range of the rounds."


def load_result(file: Path) -> Result:
    """Read a summary that `run` wrote. Raises DatelineError if it is no such file."""
    try:
        result = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(result, dict) or "dataset" not in result:
            raise ValueError("no summary of a run")
    except (OSError, ValueError) as error:
        raise DatelineError(f"{file} cannot be read as a result: {error}.", "Name a file that `python -m evals run` wrote.") from None
    return result


def write_report(results: Sequence[Result], out: Path) -> str:
    """Write the Markdown to `out` and one SVG a result with a curve beside it; returns the Markdown."""
    out.parent.mkdir(parents=True, exist_ok=True)
    pictures = {}
    for number, result in enumerate(results):
        curves = [(f"{c['system']}, area {c['aurc']:.3f}", [(x, y) for x, y in c["points"]]) for c in result.get("curves", ())]
        if curves:
            pictures[number] = f"{out.stem}-{result['dataset']}.svg"
            (out.parent / pictures[number]).write_text(risk_coverage_svg(curves), encoding="utf-8")
    text = markdown(results, pictures)
    out.write_text(text, encoding="utf-8")
    return text


def markdown(results: Sequence[Result], pictures: Mapping[int, str] | None = None) -> str:
    """The tables of all results; `pictures` names the file of a result's curve, by its place."""
    parts = ["# Measurements", "", INTERVALS]
    for number, result in enumerate(results):
        parts += ["", *_result(result)]
        if pictures and number in pictures:
            parts += ["", f"![Share of wrong answers by share of questions answered]({pictures[number]})"]
    return "\n".join(parts) + "\n"


def figure(estimate: Mapping[str, float] | None, digits: int = 3) -> str:
    """`0.812 (0.750–0.870)`, or a dash where nothing was measured."""
    if not estimate:
        return "–"
    return f"{estimate['value']:.{digits}f} ({estimate['low']:.{digits}f}–{estimate['high']:.{digits}f})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table, as lines."""
    return ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]


def _result(result: Result) -> list[str]:
    return _bench(result) if "figures" in result else _questions(result)


def _bench(result: Result) -> list[str]:
    lines = [f"## {result['dataset']}", "", f"Measured {result['when']}.", "", f"    {result['command']}", ""]
    return [*lines, *table(["what", "measured"], [[name, figure(each)] for name, each in result["figures"].items()])]


def _questions(result: Result) -> list[str]:
    lines = [f"## {result['dataset']}", ""]
    lines.append(f"Measured {result['when']}; language model {result['model']}; embeddings {result['embedding_model']}.")
    lines += ["", f"    {result['command']}"]
    if result.get("interrupted"):
        lines += ["", "**This run was interrupted: the figures cover what was done.**"]
    for note in result.get("notes", ()):
        lines += ["", note]
    if result["retrieval"]:
        lines += ["", "### Retrieval", "", *_retrieval(result["retrieval"])]
    if result["answers"]:
        lines += ["", "### Answers", "", *_answers(result["answers"])]
    if result["kinds"]:
        rows = [[kind, str(each["n"]), figure(each["right"]), figure(each["abstained"])] for kind, each in result["kinds"].items()]
        lines += ["", "### By kind of question (abstention on)", "", *table(["kind", "n", "right", "abstained"], rows)]
    if result["paired"]:
        lines += ["", "### Beside the baselines", "", "*Right* on the same questions; the difference is paired.", ""]
        lines += _paired(result["paired"])
    if any(result["times"].values()):
        rows = [[stage, figure(each)] for stage, each in result["times"].items()]
        lines += ["", "### Time (seconds, warm, in this process)", "", *table(["stage", "seconds"], rows)]
    return lines


def _retrieval(tables: Sequence[Result]) -> list[str]:
    names = list(tables[0]["measures"])
    rows = [[t["under"], t["labels"], str(t["n"]), *(figure(t["measures"][name]) for name in names)] for t in tables]
    return table(["asked", "labels", "n", *names], rows)


def _answers(groups: Sequence[Result]) -> list[str]:
    """Measures down, systems across: there are more measures than systems."""
    names = list(dict.fromkeys(name for group in groups for name in group["measures"]))
    head = ["", *(f"{group['system']}, {group['under']} (n {group['n']})" for group in groups)]
    return table(head, [[name, *(figure(group["measures"].get(name)) for group in groups)] for name in names])


def _paired(pairs: Sequence[Result]) -> list[str]:
    rows = [[p["against"], str(p["n"]), figure(p["ours"]), figure(p["theirs"]), figure(p["difference"])] for p in pairs]
    return table(["baseline", "n", "Dateline", "baseline", "difference"], rows)
