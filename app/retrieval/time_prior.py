"""What an article's day alone says for it: recent ones first, and where the question names a period, those of the period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.retrieval.wish import Wish
from app.text.periods import Period

Floats = npt.NDArray[np.float64]

WEEKS_DAYS, YEAR_DAYS = 14.0, 365.0
"""The two decays. One steep decay helps only this week's questions; the flat one also serves a reader of an archive."""
EDGE_DAYS = 3.0
"""How fast a period's fit falls off beyond its edges: a story of Sunday is printed on Monday."""
RUNNING_DAYS = 7
"""A period that still runs and is no longer than this ("this week", "today") is what recency prefers already."""
CHANGE_SHARE = 0.6
"""Of the recency prior where a question asks how a thing went on: old and new are to be among the first."""


@dataclass(frozen=True, slots=True)
class TimeWeights:
    """Of the two decays, of a period's fit, and the share of the decays that counts from the named period instead of from now."""

    recent_weeks: float
    recent_year: float
    period: float
    from_period: float


def time_prior(age_days: Floats, days: Floats, today: int, wish: Wish, weights: TimeWeights) -> Floats:
    """`age_days` counts back from the day asked on, `today`; `days` and `today` are proleptic ordinals. NaN for an undated article,
    which gets 0. Of a question on the beginning recency says nothing."""
    near = _decays(np.maximum(age_days, 0.0), weights)
    if wish.first:
        near = np.zeros_like(near)
    elif wish.change:
        near = CHANGE_SHARE * near
    if wish.period is not None and not is_running(wish.period, today):
        away, trust = days_away(wish.period, days), wish.period.sure**2
        share = weights.from_period * trust
        near = (1 - share) * near + share * _decays(away, weights) + weights.period * trust * day_fit(away)
    return np.asarray(np.nan_to_num(near, nan=0.0), np.float64)


def recency_at(age_days: float, weights: TimeWeights) -> float:
    """What the two decays give an article of this age."""
    return float(_decays(np.array(age_days), weights))


def _decays(age: Floats, weights: TimeWeights) -> Floats:
    return np.asarray(weights.recent_weeks * np.exp(-age / WEEKS_DAYS) + weights.recent_year * np.exp(-age / YEAR_DAYS), np.float64)


def days_away(period: Period, days: Floats) -> Floats:
    """Days between an article's day and the period, 0 within it. Of one that is open in front only the end counts."""
    last = float(period.last.toordinal()) if period.last else np.inf
    if period.first is None:
        return np.asarray(np.abs(days - last), np.float64)
    return np.asarray(np.maximum(np.maximum(period.first.toordinal() - days, days - last), 0.0), np.float64)


def day_fit(away: Floats) -> Floats:
    """1 within the period, falling off beyond its edges."""
    return np.asarray(np.exp(-away / EDGE_DAYS), np.float64)


def is_running(period: Period, today: int) -> bool:
    """Whether the period is a short one that holds `today`."""
    if period.first is None or period.last is None or (period.last - period.first).days >= RUNNING_DAYS:
        return False
    return period.first.toordinal() <= today <= period.last.toordinal()
