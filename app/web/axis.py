"""An axis of a picture: which part of the numbers or of time it shows, and where its few round ticks stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice

from app.text.months import day_words, month_words

EPOCH = date(1970, 1, 1)
FIRST, LAST = (date.min - EPOCH).days, (date.max - EPOCH).days
LEAST_STEP = 1e-9
"""Between two ticks: no article tells finer figures apart, and the arithmetic of floats does not either."""
MOST_TICKS = 4
"""Labels that stand side by side on a phone."""


@dataclass(frozen=True, slots=True)
class Axis:
    """`ticks` are values with their labels, lowest first."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def share(self, value: float) -> float:
        """Where a value lies, 0 at the axis's beginning and 1 at its end."""
        return (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5


def figure_axis(values: Sequence[float]) -> Axis:
    """From one round number to another. From zero, unless that would press the values together at the top."""
    low, high = min(values), max(values)
    if 0 <= low <= high / 2:
        low = 0.0
    step = _round_up(max(LEAST_STEP, (high - low) / (MOST_TICKS - 1) or abs(high) / 2 or 1.0))
    first, last = math.floor(low / step), math.ceil(high / step)
    if first == last:
        first, last = first - 1, last + 1
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6:
        decimals += 1  # a step of 0.25 or 2.5
    return Axis(first * step, last * step, tuple((n * step, figure_words(n * step, decimals)) for n in range(first, last + 1)))


def _round_up(step: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next((nice * power for nice in (1, 2, 2.5, 5) if nice * power >= step * (1 - 1e-9)), 10 * power)


def figure_words(value: float, decimals: int = 2) -> str:
    """`20,000`, `1.5m`, `2bn`: short enough for the side of a picture."""
    for size, letter in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if abs(value) >= size:
            return f"{value / size:,.4g}{letter}"
    shown = f"{value:,.{decimals}f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown).replace("-", "\u2212")


def day_axis(days: Sequence[float], *, years: bool = False, room: float = 0.06) -> Axis:
    """`days` are counted from 1970. Ticks are days, Mondays, or firsts of months or years, as few as fit.

    A tick says its year where a new one begins, or with `years` always. `room`: what part of the days is left free at either end.
    """
    low, high = min(days), max(days)
    if high - low < 1:
        middle = math.floor(low)
        return Axis(middle - 1, middle + 2, ((middle, day_words(date_of(middle))),))
    free = (high - low) * room
    low, high = max(low - free, FIRST), min(high + free, LAST)
    tried = ((list(islice(ticks(low, high), MOST_TICKS + 1)), words) for ticks, words in _STEPS)
    found, words = next(pair for pair in tried if len(pair[0]) <= MOST_TICKS)
    named = [years or n == 0 or date_of(day).year != date_of(found[n - 1]).year for n, day in enumerate(found)]
    shown = tuple((float(day), words(day, year)) for day, year in zip(found, named, strict=True))
    return Axis(low, high, shown)


def date_of(day: float) -> date:
    """The day that is counted from 1970."""
    return EPOCH + timedelta(days=math.floor(day))


def _day(day: int, year: bool) -> str:
    return day_words(date_of(day), year=year)


def _month(day: int, year: bool) -> str:
    return month_words(date_of(day), year=year)


def _year(day: int, year: bool) -> str:
    return str(date_of(day).year)


def _days(step: int, low: float, high: float) -> Iterator[int]:
    # Day 4 of 1970 was a Monday, so that weeks begin with one.
    first = math.ceil((low - 4) / step) * step + 4
    yield from range(first, math.floor(high) + 1, step)


def _months(step: int, low: float, high: float) -> Iterator[int]:
    begin, end = date_of(low), date_of(high)
    for month in range((begin.year * 12 + begin.month - 1) // step * step, end.year * 12 + end.month, step):
        year = month // 12
        if 1 <= year <= 9999 and low <= (day := (date(year, month % 12 + 1, 1) - EPOCH).days) <= high:
            yield day


_STEPS: tuple[tuple[Callable[[float, float], Iterator[int]], Callable[[int, bool], str]], ...] = (
    *((partial(_days, step), _day) for step in (1, 2, 4, 7, 14)),
    *((partial(_months, step), _month) for step in (1, 2, 3, 6)),
    *((partial(_months, step * 12), _year) for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2500)),
)
