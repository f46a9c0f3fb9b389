"""How well a window carries a claim sentence, as a probability made of what rules, words, meaning and the judge see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from app.support.judge import Verdict
from app.support.source import Piece, Source, Window

LOGIT = 6.0
"""Where a judge's certainty is cut off, as a logit: 0.9975. Beyond it more certainty is not more knowledge."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """How close a claim sentence lies to its window, each 0 to 1.

    `overlap` and `anywhere`: the weighted share of the claim's words in the window and in the whole source; `pairs`: the share of its
    neighbouring word pairs in the window; `cosine`: of the sentence embeddings, None without an encoder.
    """

    overlap: float
    anywhere: float
    pairs: float
    cosine: float | None

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(value for value in astuple(self) if value is not None)


QUOTED = Closeness(1.0, 1.0, 1.0, 1.0)
"""Of words that stand in the source as they are."""


@dataclass(frozen=True, slots=True)
class Signals:
    """All that support is judged by.

    `facts`, `polarity` and `relations` (who says it, and why it came about): what the failed checks leave, products of their factors, 0
    to 1. `shortened`: the sentence is the window's words in their order, some left out. `verdict`: the judge's, on the sentence.
    `parts`: how well the worst of the sentence's statements is supported, by the judge's logit (score.LOGIT at most).
    """

    close: Closeness
    facts: float = 1.0
    polarity: float = 1.0
    relations: float = 1.0
    shortened: bool = False
    verdict: Verdict | None = None
    parts: float | None = None

    @property
    def values(self) -> tuple[float, ...]:
        """For the weights of WITH_JUDGE; needs a verdict."""
        assert self.verdict is not None
        whole = logit(self.verdict.supported)
        return (
            self.close.overlap,
            self.close.pairs,
            math.log(max(self.facts, 0.01)),
            math.log(max(self.polarity, 0.01)),
            math.log(max(self.relations, 0.01)),
            whole if self.parts is None else min(whole, self.parts),
        )


# Output of training/calibrate_support.py --rules (200 rows a set; with --no-encoder 300) on WiCE's oracle chunks, FEVER Symmetric
# and CLIFF; no other set was fitted on.
WITH_ENCODER = (-3.43, 0.15, 2.26, 1.54, 2.24)
WITHOUT_ENCODER = (-2.0, 1.94, 0.77, 1.59)
"""Intercept, then a weight for each of Closeness (without an encoder: all but the last)."""

# Output of training/calibrate_support.py (300 rows a set).
WITH_JUDGE: tuple[float, ...] = (-0.229, 0.0, 0.0, 0.3, 0.3, 0.3, 0.619)
"""Intercept, then a weight for each of Signals.values. Of claims of which 0.37 are true, it is a probability (see SHIFT there)."""


def closeness(claim: Piece, source: Source, window: Window, cosine: float | None) -> Closeness:
    passage = source.piece(window.first, window.last)
    total = sum(source.weight(stem) for stem in claim.stems) or 1.0
    return Closeness(
        window.overlap,
        sum(source.weight(stem) for stem in claim.stems if source.holds(stem)) / total,
        len(claim.pairs & passage.pairs) / max(len(claim.pairs), 1),
        cosine,
    )


def meaning(signals: Signals) -> float:
    """The probability, 0 to 1, that the window carries the sentence if its facts agree, without what the rules found."""
    return support(replace(signals, facts=1.0, polarity=1.0, relations=1.0))


def support(signals: Signals) -> float:
    """The probability, 0 to 1, that the window carries the sentence.

    With the packaged judge one logistic regression weighs everything; but of a sentence that only leaves words out the judge, which was
    trained on little of the kind, cannot take away what the rules give. Another judge's probability, or without one that of closeness, is
    multiplied by what the failed checks leave.
    """
    if signals.close == QUOTED:
        return 1.0
    left = signals.facts * signals.polarity * signals.relations
    if signals.verdict is not None and not signals.verdict.unsaid:
        return signals.verdict.supported * left
    by_rules = left * _sigmoid(WITH_ENCODER if signals.close.cosine is not None else WITHOUT_ENCODER, signals.close.values)
    if signals.verdict is None:
        return by_rules
    judged = _sigmoid(WITH_JUDGE, signals.values)
    return max(judged, by_rules) if signals.shortened else judged


def _sigmoid(weights: Sequence[float], values: Sequence[float]) -> float:
    return 1 / (1 + math.exp(-weights[0] - sum(weight * value for weight, value in zip(weights[1:], values, strict=True))))


def is_shortened(claim: Piece, passage: Piece) -> bool:
    """Whether all words of the claim stand in the passage in their order."""
    words = iter([token.low for token in passage.tokens])
    return all(token.low in words for token in claim.tokens)


def better(*verdicts: Verdict) -> Verdict:
    """The verdict that supports most."""
    return max(verdicts, key=lambda verdict: verdict.supported)


def logit(probability: float) -> float:
    """Cut off at LOGIT on both sides."""
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return min(max(math.log(inside / (1 - inside)), -LOGIT), LOGIT)
