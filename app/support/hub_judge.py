"""A cross-encoder of others as the judge: one trained for natural language inference, or to check facts."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from app.encoding.cross_encoder import Floats, HubCrossEncoder
from app.errors import DatelineError
from app.support.judge import Verdict
from app.support.judge_model import CONTRADICTED, NOT_SAID, SUPPORTED
from app.text.tables import word_set

WHAT, SETTING = "the support model", "DATELINE_SUPPORT_MODEL"
CLAIM_FIRST = "dateline_claim_first"
"""True in the `config.json` of a model that was trained with the claim before its source, as our own is; all others read the source
first, as premise and hypothesis are read in inference."""

# As the sets have them: MNLI, ANLI, FEVER, VitaminC, SciFact, and those that tell made-up summaries from faithful ones.
_WORDS = {
    SUPPORTED: word_set(
        "entailment entails entailed entail supports supported support true correct consistent factual faithful grounded attributable yes"
    ),
    CONTRADICTED: word_set("contradiction contradicts contradicted contradictory contradict refutes refuted refute false"),
    NOT_SAID: word_set(
        "neutral neutrality nei notenoughinfo notenoughinformation noinfo noevidence unverifiable notentailment nonentailment notentailed "
        "notsupported unsupported notsupport inconsistent notconsistent nonfactual notfactual unfaithful ungrounded notgrounded "
        "hallucination hallucinated hallucinatory notattributable no incorrect baseless"
    ),
}


def verdicts_of(labels: Sequence[str]) -> tuple[int, ...]:
    """Which verdict each of a model's labels stands for: SUPPORTED, CONTRADICTED or NOT_SAID. One label alone is SUPPORTED, whatever its
    name: a model with one score says how well a source carries a claim.

    Raises DatelineError for a label that is not known, and if none, or every one, stands for SUPPORTED.
    """
    if len(labels) == 1:
        return (SUPPORTED,)
    plain = [re.sub(r"[^a-z]", "", label.lower()) for label in labels]
    found = [next((verdict for verdict, words in _WORDS.items() if label in words), None) for label in plain]
    known = [verdict for verdict in found if verdict is not None]
    if len(known) < len(labels) or SUPPORTED not in known or {*known} == {SUPPORTED}:
        names = ", ".join(labels)
        raise DatelineError(
            f"{WHAT} has the labels {names}, which do not say what is supported.",
            "Name them in `id2label` of its config.json: entailment, neutral, contradiction; or supported, unsupported.",
        )
    return tuple(known)


class HubJudge:
    """Implements Judge; names no words of the claim. Probabilities are the softmax over a model's labels (labels of one verdict
    together), and of a single score its sigmoid, the rest of which is "not said"."""

    def __init__(self, model: str) -> None:
        """`model` is a folder or a name on a hub. Raises DatelineError if it cannot be loaded or its labels are not understood."""
        self._score = HubCrossEncoder(model, WHAT, SETTING)
        self._verdicts = verdicts_of(self._score.labels)
        self._claim_first = self._score.config.get(CLAIM_FIRST) is True
        self.name = self._score.name

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        """One verdict for each (claim sentence, window of the source). Raises Stopped if nobody waits any more."""
        placed = [pair if self._claim_first else (pair[1], pair[0]) for pair in pairs]
        rows = probabilities(self._score(placed), self._verdicts)
        return [Verdict(float(row[SUPPORTED]), float(row[CONTRADICTED]), float(row[NOT_SAID])) for row in rows]


def probabilities(scores: Floats, verdicts: Sequence[int]) -> np.ndarray:
    """(rows, 3), each row together 1, from logits (rows, labels)."""
    logits = scores.astype(np.float64)
    if len(verdicts) == 1:
        logits = np.concatenate([logits, np.zeros_like(logits)], axis=1)
        verdicts = (SUPPORTED, NOT_SAID)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    powers /= powers.sum(axis=1, keepdims=True)
    out = np.zeros((len(scores), 3))
    for label, verdict in enumerate(verdicts):
        out[:, verdict] += powers[:, label]
    return out
