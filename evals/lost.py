"""Where a right answer was lost on its way from the articles to the person who asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from evals.metrics import Groups, contains
from evals.rows import OFF, ON, OURS, AnswerRow, answer_rows

NOT_RETRIEVED, NOT_READ, NOT_CHOSEN, SILENT = "not retrieved", "retrieved, not read", "read, not chosen", "chosen, but abstained"
PLACES = {
    NOT_RETRIEVED: "no passage found holds the gold answer",
    NOT_READ: "a passage found holds it, no sentence that the reader gave does",
    NOT_CHOSEN: "a sentence that the reader gave holds it, the answer does not",
    SILENT: "the answer with abstention off holds it",
}
"""In the order of answering, each with what it means."""


def place(gold: Groups, passages: Sequence[str], read: Sequence[str]) -> str:
    """The first step after which the gold answer is gone, for an answer that does not hold it.

    `passages` are the texts found, `read` the sentences of the readings. Several groups may be held by several texts:
    what changed from one figure to another stands in two articles.
    """
    if not _held(gold, passages):
        return NOT_RETRIEVED
    return NOT_CHOSEN if _held(gold, read) else NOT_READ


def settled(row: AnswerRow, off: Mapping[str, AnswerRow]) -> AnswerRow:
    """A silent answer with its place filled in from the same question's answer with abstention off (`off`, by id)."""
    if not (row.system == OURS and row.under == ON and row.missed and row.abstained and row.id in off):
        return row
    spoken = off[row.id]
    return replace(row, lost=spoken.lost if spoken.missed else SILENT)


def counts(rows: Sequence[AnswerRow], under: str) -> dict[str, int]:
    """How many of our wrong answers were lost at each place."""
    found = [row.lost for row in answer_rows(rows, OURS, under)]
    return {name: found.count(name) for name in PLACES}


def told(rows: Iterable[AnswerRow]) -> str:
    """Every wrong answer as a line of a Markdown table: id, question, what was said, gold, where it was lost."""
    wrong = [row for row in rows if row.missed and row.system == OURS]
    parts = ["# Wrong answers"]
    for under in (ON, OFF):
        lines = [_line(row) for row in wrong if row.under == under]
        parts += ["", f"## {under}", "", _cells("id", "question", "said", "gold", "lost"), _cells(*["---"] * 5), *lines]
    return "\n".join(parts) + "\n"


def _held(gold: Groups, texts: Sequence[str]) -> bool:
    return bool(gold) and all(any(contains(text, [group], None) for text in texts) for group in gold)


def _line(row: AnswerRow) -> str:
    said = "(abstained)" if row.abstained else f"**{row.short}** – {row.answer}" if row.short else row.answer
    return _cells(row.id, row.question, said, "; ".join(" / ".join(group) for group in row.gold), row.lost or "–")


def _cells(*cells: str) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
