"""When keeping silent was right: precision, recall, the risk–coverage curve and the area under it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

AUC = "AUC, answerable from silent"
"""The measure's name in results."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question answered or not. `right_words`: the answer holds the gold answer (false where there is none)."""

    answerable: bool
    abstained: bool
    right_words: bool
    confidence: float = 0.0

    @property
    def right(self) -> bool:
        """A right answer to an answerable question, or silence on one that is not."""
        return (self.right_words and not self.abstained) if self.answerable else self.abstained


def abstention_precision(outcomes: Sequence[Outcome]) -> tuple[list[float], list[float]]:
    """Numerators and denominators, per question, of: abstentions that were right / abstentions."""
    return [float(o.abstained and not o.answerable) for o in outcomes], [float(o.abstained) for o in outcomes]


def abstention_recall(outcomes: Sequence[Outcome]) -> tuple[list[float], list[float]]:
    """Numerators and denominators, per question, of: abstentions that were right / unanswerable questions."""
    return [float(o.abstained and not o.answerable) for o in outcomes], [float(not o.answerable) for o in outcomes]


def risk_coverage(wrong: Sequence[bool], confidences: Sequence[float]) -> list[tuple[float, float]]:
    """(coverage, risk) at every number of questions answered, the most confident first.

    Risk is the share of wrong answers among those answered (El-Yaniv and Wiener, 2010). Questions of equal
    confidence are answered together, so that their order in the file does not matter: within such a group the
    wrong ones are spread evenly.
    """
    order = sorted(zip(confidences, wrong, strict=True), key=lambda pair: -pair[0])
    curve: list[tuple[float, float]] = []
    answered, errors = 0, 0.0
    while answered < len(order):
        group = [fault for confidence, fault in order[answered:] if confidence == order[answered][0]]
        bad = sum(group) / len(group)
        curve.extend(((answered + step) / len(order), (errors + bad * step) / (answered + step)) for step in range(1, len(group) + 1))
        answered, errors = answered + len(group), errors + sum(group)
    return curve


def roc_auc(answerable: Sequence[bool], scores: Sequence[float]) -> float | None:
    """The chance that an answerable question scores above one that is not, equal scores counting half; None without both.

    By ranks (Mann and Whitney, 1947): 1 parts them wholly, 0.5 is chance.
    """
    sure = np.asarray(answerable, dtype=bool)
    yes, no = int(sure.sum()), int((~sure).sum())
    if not yes or not no:
        return None
    _, group, sizes = np.unique(np.asarray(scores, dtype=float), return_inverse=True, return_counts=True)
    ranks = np.cumsum(sizes) - (sizes - 1) / 2  # equals share the mean of their ranks
    return float((ranks[group][sure].sum() - yes * (yes + 1) / 2) / (yes * no))


def area_under(curve: Sequence[tuple[float, float]]) -> float:
    """AURC (Geifman et al., 2019): the mean risk over all coverages; 0 is best. 0 for no questions."""
    return sum(risk for _, risk in curve) / len(curve) if curve else 0.0
