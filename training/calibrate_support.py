"""Fits how the support check weighs rules, words and the judge, on rows that the judge was not trained on.

    python -m training.calibrate_support --rows rows.jsonl [--judge judge.safetensors] [--each 400]

`rows.jsonl` is made by training.judge_rows; only its held rows are read, those of the news weeks that report left out. Prints the
weights for app/support/score.py (WITH_JUDGE) and, per threshold, precision and share of the true let in, each set counting alike.
The sets that evals report on (`python -m evals run support`) take no part.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.support import score as support_score
from app.support.checker import Judged, SupportChecker
from app.support.packaged_judge import WEIGHTS, PackagedJudge
from app.support.source import read_source
from app.text.sentences import split_sentences
from training.judge_rows import SUPPORTED, Row, load


@dataclass(frozen=True)
class Scored:
    row: Row
    judged: Sequence[Judged]

    @property
    def supported(self) -> bool:
        return self.row.label == SUPPORTED

    @property
    def support(self) -> float:
        return min(one.support for one in self.judged)

    @property
    def weakest(self) -> Judged:
        return min(self.judged, key=lambda one: one.support)


def held_sets(rows: Sequence[Row], each: int) -> dict[str, list[Row]]:
    """At most `each` held rows of every set; news edits of one kind are a set, with as many true ones beside them."""
    rng = random.Random(7)
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.held and not row.reports:
            sets["news" if row.group.startswith("news ") else row.kind].append(row)
    for name, found in sets.items():
        rng.shuffle(found)
        del found[each * (5 if name == "news" else 1) :]
    return sets


def scored(checker: SupportChecker, rows: Sequence[Row]) -> list[Scored]:
    """Each row's claim sentences, judged against its source."""
    cut = [[(read_source(row.source), row.claim[s.start : s.end]) for s in split_sentences(row.claim)] for row in rows]
    judged = iter(checker.judge([sentence for sentences in cut for sentence in sentences]))
    return [Scored(row, [next(judged) for _ in sentences]) for row, sentences in zip(rows, cut, strict=True)]


def fit(sets: dict[str, list[Scored]]) -> tuple[float, ...]:
    """Weights for Signals.values, each set counting alike, in it true and false alike; quotes take no part."""
    from sklearn.linear_model import LogisticRegression

    values, truth, weights = [], [], []
    for name, found in sets.items():
        usable = [one for one in found if one.weakest.signals.close != support_score.QUOTED]
        for one in usable:
            alike = sum(other.supported == one.supported for other in usable)
            values.append(one.weakest.signals.values)
            truth.append(one.supported)
            weights.append((5 if name == "news" else 1) / alike)
    scale = len(weights) / sum(weights)
    model = LogisticRegression(C=30.0, max_iter=2000).fit(values, truth, sample_weight=[weight * scale for weight in weights])
    return tuple(round(float(value), 3) for value in (model.intercept_[0], *model.coef_[0]))


def auc(found: Sequence[Scored]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([one.supported for one in found], [one.support for one in found]))


def let_in(found: Sequence[Scored], threshold: float) -> tuple[float, float]:
    """Precision among those at `threshold` or above (nan if none), and the share of the true ones that are there."""
    chosen = [one.supported for one in found if one.support >= threshold]
    return (sum(chosen) / len(chosen) if chosen else float("nan")), sum(chosen) / max(sum(one.supported for one in found), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True, help="made by training.judge_rows")
    parser.add_argument("--judge", type=Path, default=WEIGHTS, help="the judge's weights")
    parser.add_argument("--each", type=int, default=400, help="rows of a set; of news five times as many")
    asked = parser.parse_args()
    checker = SupportChecker(judge=PackagedJudge(asked.judge))
    sets = {name: scored(checker, found) for name, found in held_sets(load(asked.rows), asked.each).items()}
    support_score.WITH_JUDGE = fit(sets)
    names = ("intercept", "overlap", "pairs", "facts", "polarity", "verdict", "parts", "unsaid")
    print("WITH_JUDGE =", support_score.WITH_JUDGE, dict(zip(names, support_score.WITH_JUDGE, strict=True)))
    steps = (0.5, 0.6, 0.7, 0.8, 0.9)
    print("| set | rows | true | AUC | precision/share of the true let in at " + " | ".join(map(str, steps)) + " |")
    print("|---|---|---|---|" + "---|" * len(steps))
    for name, found in sets.items():
        told = [f"{precision:.2f}/{share:.2f}" for precision, share in (let_in(found, step) for step in steps)]
        true = sum(one.supported for one in found)
        both = 0 < true < len(found)
        print(
            f"| {name} | {len(found)} | {true / len(found):.2f} | {auc(found) if both else float('nan'):.3f} | " + " | ".join(told) + " |"
        )


if __name__ == "__main__":
    main()
