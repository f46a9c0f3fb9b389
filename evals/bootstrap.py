"""How sure a figure is: 95 % intervals by resampling the questions. Seeded, so that a run repeats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 2_000
SEED = 20_251_130


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, its 95 % percentile interval and the number of questions behind it."""

    value: float
    low: float
    high: float
    n: int


def mean(values: Sequence[float], weights: Sequence[float] | None = None) -> Estimate | None:
    """The mean of `values`, or sum(values) / sum(weights) with the questions resampled in pairs; None when nothing is to divide by.

    `n` is the number of questions with a weight.
    """
    top = np.asarray(values, dtype=float)
    bottom = np.ones_like(top) if weights is None else np.asarray(weights, dtype=float)
    if bottom.sum() == 0:
        return None
    drawn = np.random.default_rng(SEED).integers(0, len(top), size=(RESAMPLES, len(top)))
    tops, bottoms = top[drawn].sum(axis=1), bottom[drawn].sum(axis=1)
    usable = bottoms > 0
    low, high = np.percentile(tops[usable] / bottoms[usable], [2.5, 97.5])
    return Estimate(float(top.sum() / bottom.sum()), float(low), float(high), int((bottom > 0).sum()))


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Estimate | None:
    """The mean of ours minus theirs on the same questions, both resampled together; None without questions.

    Raises ValueError when the two differ in length.
    """
    return mean([a - b for a, b in zip(ours, theirs, strict=True)])


def resampled(size: int, measure: Callable[[npt.NDArray[np.int64]], float | None]) -> Estimate | None:
    """A measure that is no mean, over the places 0 to `size` - 1 of the questions and over draws of them.

    Draws for which the measure is None are left out; None where the measure of all is.
    """
    value = measure(np.arange(size))
    if value is None:
        return None
    draws = np.random.default_rng(SEED).integers(0, size, size=(RESAMPLES, size))
    low, high = np.percentile([found for drawn in draws if (found := measure(drawn)) is not None], [2.5, 97.5])
    return Estimate(value, float(low), float(high), size)


def quantile(values: Sequence[float], share: float) -> Estimate | None:
    """A quantile of `values` (share 0.5 is the median) with its interval; None without values."""
    if not values:
        return None
    data = np.asarray(values, dtype=float)
    drawn = np.random.default_rng(SEED).integers(0, len(data), size=(RESAMPLES, len(data)))
    low, high = np.percentile(np.quantile(data[drawn], share, axis=1), [2.5, 97.5])
    return Estimate(float(np.quantile(data, share)), float(low), float(high), len(data))
