"""The table "Change and disagreement" of a run, by kind of question. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evals.bootstrap import Estimate
from evals.conflict_scoring import SEVERAL, ConflictScore
from evals.rows import OFF, ON, OURS, AnswerRow, Row, answer_rows
from evals.sections import Section, line, section, share

LATEST, CHANGE, DISAGREEMENT, CORRECTION, LOOK_ALIKE, AGREE = "latest", "change", "disagreement", "correction", "look-alike", "agree"
PLAIN, SINGLE = "all other kinds with one value", "every kind with one value"
ALL_VALUES, FALSE_ALARMS, NEWEST = "all values", "false alarms, of those answered", "newest state first, cited to its day"
VERDICTS: dict[str, Callable[[ConflictScore], bool | None]] = {
    ALL_VALUES: lambda score: score.all_values,
    "with speaker": lambda score: score.with_speaker,
    "with date": lambda score: score.with_date,
    "kind right": lambda score: score.kind_right,
    "newest first": lambda score: score.newest_first,
    "newest state first": lambda score: score.newest_state,
    NEWEST: lambda score: score.newest_day,
    "right value, not the twin's": lambda score: score.told_apart,
}


def title(under: str) -> str:
    return f"Change and disagreement ({under})"


def conflict_sections(rows: Sequence[Row]) -> list[Section]:
    """One table a pass, abstention on and off; none where nothing was asked."""
    passes = {under: [row for row in answer_rows(rows, OURS, under) if row.conflict is not None] for under in (ON, OFF)}
    return [section(title(under), "kind", _lines(asked)) for under, asked in passes.items() if asked]


def _lines(rows: Sequence[AnswerRow]) -> list[dict[str, Any]]:
    own = (LATEST, CHANGE, DISAGREEMENT, CORRECTION, LOOK_ALIKE, AGREE)
    single = [row for row in rows if row.kind not in SEVERAL]
    groups = {kind: [row for row in rows if row.kind == kind] for kind in own}
    if any(groups.values()):  # else the two would be the same
        groups[PLAIN] = [row for row in single if row.kind not in own]
    groups[SINGLE] = single
    return [_line(name, asked) for name, asked in groups.items() if asked]


def _line(name: str, rows: Sequence[AnswerRow]) -> dict[str, Any]:
    measures = {measure: _share(rows, verdict) for measure, verdict in VERDICTS.items()}
    answered = [row for row in rows if not (row.abstained or row.kind in SEVERAL or (row.conflict and row.conflict.overtaken))]
    measures[FALSE_ALARMS] = share(answered, lambda row: bool(row.conflict and row.conflict.shown))
    return line(name, len(rows), measures)


def _share(rows: Sequence[AnswerRow], verdict: Callable[[ConflictScore], bool | None]) -> Estimate | None:
    """Of the questions that ask for it."""
    given = [found for row in rows if row.conflict is not None and (found := verdict(row.conflict)) is not None]
    return share(given, bool)
