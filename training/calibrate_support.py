"""Fits the closeness weights of the support check, and measures the check on sets of claims.

    python training/calibrate_support.py --data DIR [--no-encoder] [--rows 400] [--fit]

DIR holds `*.jsonl.gz` of {"source", "claim", "supported"}. With --fit it fits on FITTED alone and prints the weights for
app/support/score.py and, per threshold, what they let in there; every other set is held out, from the weights and
from SUPPORTED_AT. The tables that it prints stand in docs/.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.support import score as support_score
from app.support.checker import Judged, SupportChecker
from app.support.source import read_source
from app.text.sentences import split_sentences
from app.text.words import content_words

FITTED = ("wice_oracle_chunks_dev", "fever_symmetric", "cliff_news")
SAME_CLAIMS = {"wice_dev": "same claims as a fitted set"}


@dataclass(frozen=True)
class Row:
    source: str
    claim: str
    supported: bool


@dataclass(frozen=True)
class Scored:
    row: Row
    judged: list[Judged]

    @property
    def support(self) -> float:
        return min(one.support for one in self.judged)

    @property
    def weakest(self) -> Judged:
        return min(self.judged, key=lambda one: one.support)


def rows(path: Path, limit: int) -> list[Row]:
    """At most `limit` rows, drawn with a fixed seed so that every run measures the same ones."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [Row(row["source"], row["claim"], bool(row["supported"])) for row in map(json.loads, lines)]
    found = [row for row in found if row.source.strip() and row.claim.strip()]
    random.Random(7).shuffle(found)
    return found[:limit]


def score(checker: SupportChecker, found: Sequence[Row]) -> list[Scored]:
    return [
        Scored(row, [checker.judge(read_source(row.source), row.claim[one.start : one.end]) for one in split_sentences(row.claim)])
        for row in found
    ]


def overlap(row: Row) -> float:
    claim = set(content_words(row.claim))
    return len(claim & set(content_words(row.source))) / max(len(claim), 1)


def auc(scores: Sequence[float], truth: Sequence[bool]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, scores))


def let_in(scores: Sequence[float], truth: Sequence[bool], threshold: float) -> tuple[float, float]:
    """Precision among those at `threshold` or above (nan if none), and the share of the true ones that are there."""
    chosen = [true for value, true in zip(scores, truth, strict=True) if value >= threshold]
    return (sum(chosen) / len(chosen) if chosen else float("nan")), sum(chosen) / max(sum(truth), 1)


def threshold(sets: Sequence[Sequence[Scored]], precision: float) -> float:
    """The lowest support, in steps of 0.05, from which on the mean precision over the sets stays at `precision`."""
    steps = [step / 20 for step in range(1, 20)]
    means = []
    for step in steps:
        found = [let_in([one.support for one in scored], [one.row.supported for one in scored], step)[0] for scored in sets]
        told = [value for value in found if value == value]
        means.append(sum(told) / len(told) if told else 1.0)
    return next((step for place, step in enumerate(steps) if min(means[place:]) >= precision), 1.0)


def fit(sets: Sequence[Sequence[Scored]]) -> tuple[float, ...]:
    """Weights for closeness from rows whose facts did not fail, each set counting alike, true and false alike."""
    from sklearn.linear_model import LogisticRegression

    values, truth, weights = [], [], []
    for scored in sets:
        usable = [one for one in scored if one.weakest.factor > 0.5 and one.weakest.values != support_score.QUOTED]
        for one in usable:
            alike = sum(other.row.supported == one.row.supported for other in usable)
            values.append(one.weakest.values)
            truth.append(one.row.supported)
            weights.append(1 / alike)
    scale = len(weights) / sum(weights)
    model = LogisticRegression(C=30.0, max_iter=1000).fit(values, truth, sample_weight=[weight * scale for weight in weights])
    return tuple(round(float(value), 2) for value in (model.intercept_[0], *model.coef_[0]))


def encoder() -> object:
    from app.encoding import load_encoder
    from app.settings import load_settings

    return load_encoder(load_settings()).encode


def report(name: str, scored: Sequence[Scored]) -> Iterator[str]:
    truth = [one.row.supported for one in scored]
    scores = [one.support for one in scored]
    role = "fitted" if name in FITTED else SAME_CLAIMS.get(name, "held out")
    cells = [f"{auc([overlap(one.row) for one in scored], truth):.3f}", f"{auc(scores, truth):.3f}"]
    for threshold in (0.5, 0.6, 0.7, 0.8, 0.9):
        precision, recall = let_in(scores, truth, threshold)
        cells.append(f"{precision:.2f}/{recall:.2f}")
    yield f"| {name} | {role} | {len(truth)} | {sum(truth) / len(truth):.2f} | " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.jsonl.gz with source, claim, supported")
    parser.add_argument("--rows", type=int, default=400, help="rows of each set")
    parser.add_argument("--no-encoder", action="store_true", help="words alone")
    parser.add_argument("--fit", action="store_true", help="fit the weights first and print them")
    given = parser.parse_args()
    checker = SupportChecker(None if given.no_encoder else encoder())  # type: ignore[arg-type]
    found = {path.name.split(".")[0]: rows(path, given.rows) for path in sorted(given.data.glob("*.jsonl.gz"))}
    if given.fit:
        # The best window depends on the weights, and they on the windows: two rounds settle it.
        for _ in range(2):
            weights = fit([score(checker, found[name]) for name in FITTED if name in found])
            setattr(support_score, "WITHOUT_ENCODER" if given.no_encoder else "WITH_ENCODER", weights)
            print(dict(zip(("intercept", *support_score.FEATURES), weights, strict=False)), flush=True)
        fitted = [score(checker, found[name]) for name in FITTED if name in found]
        print(f"support with precision 0.9 on the fitted sets, each counting alike: {threshold(fitted, 0.9)}", flush=True)
    print("| set | role | rows | true | overlap AUC | support AUC | precision/recall at 0.5 | 0.6 | 0.7 | 0.8 | 0.9 |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name, drawn in found.items():
        for line in report(name, score(checker, drawn)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
