"""A cross-encoder of others as the reranker: one trained on questions and passages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.encoding.cross_encoder import HubCrossEncoder
from app.errors import DatelineError

WHAT, SETTING = "the reranker", "DATELINE_RERANKER"


def check_labels(labels: Sequence[str]) -> None:
    """Raise DatelineError unless a model with these labels gives one score."""
    if len(labels) != 1:
        raise DatelineError(f"{WHAT} has {len(labels)} labels ({', '.join(labels)}); one that ranks has one.", f"Mend {SETTING}.")


class HubReranker:
    """Implements Reranker. Such a model gives a logit, mostly between -12 and 12; its sigmoid is the relevance, 0 to 1, which keeps
    the order and is no calibrated probability. The text is "title. text"."""

    def __init__(self, model: str) -> None:
        """`model` is a folder or a name on a hub. Raises DatelineError if it cannot be loaded or does not give one score."""
        self._score = HubCrossEncoder(model, WHAT, SETTING)
        check_labels(self._score.labels)
        self.name = self._score.name

    def __call__(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """Raises Stopped if nobody waits any more."""
        pairs = [(question, f"{title.rstrip('.')}. {text}" if title else text) for title, text in passages]
        logits = self._score(pairs)[:, 0].astype(np.float64)
        return [float(relevance) for relevance in 0.5 * (1 + np.tanh(logits / 2))]
