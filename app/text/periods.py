"""What English says of a stretch of days, absolute or counted from a day: "last week", "since October", "in 2022"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.article import Span
from app.text.calendar_days import shift_days
from app.text.named_days import named_stretches
from app.text.relative_days import relative_stretches
from app.text.stretch import COMPARED, Stretch
from app.text.stretch_parts import merged, part_of
from app.text.stretch_ranges import ranged

_RELATION = re.compile(
    r"\b(?:(?P<since>(?:ever\s+)?since)|(?P<as_of>as\s+of)|(?P<after>after)|(?P<before>before|prior\s+to)|(?P<from>from)"
    r"|(?P<until>until|till|up\s+(?:to|until|till)(?:\s+and\s+including)?|by|no\s+later\s+than)"
    r"|(?P<than>than|compared\s+(?:with|to)|against|versus))\s+(?:in\s+|on\s+|(?P<the>the\s+))?$",
    re.IGNORECASE,
)
_TO_NOW = re.compile(r"\s+(?:up\s+)?(?:to|until|till)\s+(?:now|date|the\s+present(?:\s+day)?)\b", re.IGNORECASE)
_END_OF = re.compile(r"\b(?:the\s+)?end\s+of\s+", re.IGNORECASE)
_ON = re.compile(r"\s+(?:on|onwards?|forward)\b(?!\s+(?:the|a|\d)\b)", re.IGNORECASE)
_RECORD = re.compile(r"\b(?:first|most|least|\w{3,}est|worst|best)\b(?!\s+(?:say|said|report))[^?.!]*$", re.IGNORECASE)
_FUTURE = re.compile(
    r"^(?i:will|shall)\b|\bwill\b|\bshall\b|\w[’']ll\b|\b(?:is|are|be)\s+going\s+to\b"
    r"|\b(?:is|are)\s+(?:[\w’' -]{1,40}\s)?(?:due|set|scheduled|expected|planned)\s+(?:to|for|in|on)\b"
)
_PAST = re.compile(r"\b(?:did|was|were|had|said|announced|promised)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period(Span):
    """Where in the text the words stand, and the days they mean, both inclusive; None is open. `sure`: 0 to 1."""

    first: date | None
    last: date | None
    sure: float = 1.0


def find_periods(text: str, as_of: date) -> list[Period]:
    """The stretches of days that a question names, in order, disjoint; `as_of` is the day on which it is asked.

    Weeks run from Monday to Sunday. "This", "last" and "next" week, month and year are the calendar's, whole; "over the last
    week" and "the past two months" end on `as_of`. A weekday, month or season alone is the latest begun, in a question
    plainly about the future ("will") the next. What is counted from an event ("two days later", "since the war began")
    gives none: no guess is made. How `sure` is set stands in app/text/stretch.py.
    """
    future = bool(_FUTURE.search(text)) and not _PAST.search(text)
    found = _disjoint([*relative_stretches(text, as_of, future), *named_stretches(text, as_of, future)])
    parts = _disjoint(part_of(text, stretch, as_of) for stretch in merged(text, found))
    return [_related(text, stretch, as_of) for stretch in _disjoint(ranged(text, parts, future))]


def _disjoint(found: Iterable[Stretch]) -> list[Stretch]:
    """Of those that overlap the one that begins first, of these the longest."""
    kept: list[Stretch] = []
    for stretch in sorted(found, key=lambda s: (s.start, -s.end)):
        if not kept or stretch.start >= kept[-1].end:
            kept.append(stretch)
    return kept


def _related(text: str, stretch: Stretch, as_of: date) -> Period:
    """A stretch with the word before it that opens it to one side."""
    plain = Period(stretch.start, stretch.end, stretch.first, stretch.last, stretch.sure)
    found = _RELATION.search(text, max(0, stretch.start - 30), stretch.start)
    if found is None or (found["the"] and stretch.grain in {"month", "year"}):
        return plain  # "by the December flood"
    relation, here = next(name for name, words in found.groupdict().items() if words), replace(plain, start=found.start())
    if relation == "than":
        return replace(plain, sure=min(plain.sure, COMPARED))
    if relation == "as_of":
        return plain if stretch.days == (as_of, as_of) else replace(here, first=None)
    if relation == "since":
        record = _RECORD.search(text, 0, found.start())
        return replace(here, last=_end(stretch.first, as_of), sure=min(plain.sure, COMPARED) if record else plain.sure)
    if relation == "from":
        on = _ON.match(text, stretch.end) or _TO_NOW.match(text, stretch.end)
        return replace(here, end=on.end(), last=_end(stretch.first, as_of)) if on else plain
    if relation == "after":
        first = shift_days(stretch.last, 1)
        return replace(here, first=first, last=_end(first, as_of))
    if relation == "before" and not _END_OF.match(text, stretch.start):
        return replace(here, first=None, last=shift_days(stretch.first, -1))
    return replace(here, first=None)


def _end(first: date, as_of: date) -> date | None:
    """The day asked on ends what began before it; what begins later stays open."""
    return as_of if first <= as_of else None
