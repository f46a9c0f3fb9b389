"""How close a claim sentence lies to its window, as a probability before any check of facts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.support.source import Piece, Source, Window

FEATURES = ("overlap", "anywhere", "pairs", "cosine")

QUOTED = (1.0, 1.0, 1.0, 1.0)
"""The features of words that stand in the source as they are."""

# Output of training/calibrate_support.py --fit (200 rows a set; with --no-encoder 300) on WiCE's oracle chunks,
# FEVER Symmetric and CLIFF; no other set was fitted on.
WITH_ENCODER = (-3.43, 0.15, 2.26, 1.54, 2.24)
WITHOUT_ENCODER = (-2.0, 1.94, 0.77, 1.59)
"""Intercept, then a weight for each of FEATURES (without an encoder: all but the last)."""


def features(claim: Piece, source: Source, window: Window, cosine: float | None) -> list[float]:
    """The numbers that closeness is judged by, each 0 to 1, in the order of FEATURES.

    `overlap` and `anywhere`: the weighted share of the claim's words in the window and in the whole source;
    `pairs`: the share of its neighbouring word pairs in the window; `cosine`: of the sentence embeddings, left
    out when None.
    """
    passage = source.piece(window.first, window.last)
    total = sum(source.weight(stem) for stem in claim.stems) or 1.0
    found = [
        window.overlap,
        sum(source.weight(stem) for stem in claim.stems if source.holds(stem)) / total,
        len(claim.pairs & passage.pairs) / max(len(claim.pairs), 1),
    ]
    return found if cosine is None else [*found, cosine]


def closeness(values: Sequence[float]) -> float:
    """The probability, 0 to 1, that a sentence this close is supported, given that its facts agree."""
    if values == QUOTED:
        return 1.0
    weights = WITH_ENCODER if len(values) == len(FEATURES) else WITHOUT_ENCODER
    z = weights[0] + sum(weight * value for weight, value in zip(weights[1:], values, strict=True))
    return 1 / (1 + math.exp(-z))
