"""How well the days that a sentence tells of fit the period that the question names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from app.article import Sentence
from app.text.periods import Period, find_periods

NEAR_DAYS = 200.0
"""Over which a sentence's day falls away from the beginning of the period asked about. Chosen on half of TimeQA."""
CARRIED = 0.6
"""What the day of the sentence before counts, for one that names none: what was begun goes on."""
LATE = 0.4
"""What a stretch that lies outside the period counts at most."""
UNTIL = 0.6
"""What one counts of which only the end is told, or only the end asked for."""
SHORT_DAYS = 31
"""Of such a period any day is as good as the first."""


def period_fits(period: Period, text: str, sentences: Sequence[Sentence], printed: date | None = None) -> list[float]:
    """For each sentence 0 to 1: how near the days it names, or those carried over from the sentence before, are to the period.

    `printed`: the article's day, which counts where nothing else is named, and from which relative days count.
    """
    fits: list[float] = []
    today = printed or date.max
    carried = _fit(period, Period(0, 1, printed, printed)) if printed else 0.0
    for sentence in sentences:
        own = find_periods(text[sentence.start : sentence.end], today)
        fit = max((_fit(period, one) for one in own), default=carried)
        fits.append(fit)
        # Of several stretches the last is where the story stands when the next sentence begins.
        carried = CARRIED * (_fit(period, own[-1]) if own else carried)
    return fits


def _fit(asked: Period, told: Period) -> float:
    """1 for a stretch that begins as the period asked about does, less the further off; what ended before it, or begins after, hardly
    counts."""
    if told.first is not None and asked.last is not None and told.first > asked.last:
        return LATE * _near(told.first, asked.last)
    if told.last is not None and asked.first is not None and told.last < asked.first:
        return LATE * _near(told.last, asked.first)
    if asked.first is None or told.first is None:
        return _near(told.last, asked.last) if told.last and asked.last else UNTIL
    short = asked.last is not None and (asked.last - asked.first).days <= SHORT_DAYS
    return 1.0 if short and told.first >= asked.first else _near(told.first, asked.first)


def _near(one: date, two: date) -> float:
    return math.exp(-abs((one - two).days) / NEAR_DAYS)
