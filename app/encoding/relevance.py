"""How relevant a passage is, from what the reading network gives its tokens: nothing is computed that a reader would not need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.encoding.pairs import Floats
from app.encoding.span_scorer import Passage, PassageScores, SpanScorer

TEMPERATURE = 4.0
"""Of the log odds: chosen with the numbers of app.retrieval.second_look.SecondLook."""
NOWHERE = -10.0
"""The log odds of a passage without a word."""


def answer_logit(scores: PassageScores) -> float:
    """Log odds that the answer stands in the passage at all, by its starts and ends together: the mean of the log-sums of both, each
    over "not here"."""
    return 0.5 * (_log_sum(scores.start) + _log_sum(scores.end)) if len(scores.start) else NOWHERE


def _log_sum(logits: Floats) -> float:
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))


class PackagedReranker:
    """Implements Reranker with the reader's network."""

    name = "packaged"

    def __init__(self, scorer: SpanScorer) -> None:
        self._score = scorer

    def __call__(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """Raises Stopped if nobody waits any more."""
        return [float(0.5 * (1 + np.tanh(answer_logit(one) / TEMPERATURE / 2))) for one in self._score(question, passages)]
