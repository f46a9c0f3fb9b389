"""The fitted numbers of the linear reader: how features become a score, and a score a probability.

Written by training/calibrate_answering.py, which says on what; read from linear.json beside this file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.answering.readers.linear_features import NAMES

FOREIGN_NAME = 0.4
"""The probability is cut to this share where a name of the question stands neither in the sentence nor in its title,
outlet or passage: close in meaning, but about somebody else. Of RealTime QA 2023's questions this holds for 11 % of those
with the answer in view and 34 % of those without (printed by training/calibrate_answering.py); the share itself is set by hand."""
FILE = Path(__file__).with_name("linear.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """`sentence`: weight per feature; `confidence`: weight per feature of the best sentence, and an intercept, of a
    logistic regression."""

    sentence: npt.NDArray[np.float64]
    confidence: npt.NDArray[np.float64]
    intercept: float

    def scores(self, features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(features @ self.sentence, np.float64)

    def probability(self, features: npt.NDArray[np.float64]) -> float:
        """That the sentence with these features answers the question, 0 to 1."""
        chance = float(1.0 / (1.0 + np.exp(-(features @ self.confidence + self.intercept))))
        return chance * FOREIGN_NAME if features[NAMES.index("missing_name")] > 0 else chance


@lru_cache(maxsize=1)
def weights() -> Weights:
    stored = json.loads(FILE.read_text())
    return Weights(
        sentence=np.array([stored["sentence"][name] for name in NAMES]),
        confidence=np.array([stored["confidence"][name] for name in NAMES]),
        intercept=float(stored["intercept"]),
    )
