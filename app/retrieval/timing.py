"""Time as passages tell it: the dates they mention, and the order in which articles of one story came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from app.retrieval.time_prior import Floats, day_fit, days_away
from app.text.periods import Period, find_periods

OF_THE_STORY, SURELY_OF_IT = 0.65, 0.85
"""Shares of the best likeness: below the first a passage is of another story, from the second on it counts in full. Set by hand
on the questions on our own corpus that say "now"."""


def period_fit(period: Period, day: date | None, text: str) -> float:
    """0 to 1: whether the article is of the period, or the passage names a day or stretch within it ("on Tuesday" counts from
    the article's day)."""
    if day is None:
        return 0.0
    fit = float(day_fit(days_away(period, np.array([float(day.toordinal())])))[0])
    if fit < 1:
        fit = max((overlap(mention, period) for mention in find_periods(text, day)), default=fit, key=lambda found: max(found, fit))
    return fit


def overlap(mention: Period, period: Period) -> float:
    """The share of the mention's days that lie in the period, times how sure it is; 0 for one that is open to a side."""
    if mention.first is None or mention.last is None:
        return 0.0
    first = max(mention.first, period.first) if period.first else mention.first
    last = min(mention.last, period.last) if period.last else mention.last
    shared = (last - first).days + 1
    return mention.sure * max(shared, 0) / ((mention.last - mention.first).days + 1)


def of_the_story(likeness: Floats) -> Floats:
    """How far (0 to 1) each passage belongs to the story asked about: by its likeness beside the best one's."""
    best = likeness.max(initial=0.0)
    if best <= 0:
        return np.zeros(len(likeness))
    return np.asarray(np.clip((likeness / best - OF_THE_STORY) / (SURELY_OF_IT - OF_THE_STORY), 0.0, 1.0), np.float64)


def lateness(days: Sequence[date | None], story: Floats) -> Floats:
    """0 for the earliest day among the passages of the story to 1 for the latest, by rank of the days; an undated article gets 0.5."""
    told = sorted({day for day, share in zip(days, story, strict=True) if day is not None and share > 0})
    if len(told) < 2:
        return np.full(len(days), 0.5)
    ranks = np.searchsorted(np.array([day.toordinal() for day in told]), [day.toordinal() if day else 0 for day in days], "right") - 1
    place = np.clip(ranks, 0, None) / (len(told) - 1)
    return np.where([day is None for day in days], 0.5, place)
