"""The days that a sentence of a dated article means by "this week", "on Saturday" or "on 3 May", where that is sure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.article import Span
from app.text.calendar_days import Days, shift_days, step, whole
from app.text.dates import WEEKDAYS, find_dates
from app.text.days_label import days_label
from app.text.months import MONTHS

NEAR_DAYS = 120
"""A day without a year is taken for the one so near: the same day of another year is then twice as far."""
_WEEKDAY = re.compile(
    rf"\b(?P<lead>on|by|until|since|from)\s+(?P<day>{'|'.join(WEEKDAYS)})\b"
    rf"(?![’']|\s+(?:before|after|following|of)\b|\s+(?:and|or|to)\s+(?:{'|'.join(WEEKDAYS)})\b|,?\s+(?:the\s+)?(?:\d|(?:{'|'.join(MONTHS)})\b))",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<!the )\b(?:yesterday|today|tomorrow)\b(?![’'])", re.IGNORECASE)
_BESIDES = re.compile(r"\b(?:day (?:before|after)|usa)\s+$", re.IGNORECASE)
_CALENDAR = re.compile(r"(?<!the )\b(?P<which>this|last|next)\s+(?P<unit>week|month)\b(?![’']|-|\s+(?:of|before|after)\b)", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|^[^“\"]*”")
_COMING = re.compile(
    r"\b(?:will|shall|would)\b|[’']ll\b|\b(?:is|are|was|were|be)\s+(?:due|set|scheduled|expected|planned|to)\b|\bgoing to\b", re.IGNORECASE
)
_GONE = re.compile(
    r"\b(?:was|were|had|did|has|have|said|told|began|came|went|took|made|gave|held|met|won|lost|fell|rose|left|found|put|shut|broke|"
    r"ran|sank|struck|spoke|wrote|paid|sold|brought|\w{3,}ed)\b",
    re.IGNORECASE,
)
_OF_ANOTHER_CLAUSE = re.compile(r"(?:,|\bthan\b|\b(?:which|that|who)\b)[^,]*$")
_OTHER_TIME = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\b(?:years?|months?|weeks?|days?) (?:ago|earlier|later|before|after)\b", re.IGNORECASE)
_OFFSETS = {"last": -1, "this": 0, "next": 1, "yesterday": -1, "today": 0, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class ToldDay(Span):
    """Where the words stand in the sentence, and the days they mean, both inclusive."""

    first: date
    last: date

    @property
    def label(self) -> str:
        """`7 Mar 2026`, `2–8 Mar 2026`, `Feb 2026`."""
        return days_label(self.first, self.last)


def told_days(sentence: str, printed: date) -> list[ToldDay]:
    """The days that the words of a sentence mean in an article printed on `printed`, in their order.

    Nothing is guessed. None for what stands in quotation marks, since a speech may be older than its report; none beside a year or a
    count from another event, which may be where the sentence counts from. A weekday is the last or the next only in a sentence that
    tells plainly of the past or plainly of what comes; a week none in an article of a Sunday, on which weeks end or begin.
    """
    if _OTHER_TIME.search(sentence):
        return []
    quoted = [found.span() for found in _QUOTED.finditer(sentence)]
    found = sorted([*_relative(sentence, printed), *_weekdays(sentence, printed), *_dates(sentence, printed)], key=lambda one: one.start)
    return [one for one in found if not any(start <= one.start < end for start, end in quoted)]


def _relative(sentence: str, printed: date) -> Iterator[ToldDay]:
    for found in _DAY.finditer(sentence):
        if not _BESIDES.search(sentence, 0, found.start()):
            day = shift_days(printed, _OFFSETS[found[0].lower()])
            yield ToldDay(found.start(), found.end(), day, day)
    for found in _CALENDAR.finditer(sentence):
        unit = found["unit"].lower()
        if unit == "month" or printed.weekday() != 6:
            yield ToldDay(found.start(), found.end(), *_unit(printed, unit, _OFFSETS[found["which"].lower()]))


def _unit(printed: date, unit: str, away: int) -> Days:
    return whole(step(printed, unit, away), unit)


def _weekdays(sentence: str, printed: date) -> Iterator[ToldDay]:
    for found in _WEEKDAY.finditer(sentence):
        ahead = (WEEKDAYS.index(found["day"].lower()) - printed.weekday()) % 7
        way = _way(sentence)
        # "Closed until Friday" tells of the past and means a Friday to come; a Saturday to come, in an article of a Saturday, is this
        # one or the next.
        if (way < 0 and found["lead"].lower() in ("on", "since")) or (
            way > 0 and ahead and not _OF_ANOTHER_CLAUSE.search(sentence, 0, found.start())
        ):
            day = shift_days(printed, ahead if way > 0 else -(-ahead % 7))
            yield ToldDay(found.start("day"), found.end("day"), day, day)


def _dates(sentence: str, printed: date) -> Iterator[ToldDay]:
    for mention in find_dates(sentence):
        if mention.year is not None or mention.month is None or mention.day is None:
            continue
        for year in (printed.year - 1, printed.year, printed.year + 1):
            try:
                day = date(year, mention.month, mention.day)
            except ValueError:  # 29 February of another year, year 0
                continue
            away, way = (day - printed).days, _way(sentence)
            if mention.weekday not in (None, day.weekday()):
                continue
            if abs(away) <= NEAR_DAYS and (away <= 0 if way < 0 else away >= 0 if way > 0 else False):
                yield ToldDay(mention.start, mention.end, day, day)


def _way(sentence: str) -> int:
    """-1 for a sentence that tells of the past alone, 1 of what comes alone, 0 where both or neither stand in it."""
    spoken = _QUOTED.sub(" ", sentence)
    coming = bool(_COMING.search(spoken))
    gone = bool(_GONE.search(_COMING.sub(" ", spoken)))
    return int(coming) - int(gone)
