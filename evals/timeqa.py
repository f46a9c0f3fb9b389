"""TimeQA's human questions (Chen et al., 2021) through the whole service: each names a period, its article tells of several."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.answer import Answer
from evals import metrics
from evals.gathered import Asked, Document, GatheredSet
from evals.halves import HALVES, Half, half_of
from evals.reading_sets import TIMEQA_FILE, ReadingQuestion, load_set
from evals.rows import OFF, ON, ReadingRow, Row
from evals.sections import Section, line, section, share

NAME = "timeqa"
SAMPLE = 300
"""The first so many answerable questions in hash order, of both halves together."""
SERVED = "The whole service, asked of one article"
FIRST = "sentence first"
TRAINED = (
    "The neural reader was trained on these questions' texts, both halves: the figures tell of time understood, not of reading the unseen."
)


def load(folder: Path, half: Half | None = None) -> GatheredSet[ReadingQuestion]:
    """The sample, or those of it whose text's title is of this half. Raises DatelineError as load_set does."""
    file = folder / TIMEQA_FILE
    every = [_asked(question) for question in load_set(file)]
    answerable = sorted((asked for asked in every if asked.gold.answerable), key=lambda asked: hashlib.sha256(asked.id.encode()).digest())
    kept = [asked for asked in answerable[:SAMPLE] if half in (None, half_of(asked.gold.title))]
    return GatheredSet(NAME, file, every, kept, half, score, sections, (TRAINED,))


def _asked(question: ReadingQuestion) -> Asked[ReadingQuestion]:
    """Questions on one text share its article."""
    key = hashlib.sha256(question.text.encode()).hexdigest()[:16]
    article = Document(f"https://timeqa-{key}.example/", question.text, title=question.title)
    return Asked(question.id, question.question, (article,), question)


def score(asked: Asked[ReadingQuestion], under: str, answer: Answer) -> ReadingRow:
    """Whether the first sentence is the one that answers; silence is wrong."""
    first = answer.sentences[0] if answer.sentences and not answer.abstained else None
    cited = first.citations[0] if first and first.citations else None
    short = answer.short.text if answer.short and first else None
    gold = (asked.gold.answers,)
    return ReadingRow(
        id=asked.id,
        within=half_of(asked.gold.title),
        reader=under,
        answerable=True,
        question=asked.question,
        gold=list(asked.gold.answers),
        short=short,
        sentence=first.text if first else "",
        exact_match=bool(short) and metrics.exact_match(short or "", gold),
        f1=metrics.token_f1(short, gold) if short else 0.0,
        sentence_first=cited is not None and any(cited.start < place.end and place.start < cited.end for place in asked.gold.places),
        probability=answer.confidence,
    )


def sections(rows: Sequence[Row]) -> list[Section]:
    """Both passes, all questions and each half."""
    found = [row for row in rows if isinstance(row, ReadingRow)]
    lines = []
    for under in (ON, OFF):
        asked = [row for row in found if row.reader == under]
        lines.append(_line(under, asked))
        lines += [_line(f"{under}, {half} half", of_half) for half in HALVES if (of_half := [row for row in asked if row.within == half])]
    return [section(SERVED, "asked", lines)]


def _line(name: str, rows: Sequence[ReadingRow]) -> dict[str, Any]:
    return line(
        name,
        len(rows),
        {
            FIRST: share(rows, lambda row: row.sentence_first),
            "short: exact match": share(rows, lambda row: row.exact_match),
            "short: token F1": share(rows, lambda row: row.f1),
            "answered": share(rows, lambda row: bool(row.sentence)),
        },
    )
