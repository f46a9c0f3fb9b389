"""How well each reader reads: one text and one question at a time, without retrieval and without a language model."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.answering.readers import READERS, Reader
from app.article import Article, Passage
from app.encoding import load_encoder
from app.retrieval.profile import profile
from app.retrieval.retriever import Ranked
from app.retrieval.wishes import read_wish
from app.settings import Settings
from app.stores.catalog import StoredPassage
from app.text.sentences import split_sentences
from evals import bootstrap, metrics
from evals.abstention import AUC, roc_auc
from evals.measuring import Order, head, measured, told
from evals.reading_sets import SETS, ReadingQuestion, load_sets
from evals.rows import ReadingRow, Row, RowFile

if TYPE_CHECKING:
    from app.indexing.progress import Progress

DATASET = "reading"
TODAY = date(2026, 11, 25)
"""The day that "last year" counts from: one for all runs."""
TRAINED_ON = {
    "linear": "*linear* was fitted on samples of SQuADShifts, QAMR, QED, CLAPNQ, TimeQA and RealTime QA 2023, and on half of "
    "squad2_unanswerable (training/calibrate_answering.py): it has seen a part of two of these sets.",
    "neural": "*neural* was trained on SQuADShifts but for these 600 questions and their texts, parts of SQuAD's train set, QAMR, Quoref, "
    "QED, TimeQA, CLAPNQ, SelQA, RealTime QA 2023 and questions made from its articles; never on SQuAD 2.0's dev set, "
    "RealTime QA 2022 or `corpus/` (docs/reader.md). Its figures on timeqa_human, both halves, are those of texts it was trained on.",
}


def run(
    folder: Path, settings: Settings, names: Sequence[str], order: Order, progress: Progress, within: Collection[str] = SETS
) -> dict[str, Any]:
    """Measure the readers of these names on the sets `within`; writes and returns the result as evals.measuring does.

    Raises DatelineError if a set or a reader cannot be used.
    """

    def measure(rows: RowFile) -> None:
        sets = load_sets(folder, order.limit, within)
        encoder = load_encoder(settings)
        readers = [READERS[name](encoder) for name in names]
        for name, questions in sets.items():
            for reader in readers:
                for question in told(questions, f"{name}, {reader.name}", len(questions), progress):
                    rows.add(read(reader, name, question))

    def result(rows: Sequence[Row], interrupted: bool, seconds: float) -> dict[str, Any]:
        notes = [TRAINED_ON[name] for name in names if name in TRAINED_ON]
        found = [row for row in rows if isinstance(row, ReadingRow)]
        whole = {"partial": set(within) != set(SETS), "notes": notes, "reading": summary(found)}
        return head(DATASET, settings, order, interrupted, seconds) | whole

    return measured(order.out, measure, result)


def read(reader: Reader, within: str, question: ReadingQuestion) -> ReadingRow:
    """Let a reader read one text, and score what it found first. Nothing found counts as wrong."""
    asked = replace(profile(question.question), period=read_wish(question.question, TODAY, []).period)
    readings = reader.read(asked, [as_retrieved(question)])
    first = readings.found[0] if readings.found else None
    short = first.short if first is not None and first.span is not None else None
    gold = (question.answers,)
    return ReadingRow(
        id=question.id,
        within=within,
        reader=reader.name,
        answerable=question.answerable,
        question=question.question,
        gold=list(question.answers),
        short=short,
        sentence=first.text if first is not None else "",
        exact_match=bool(short) and metrics.exact_match(short or "", gold),
        f1=metrics.token_f1(short, gold) if short and question.answerable else 0.0,
        sentence_first=first is not None
        and any(first.sentence.start < place.end and place.start < first.sentence.end for place in question.places),
        probability=readings.answerable,
    )


def as_retrieved(question: ReadingQuestion) -> Ranked:
    """The text as the one passage of an article of its own, as retrieval would give it."""
    passage = Passage(question.id, 0, 0, len(question.text), tuple(split_sentences(question.text)))
    return Ranked(StoredPassage(1, 1, passage), Article(question.id, question.title, question.text), score=1.0)


def summary(rows: Sequence[ReadingRow]) -> list[dict[str, Any]]:
    """The figures of each set and reader, a set's readers one under the other."""
    groups = dict.fromkeys((row.within, row.reader) for row in rows)
    order = sorted(groups, key=lambda group: (list(SETS).index(group[0]), group[1]))
    return [_figures(within, reader, [row for row in rows if (row.within, row.reader) == (within, reader)]) for within, reader in order]


def _figures(within: str, reader: str, rows: Sequence[ReadingRow]) -> dict[str, Any]:
    could = [row for row in rows if row.answerable]
    # A reader that gives sentences alone has no words to compare: that is no score of 0.
    spans = could if any(row.short for row in rows) else []
    estimates = {
        "exact match": _mean([float(row.exact_match) for row in spans]),
        "token F1": _mean([row.f1 for row in spans]),
        "sentence first": _mean([float(row.sentence_first) for row in could]),
        AUC: bootstrap.resampled(
            len(rows), lambda drawn: roc_auc([rows[i].answerable for i in drawn], [rows[i].probability for i in drawn])
        ),
    }
    measures = {name: asdict(found) if found else None for name, found in estimates.items()}
    return {"set": within, "reader": reader, "n": len(rows), "answerable": len(could), "measures": measures}


def _mean(values: Sequence[float]) -> bootstrap.Estimate | None:
    return bootstrap.mean(values) if values else None
