"""Two stretches that bound a third: "between May and July 2024", "from Monday to Friday", "3–9 October", "2010-2015"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.text.calendar_days import shift_days, step
from app.text.stretch import Stretch

_LEAD = re.compile(r"\b(?:(?P<between>between)|(?P<from>from))\s+(?:the\s+)?$", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+(?:the\s+)?", re.IGNORECASE)
_TO = re.compile(r"\s*[-–—]\s*|\s+(?:to|through|till|until|up\s+to)\s+(?:the\s+)?", re.IGNORECASE)
_NUMBER = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_DAY_BEFORE = re.compile(
    rf"(?:\b(?P<lead>from|between)\s+)?\b(?:the\s+)?(?<![\d.,/–-]){_NUMBER}(?:\s*[-–—]\s*|\s+(?P<word>to|and|until|till|through)\s+(?:the\s+)?)$",
    re.IGNORECASE,
)
_DAY_AFTER = re.compile(
    rf"(?:\s*[-–—]\s*|\s+(?P<word>to|and|until|till|through)\s+(?:the\s+)?){_NUMBER}\b(?![.,]?\d)(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?",
    re.IGNORECASE,
)


def ranged(text: str, found: Sequence[Stretch], future: bool) -> Iterator[Stretch]:
    """The stretches with those that bound one another made one; what is not in the words is taken from the other bound."""
    place = 0
    while place < len(found):
        stretch = found[place]
        one = _to_day(text, stretch, found) or (_one(text, stretch, found[place + 1], future) if place + 1 < len(found) else None)
        yield one or stretch
        place += 1
        while one and place < len(found) and found[place].start < one.end:
            place += 1


def _one(text: str, a: Stretch, b: Stretch, future: bool) -> Stretch | None:
    lead = _LEAD.search(text, max(0, a.start - 14), a.start)
    joined = _AND.fullmatch(text, a.end, b.start) if lead and lead["between"] else None
    if not (joined or _TO.fullmatch(text, a.end, b.start)):
        return None
    if a.guessed and not b.guessed:
        a = _in_year_of(a, b)
        a = _moved(a, -1) if a.first > b.last else a
    elif b.guessed and not a.guessed:
        b = _in_year_of(b, a)
        b = _moved(b, 1) if a.first > b.last else b
    elif a.first > b.last and (a.grain == b.grain == "weekday" or (a.guessed and b.guessed)):
        a, b = (a, _moved(b, 1)) if future else (_moved(a, -1), b)
    if a.first > b.last and a.grain == "weekday":
        a = _moved(a, -(((a.first - b.last).days + 6) // 7))  # "from Monday to Friday last week"
    if a.first > b.last:
        return None
    return Stretch(lead.start() if lead else a.start, b.end, a.first, b.last, min(a.sure, b.sure), "rolling")


def _in_year_of(stretch: Stretch, other: Stretch) -> Stretch:
    return _moved(stretch, other.first.year - stretch.first.year)


def _moved(stretch: Stretch, count: int) -> Stretch:
    """By so many weeks for a weekday, else by years; a month's last day stays its last."""
    if stretch.grain == "weekday":
        return replace(stretch, first=shift_days(stretch.first, 7 * count), last=shift_days(stretch.last, 7 * count))
    end = shift_days(step(shift_days(stretch.last, 1), "year", count), -1)
    first = step(stretch.first, "year", count)
    return replace(stretch, first=first, last=max(end, first))


def _to_day(text: str, stretch: Stretch, found: Sequence[Stretch]) -> Stretch | None:
    """A range within a month that names it once: "3 to 9 October 2025", "October 3-9, 2025"."""
    if stretch.grain != "day" or stretch.first != stretch.last:
        return None
    if text[stretch.start].isdigit():
        before = _DAY_BEFORE.search(text, max(0, stretch.start - 24), stretch.start)
        if (
            before
            and _joins(before, before["lead"])
            and int(before["day"]) < stretch.first.day
            and text[stretch.start : stretch.end][4:5] != "-"
        ):
            return replace(stretch, start=before.start(), first=stretch.first.replace(day=int(before["day"])), grain="rolling")
        return None
    after = _DAY_AFTER.match(text, stretch.end)
    if after is None or any(other.start < after.end() <= other.end and other.start <= after.start("day") for other in found):
        return None
    lead = _LEAD.search(text, max(0, stretch.start - 14), stretch.start)
    if not _joins(after, lead[0] if lead else None):
        return None
    try:
        first = stretch.first.replace(year=int(after["year"])) if after["year"] else stretch.first
        last = first.replace(day=int(after["day"]))
    except ValueError:
        return None
    if last <= first:
        return None
    return Stretch(lead.start() if lead else stretch.start, after.end(), first, last, stretch.sure, "rolling")


def _joins(found: re.Match[str], lead: str | None) -> bool:
    """ "And" bounds a range only after "between"."""
    return (found["word"] or "").lower() != "and" or (lead or "").strip().lower().startswith("between")
