"""Results as Markdown: tables with intervals, and the curve as a picture beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any

from app.errors import DatelineError
from evals.comparing import COLUMNS, beside_each_other
from evals.lost import PLACES
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
    pictures: dict[int, str] = {}
    for number, result in enumerate(results):
        curves = [(f"{c['system']}, area {c['aurc']:.3f}", [(x, y) for x, y in c["points"]]) for c in result.get("curves", ())]
        if curves:
            pictures[number] = _unused(f"{out.stem}-{result['dataset']}", result, set(pictures.values()))
            (out.parent / pictures[number]).write_text(risk_coverage_svg(curves), encoding="utf-8")
    text = markdown(results, pictures)
    out.write_text(text, encoding="utf-8")
    return text


def _unused(stem: str, result: Result, taken: set[str]) -> str:
    """A name for a result's picture: by its reader, then by number, where the dataset's alone is another result's."""
    by_reader = f"{stem}-{result.get('reader', 'again')}"
    names = (f"{name}.svg" for name in chain([stem, by_reader], (f"{by_reader}-{number}" for number in count(2))))
    return next(name for name in names if name not in taken)


def markdown(results: Sequence[Result], pictures: Mapping[int, str] | None = None) -> str:
    """The tables of all results; `pictures` names the file of a result's curve, by its place."""
    parts = ["# Measurements", "", INTERVALS]
    if compared := beside_each_other(results):
        rows = [[result["dataset"], result["reader"], *map(figure, figures)] for result, figures in compared]
        parts += ["", "## Readers, one under the other", "", *table(["dataset", "reader", *COLUMNS], rows)]
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
    if "figures" in result:
        return _bench(result)
    if "reading" in result:
        return _reading(result)
    if "support" in result:
        return _support(result)
    return _questions(result) if "answers" in result else _gathered(result)


def _bench(result: Result) -> list[str]:
    lines = [f"## {result['dataset']}", "", f"Measured {result['when']}.", "", f"    {result['command']}", ""]
    return [*lines, *table(["what", "measured"], [[name, figure(each)] for name, each in result["figures"].items()])]


def _opening(result: Result, made_with: str) -> list[str]:
    lines = [f"## {result['dataset']}", "", f"Measured {result['when']}; {made_with}embeddings {result['embedding_model']}."]
    lines += ["", f"    {result['command']}"]
    if result.get("interrupted"):
        lines += ["", "**This run was interrupted: the figures cover what was done.**"]
    for note in result.get("notes", ()):
        lines += ["", note]
    return lines


def _reading(result: Result) -> list[str]:
    """Sets and readers down, a set's readers one under the other."""
    groups = result["reading"]
    names = list(groups[0]["measures"]) if groups else []
    head = ["set", "reader", "n", "answerable", *names]
    rows = [[g["set"], g["reader"], str(g["n"]), str(g["answerable"]), *(figure(g["measures"][n]) for n in names)] for g in groups]
    return [*_opening(result, ""), "", *table(head, rows)]


def _support(result: Result) -> list[str]:
    """Sets and what checks them down, a set's rows one under the other."""
    groups = result["support"]
    names = list(groups[0]["measures"]) if groups else []
    head = ["set", "role", "checked by", "n", "true", *names]
    rows = [[g["set"], g["role"], g["system"], str(g["n"]), str(g["true"]), *(figure(g["measures"][n]) for n in names)] for g in groups]
    return [*_opening(result, ""), "", *table(head, rows), *_sections(result)]


def _gathered(result: Result) -> list[str]:
    """A dataset that comes with its own documents: all its tables are sections."""
    return [*_opening(result, f"language model {result['llm']}; reader {result['reader']}; "), *_sections(result)]


def _sections(result: Result) -> list[str]:
    lines: list[str] = []
    for each in result.get("sections", ()):
        lines += ["", f"### {each['title']}", ""]
        if "counts" in each:
            lines += table(each["head"], each["counts"])
        else:
            names = list(dict.fromkeys(name for one in each["lines"] for name in one["measures"]))
            rows = [[one["name"], str(one["n"]), *(figure(one["measures"].get(name)) for name in names)] for one in each["lines"]]
            lines += table([each["key"], "n", *names], rows)
    return lines


def _questions(result: Result) -> list[str]:
    reader = f"reader {result['reader']}; " if "reader" in result else ""
    lines = _opening(result, f"language model {result['model']}; {reader}")
    if result["retrieval"]:
        lines += ["", "### Retrieval", "", *_retrieval(result["retrieval"])]
    if result["answers"]:
        lines += ["", "### Answers", "", *_answers(result["answers"])]
    if result["kinds"]:
        rows = [[kind, str(each["n"]), figure(each["right"]), figure(each["abstained"])] for kind, each in result["kinds"].items()]
        lines += ["", "### By kind of question (abstention on)", "", *table(["kind", "n", "right", "abstained"], rows)]
    lines += _sections(result)
    if result["paired"]:
        lines += ["", "### Beside the baselines", "", "*Right* on the same questions; the difference is paired.", ""]
        lines += _paired(result["paired"])
    if result.get("lost"):
        lines += ["", "### Where wrong answers were lost", "", *_lost(result["lost"])]
    if any(result["times"].values()):
        rows = [[stage, figure(each)] for stage, each in result["times"].items()]
        lines += ["", "### Time (seconds, warm, in this process)", "", *table(["stage", "seconds"], rows)]
    return lines


def _retrieval(tables: Sequence[Result]) -> list[str]:
    names = list(tables[0]["measures"])
    said = ("under", "ranking", "questions", "labels")
    rows = [[*(t.get(key, "") for key in said), str(t["n"]), *(figure(t["measures"][name]) for name in names)] for t in tables]
    return table(["asked", "ranking", "questions", "labels", "n", *names], rows)


def _answers(groups: Sequence[Result]) -> list[str]:
    """Measures down, systems across: there are more measures than systems."""
    names = list(dict.fromkeys(name for group in groups for name in group["measures"]))
    head = ["", *(f"{group['system']}, {group['under']} (n {group['n']})" for group in groups)]
    return table(head, [[name, *(figure(group["measures"].get(name)) for group in groups)] for name in names])


def _lost(passes: Sequence[Result]) -> list[str]:
    """Counts of answerable questions answered wrongly or not at all: places down, passes across."""
    rows = [[f"{name}: {what}", *(str(each["places"][name]) for each in passes)] for name, what in PLACES.items()]
    return table(["", *(each["under"] for each in passes)], [*rows, ["all", *(str(sum(each["places"].values())) for each in passes)]])


def _paired(pairs: Sequence[Result]) -> list[str]:
    rows = [[p["against"], str(p["n"]), figure(p["ours"]), figure(p["theirs"]), figure(p["difference"])] for p in pairs]
    return table(["baseline", "n", "Dateline", "baseline", "difference"], rows)
