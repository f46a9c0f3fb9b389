"""How much of a question stands close together in a passage: in two neighbouring sentences."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from app.retrieval.time_prior import Floats
from app.text.words import content_words


def closeness(question: str, passages: Sequence[Sequence[str]]) -> Floats:
    """For each passage, given as its sentences, the share (0 to 1) of the question's words in its best two neighbouring sentences.

    A word weighs the more the fewer of these passages hold it: log(1 + n / (0.5 + how many)). So nothing outside them, and
    nothing published later, takes part.
    """
    asked = set(content_words(question))
    held = [[asked.intersection(content_words(sentence)) for sentence in sentences] for sentences in passages]
    spread = Counter(word for sentences in held for word in set().union(*sentences))
    weight = {word: math.log(1 + len(passages) / (0.5 + spread[word])) for word in asked}
    whole = sum(weight.values())
    if not whole:
        return np.zeros(len(passages))
    best = [max((sum(map(weight.__getitem__, words)) for words in _pairs(sentences)), default=0.0) for sentences in held]
    return np.array(best, np.float64) / whole


def _pairs(sentences: Sequence[set[str]]) -> list[set[str]]:
    """Each sentence with the one after it; a lone one by itself."""
    if len(sentences) < 2:
        return list(sentences)
    return [one | two for one, two in itertools.pairwise(sentences)]
