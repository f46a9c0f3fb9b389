"""A fitted logit as a probability."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

STEEPEST = 40.0
"""Logits beyond this, either way, are as good as certain, and exp would overflow far out."""


@lru_cache(maxsize=4)
def _fitted(file: Path) -> dict[str, float]:
    stored: dict[str, float] = json.loads(file.read_text())
    return stored


def fitted_probability(file: Path, names: Sequence[str], measured: Sequence[float]) -> float:
    """0 to 1: the logistic of the intercept and the weights that `file` holds by name, over the numbers `measured` in that order."""
    fitted = _fitted(file)
    logit = fitted["intercept"] + sum(fitted[name] * value for name, value in zip(names, measured, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-STEEPEST, min(STEEPEST, logit))))
