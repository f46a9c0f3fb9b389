"""RAMDocs (Wang et al., 2025): several things of one name, each with its own right value, among wrong and useless documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.answer import Answer
from app.errors import DatelineError
from evals.datasets import json_lines
from evals.gathered import Asked, Document, GatheredSet
from evals.halves import Half, half_of
from evals.rows import OFF, ON, Row, ValuesRow
from evals.sections import Section, line, section, share
from evals.told_values import told_values

NAME = "ramdocs"
FILE = "ramdocs_dev250.jsonl.gz"
UNKNOWN = "unknown"
"""What the labels say of a document that answers nothing."""
ANSWERS, BY_VALUES = "Right and wrong values", "By number of right values (abstention off)"
EXACT, ALL, NONE_WRONG, RECALL = "exact: all right values, no wrong one", "all right values", "no wrong value", "right values told"
OURS_ON, OURS_OFF = f"Dateline, {ON}", f"Dateline, {OFF}"


@dataclass(frozen=True, slots=True)
class Values:
    """The labels: `gold` must all be told, of `wrong` none; `stated` is what the documents say, each value once."""

    gold: tuple[str, ...]
    wrong: tuple[str, ...]
    stated: tuple[str, ...]


def load(folder: Path, half: Half | None = None) -> GatheredSet[Values]:
    """The set, or one half of its questions by their ids. Raises DatelineError naming the file, or file and line, at fault."""
    file = folder / FILE
    every = list(_questions(file))
    kept = [asked for asked in every if half in (None, half_of(asked.id))]
    note = "Scored in the answer's words and in the values and sentences of its conflicts, as whole words after normalising."
    return GatheredSet(NAME, file, every, kept, half, score, sections, (note,))


def _questions(file: Path) -> Iterable[Asked[Values]]:
    for number, record in enumerate(json_lines(file), start=1):
        try:
            stated = (document["answer"] for document in record["documents"])
            yield Asked(
                record["id"],
                record["question"],
                tuple(
                    Document(f"https://{record['id']}-{place}.example/", document["text"])
                    for place, document in enumerate(record["documents"], start=1)
                ),
                Values(
                    tuple(dict.fromkeys(record["gold_answers"])),
                    tuple(dict.fromkeys(record["wrong_answers"])),
                    tuple(dict.fromkeys(value for value in stated if value != UNKNOWN)),
                ),
            )
        except (KeyError, TypeError) as error:
            raise DatelineError(f"{file.name}, line {number} is no question of RAMDocs ({error}).", "Mend it and run again.") from None


def score(asked: Asked[Values], under: str, answer: Answer) -> ValuesRow:
    """What the answer told; silence tells nothing."""
    claims = [words for conflict in answer.conflicts for claim in conflict.claims for words in (claim.value, claim.text)]
    pieces = [] if answer.abstained else [answer.answer, *claims]
    right, wrong = told_values(pieces, asked.gold.gold, asked.gold.wrong)
    return ValuesRow(
        id=asked.id,
        under=under,
        question=asked.question,
        abstained=answer.abstained,
        answer=answer.answer,
        first=answer.sentences[0].text if answer.sentences else "",
        claims=claims,
        gold=list(asked.gold.gold),
        wrong=list(asked.gold.wrong),
        stated=list(asked.gold.stated),
        gold_told=right,
        wrong_told=wrong,
        total_s=answer.timings.total_s,
    )


def sections(rows: Sequence[Row]) -> list[Section]:
    """Dateline with abstention on and off, its first sentence alone, and a list of all that the documents state."""
    found = [row for row in rows if isinstance(row, ValuesRow)]
    on, off = ([row for row in found if row.under == under] for under in (ON, OFF))
    systems = {
        OURS_ON: on,
        OURS_OFF: off,
        "its first sentence alone, abstention off": [_said(row, [row.first]) for row in off],
        "every value that the documents state, by the labels": [_said(row, row.stated) for row in on],
    }
    numbers = sorted({len(row.gold) for row in off})
    by_values = [_line(str(number), [row for row in off if len(row.gold) == number]) for number in numbers]
    return [
        section(ANSWERS, "system", [_line(name, each) for name, each in systems.items()]),
        section(BY_VALUES, "right values", by_values),
    ]


def _said(row: ValuesRow, pieces: Sequence[str]) -> ValuesRow:
    """The row as if these pieces had been the answer."""
    right, wrong = told_values(pieces, row.gold, row.wrong)
    return replace(row, abstained=not pieces, gold_told=right, wrong_told=wrong)


def _line(name: str, rows: Sequence[ValuesRow]) -> dict[str, Any]:
    return line(
        name,
        len(rows),
        {
            EXACT: share(rows, lambda row: _all(row) and not row.wrong_told),
            ALL: share(rows, _all),
            NONE_WRONG: share(rows, lambda row: not row.wrong_told),
            RECALL: share(rows, lambda row: len(row.gold_told) / len(row.gold)),
            "answered": share(rows, lambda row: not row.abstained),
        },
    )


def _all(row: ValuesRow) -> bool:
    return len(row.gold_told) == len(row.gold)
