"""Fit how likely a value that was read is an answer at all (app/answering/validity.json).

    python -m training.calibrate_validity --corpus HOME --ramdocs HOME --data DIR --cases FILE [--write]

Rows are the values read for the questions of `evals/questions/{a,b,c}.jsonl` (HOME: where `evals run corpus` keeps its articles), of the
tuned half of RAMDocs (HOME: of `evals run ramdocs`; DIR holds its file) and of RealTime QA 2023 from October on, shown, hidden and
changed (FILE: what training.calibrate_reader has read, `.evals/calibrate_reader.*.pickle`). A value is right if it says one of the gold
answers. `d.jsonl` and the other half of RAMDocs are not read.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from app.answer import Request
from app.answering.readers.agreement import Mix
from app.answering.readers.reading import Found
from app.answering.readers.values import read_value, same_value
from app.answering.validity import FEATURES, FILE, ReadValue, features, grouped
from app.retrieval.plain_question import plain_question
from app.retrieval.profile import QuestionProfile
from app.retrieval.understanding import understand
from app.service import Service
from app.settings import Settings
from evals import ramdocs
from evals.datasets import load_corpus
from evals.halves import TUNED
from evals.metrics import contains
from training.calibrate_reader import SHOWN, Case

QUESTIONS = Path(__file__).parents[1] / "evals" / "questions"
HELD_ASIDE = "d-"
SHARED_WORDS = 0.6
"""Of a gold answer in words, the share that a value must have to say it."""


@dataclass(frozen=True, slots=True)
class Read:
    """One question, what was read for it, and its right answers, each a group of spellings."""

    id: str
    asked: QuestionProfile
    spans: Sequence[Found]
    gold: Sequence[Sequence[str]]


def from_corpus(home: Path) -> Iterator[Read]:
    requests = [
        (q.id, Request(question=q.question, as_of=q.as_of, history=list(q.history)), q.answers)
        for q in load_corpus(QUESTIONS)
        if not q.id.startswith(HELD_ASIDE)
    ]
    yield from _read(home, requests)


def from_ramdocs(home: Path, folder: Path) -> Iterator[Read]:
    requests = [
        (a.id, Request(question=a.question, urls=[document.url for document in a.documents]), [[value] for value in a.gold.gold])
        for a in ramdocs.load(folder, TUNED).kept
    ]
    yield from _read(home, requests)


def _read(home: Path, requests: Sequence[tuple[str, Request, Sequence[Sequence[str]]]]) -> Iterator[Read]:
    service = Service.open(Settings(home=home, llm="none"), "read", "calibration")
    service.load_models()
    for key, request, gold in requests:
        understood = understand(request, service.stores.catalog)
        _, readings = service.look(request)
        yield Read(key, plain_question(understood.asked), readings.spans, gold)
    service.close()


def from_news(file: Path) -> Iterator[Read]:
    cases: list[Case] = pickle.loads(file.read_bytes())
    for case in cases:
        if case.way != "poisoned":
            yield Read(case.id, case.asked, case.found, case.gold if case.way in SHOWN else ())


def right(value: ReadValue, gold: Sequence[Sequence[str]]) -> bool:
    for spelling in (one for group in gold for one in group):
        wanted = read_value(spelling)
        if same_value(wanted, value.value) or contains(value.found[0].text, [[spelling]], None):
            return True
        plain = not (wanted.figure or wanted.dates) and wanted.words
        if plain and len(wanted.words & value.value.words) >= SHARED_WORDS * len(wanted.words):
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--ramdocs", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    measured, rights, groups = [], [], []
    for one in [*from_corpus(asked.corpus), *from_ramdocs(asked.ramdocs, asked.data), *from_news(asked.cases)]:
        values = grouped(one.spans, Mix())
        measured += features(one.asked, values, Mix())
        rights += [right(value, one.gold) for value in values]
        groups += [one.id] * len(values)
    x, y = np.array(measured), np.array(rights)
    spread = np.where(x.std(0) > 1e-6, x.std(0), 1.0)
    model = LogisticRegression(C=0.3, max_iter=5000)
    chance = cross_val_predict(model, x / spread, y, groups=groups, cv=GroupKFold(8), method="predict_proba")[:, 1]
    print(
        f"{len(y)} values, {y.sum()} right; cross-validated AUC {roc_auc_score(y, chance):.3f}, AP {average_precision_score(y, chance):.3f}"
    )
    for threshold in (0.1, 0.2, 0.3, 0.5):
        kept = chance >= threshold
        print(f"chance {threshold}: {y[kept].mean():.2f} right, {y[kept].sum() / y.sum():.2f} of all right ones")
    model.fit(x / spread, y)
    fitted = {"intercept": round(float(model.intercept_[0]), 4)}
    fitted |= {name: round(float(weight), 4) for name, weight in zip(FEATURES, model.coef_[0] / spread, strict=True)}
    print(fitted)
    if asked.write:
        FILE.write_text(json.dumps(fitted, indent=1) + "\n")


if __name__ == "__main__":
    main()
