"""A stretch of days as words name it, before "since", "until" or "between" make a period of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.article import Span
from app.text.calendar_days import Days

FULL_DATE, NAMED_MONTH, RELATIVE_DAY, RELATIVE_WEEK, ROLLING = 1.0, 0.95, 0.95, 0.9, 0.85
NEXT_WEEKDAY, DAY_OF_MONTH, WEEKDAY, MONTH, SEASON, RELATIVE_YEAR = 0.85, 0.9, 0.85, 0.85, 0.8, 0.7
IN_YEAR, DECADE, BARE_YEAR, COMPARED = 0.6, 0.4, 0.35, 0.3
"""How sure it is that a reader means articles of these days and no others. Set by hand, for their order: what has one reading
comes first; then what leaves the year to be guessed; last the bare year, which is as often what a story is about ("the 2026
budget") as when it was printed, and the time that something is only compared with ("than last year")."""


@dataclass(frozen=True, slots=True)
class Stretch(Span):
    """`first` and `last` are inclusive. `grain` is day, weekday, week, weekend, month, quarter, half, season, year, decade or
    rolling; `guessed` tells that the year is not in the words."""

    first: date
    last: date
    sure: float
    grain: str
    guessed: bool = False

    @property
    def days(self) -> Days:
        return self.first, self.last
