"""The reading sets: a question, a text, and where in it the answer stands. Read from a folder that is no part of Dateline."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.article import Span
from app.errors import DatelineError
from evals.datasets import json_lines
from evals.halves import HALVES, Half, half_of

SHIFTS = "squadshifts, held aside"
TIMEQA_FILE = "reading/timeqa_human.jsonl.gz"
TIMEQA: dict[str, Half] = {f"timeqa_human, {half} half": half for half in HALVES}
SETS = {
    SHIFTS: "reading/squadshifts_newwiki.jsonl.gz",
    "squad2_dev500": "retrieval/squad2_dev500.jsonl",
    "squad2_unanswerable": "reading/squad2_unanswerable.jsonl.gz",
    **dict.fromkeys(TIMEQA, TIMEQA_FILE),
}
"""SQuADShifts' new Wikipedia (Miller et al., 2020), SQuAD 2.0's dev set (Rajpurkar et al., 2018) and TimeQA's human questions
(Chen et al., 2021; halves by the title of the text), by name and file."""
HELD_ASIDE = 600


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    """`answers` are the spellings that count (none: the text is silent), `places` where in `text` one stands."""

    id: str
    question: str
    title: str
    text: str
    answers: tuple[str, ...]
    places: tuple[Span, ...]

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


def load_sets(folder: Path, limit: int | None = None, names: Collection[str] = SETS) -> dict[str, list[ReadingQuestion]]:
    """The first `limit` questions of every set of these names. Raises DatelineError naming the file, or file and line, at fault."""
    return {name: _of_set(name, load_set(folder / SETS[name]))[:limit] for name in SETS if name in names}


def load_set(file: Path) -> list[ReadingQuestion]:
    """All questions of a file. Raises DatelineError as load_sets does."""
    questions = list(_questions(file))
    if not questions:
        raise DatelineError(f"no questions in {file}.", "Name the folder of reading sets with --data.")
    return questions


def _of_set(name: str, questions: list[ReadingQuestion]) -> list[ReadingQuestion]:
    if name in TIMEQA:
        return [question for question in questions if half_of(question.title) == TIMEQA[name]]
    return _held_aside(questions) if name == SHIFTS else questions


def _held_aside(questions: list[ReadingQuestion]) -> list[ReadingQuestion]:
    # The reader was never trained on these: training/reader_rows.py leaves them out by these same two lines, written
    # again here because what measures may not rest on what trains. A test holds the two together.
    random.Random(3).shuffle(questions)
    return questions[:HELD_ASIDE]


def _questions(file: Path) -> Iterator[ReadingQuestion]:
    for number, record in enumerate(json_lines(file), start=1):
        try:
            yield _question(record)
        except (KeyError, TypeError, ValueError) as error:
            raise DatelineError(
                f"{file.name}, line {number} is no question of a reading set ({error}).", "Mend it and run again."
            ) from None


def _question(record: dict[str, Any]) -> ReadingQuestion:
    text, given = record["context"], record["answers"] if record.get("answerable", True) else []
    if record.get("answerable", True) and not given:
        raise ValueError("an answerable question without answers")
    # SQuAD 2.0 writes one empty answer where the text gives none, whatever a copy's own flag says.
    given = [one for one in given if (one if isinstance(one, str) else one["text"])]
    answers = [one if isinstance(one, str) else one["text"] for one in given]
    return ReadingQuestion(
        record["id"],
        record["question"],
        record.get("title") or "",
        text,
        tuple(dict.fromkeys(answers)),
        tuple(_places(text, given, record.get("answer_sentence"))),
    )


def _places(text: str, given: list[Any], sentence: list[int] | None) -> Iterator[Span]:
    """Each answer's own place; where only its words are known, the sentence named, else wherever they stand."""
    for one in given:
        if not isinstance(one, str):
            yield Span(one["start"], one["start"] + len(one["text"]))
        elif sentence:
            yield Span(*sentence)
        else:
            yield from (Span(*found.span()) for found in re.finditer(re.escape(one), text))
