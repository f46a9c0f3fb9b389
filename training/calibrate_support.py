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
from typing import Any

from app.support import score as support_score
from app.support.checker import Judged, SupportChecker, claim_sentences
from app.support.packaged_judge import WEIGHTS, PackagedJudge
from app.support.source import read_source
from training.judge_rows import SUPPORTED, Row, load

FITTED = (
    "news", "worded", "fever_dev_evidence", "rte_news", "quiz", "squad_train_part", "squadshifts_newwiki", "qamr_wikinews",
)  # fmt: skip
"""Held rows most like what is checked: whole sentences about facts. Captions and exam questions are not."""


LEAST = (0.0, 0.0, 0.3, 0.3, 0.3, 0.0)
"""Weights may not be lower, in the order of Signals.values. A failed check of a rule must never speak for a claim, and of figures and
names nowhere in the source the held rows have few."""

SHIFT = 0.539
"""What the intercept is lowered by: logit(0.8) less logit(0.7), the prior of 0.37 true instead of 0.5. So lowered, precision at 0.7, which
is SUPPORTED_AT with rules alone too, is 0.91 on the held rows, each set counting alike."""


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
    """At most `each` held rows of every set of FITTED, of news five times as many."""
    rng = random.Random(7)
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in dict.fromkeys(rows):
        name = row.group.split()[0] if row.group.startswith(("news ", "worded ")) else row.kind
        if row.held and not row.reports and name in FITTED:
            sets[name].append(row)
    for name, found in sets.items():
        rng.shuffle(found)
        del found[each * (5 if name == "news" else 1) :]
    return sets


def scored(checker: SupportChecker, rows: Sequence[Row]) -> list[Scored]:
    """Each row's claim sentences, judged against its source."""
    cut = [[(read_source(row.source), sentence) for sentence in claim_sentences(row.claim)] for row in rows]
    judged = iter(checker.judge([sentence for sentences in cut for sentence in sentences]))
    return [Scored(row, [next(judged) for _ in sentences]) for row, sentences in zip(rows, cut, strict=True)]


def fit(sets: dict[str, list[Scored]]) -> tuple[float, ...]:
    """Weights for Signals.values, none below LEAST, by logistic regression; each set counts alike, in it true and false alike. Quotes take
    no part."""
    import numpy as np
    from scipy.optimize import minimize

    values, truth, weights = [], [], []
    for found in sets.values():
        usable = [one for one in found if one.weakest.signals.close != support_score.QUOTED]
        for one in usable:
            alike = sum(other.supported == one.supported for other in usable)
            values.append((1.0, *one.weakest.signals.values))
            truth.append(1.0 if one.supported else -1.0)
            weights.append(1 / alike)
    rows, signs, shares = np.array(values), np.array(truth), np.array(weights) / sum(weights)

    def loss(weight: Any) -> float:
        return float((shares * np.logaddexp(0, -signs * (rows @ weight))).sum() + 1e-4 * (weight[1:] ** 2).sum())

    bounds = [(None, None), *((least, None) for least in LEAST)]
    found = minimize(loss, [0.0, *LEAST], bounds=bounds, method="L-BFGS-B").x
    return tuple(round(float(value), 3) for value in (found[0] - SHIFT, *found[1:]))


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
    names = ("intercept", "overlap", "pairs", "facts", "polarity", "relations", "verdict")
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
