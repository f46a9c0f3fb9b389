"""Two names that make one stretch ("Tuesday last week"), and a part of one ("early October", "the first half of 2024")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.text.calendar_days import Days, months, share, shift_days, step, third, week, weekend, whole
from app.text.relative_days import COUNT, count_of
from app.text.stretch import Stretch

_JOIN = re.compile(r"(?:['’]s?)?,?\s+(?:(?:of|in|on)\s+)?(?:the\s+)?", re.IGNORECASE)
_THIRD = re.compile(
    r"\b(?:the\s+)?(?:very\s+)?"
    r"(?:(?P<early>early|(?:beginning|start)(?=\s+of))|(?P<mid>mid|middle(?=\s+of))|(?P<late>late|end(?=\s+of)))(?:\s*-\s*|\s+)"
    r"(?:(?:in|of|part\s+of)\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_SO_FAR = re.compile(r"\b(?:(?P<so_far>so\s+far|earlier)|(?P<later>later))\s+(?:in\s+)?$", re.IGNORECASE)
_SO_FAR_AFTER = re.compile(r",?\s+so\s+far\b", re.IGNORECASE)
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3}
_SHARE = re.compile(
    r"\b(?:the\s+)?(?P<which>first|second|third|fourth|last|latter|final)\s+(?P<of>half|third|quarter)\s+of\s+(?:the\s+)?$", re.IGNORECASE
)
_EDGE = re.compile(
    rf"\b(?:the\s+)?(?P<which>first|second|third|fourth|last|final)\s+(?:(?P<count>{COUNT})\s+)?(?P<unit>day|week|month)s?\s+(?:of|in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:the\s+)?(?P<day>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)\s+(?:of\s+)?$", re.IGNORECASE)
_WEEK_OF = re.compile(
    r"\b(?:the\s+)?(?P<unit>week|weekend)\s+(?:of|beginning|starting|ending|commencing)\s+(?:on\s+)?(?:the\s+)?$", re.IGNORECASE
)
_BESIDE = re.compile(
    rf"\b(?:the\s+)?(?:(?P<count>{COUNT})\s+)?(?P<unit>day|week|month|year)s?\s+(?:(?P<before>before)|after|following)\s+$", re.IGNORECASE
)


def merged(text: str, found: Sequence[Stretch]) -> list[Stretch]:
    """Neighbours made one where the wider tells which week or year the narrower is of."""
    done: list[Stretch] = []
    for stretch in found:
        one = _one(text, done[-1], stretch) if done else None
        if one:
            done[-1] = one
        else:
            done.append(stretch)
    return done


def _one(text: str, a: Stretch, b: Stretch) -> Stretch | None:
    if not _JOIN.fullmatch(text, a.end, b.start):
        return None
    for inner, outer in ((a, b), (b, a)):
        days = _within(inner, outer)
        if days:
            return Stretch(a.start, b.end, *days, max(a.sure, b.sure), "day" if inner.grain == "weekday" else inner.grain)
    return None


def _within(inner: Stretch, outer: Stretch) -> Days | None:
    if inner.grain == "weekday" and outer.grain == "week":
        day = shift_days(outer.first, inner.first.weekday())
        return day, day
    if outer.grain != "year" or not inner.guessed:
        return None
    if inner.grain in {"month", "season", "quarter"}:
        return months(outer.first.year, inner.first.month, 1 if inner.grain == "month" else 3)
    if inner.grain == "day":
        try:
            day = inner.first.replace(year=outer.first.year)
        except ValueError:
            return None
        return day, day
    return None


def part_of(text: str, stretch: Stretch, as_of: date) -> Stretch:
    """The part of a stretch that the words before it pick out; else the stretch."""
    back = max(0, stretch.start - 40)
    wide = stretch.grain in {"month", "quarter", "half", "season", "year", "decade"}
    if wide and (found := _SHARE.search(text, back, stretch.start)):
        return _cut(stretch, found, _share(stretch, found), "half")
    if wide and (found := _EDGE.search(text, back, stretch.start)):
        days = _edge(stretch, found)
        return _cut(stretch, found, days, "rolling") if days else stretch
    if stretch.grain == "month" and (found := _NUMBERED.search(text, back, stretch.start)) and int(found["day"]) <= stretch.last.day:
        day = stretch.first.replace(day=int(found["day"]))
        return _cut(stretch, found, (day, day), "day")
    if (wide or stretch.grain == "week") and (found := _THIRD.search(text, back, stretch.start)):
        number = ("early", "mid", "late").index(found.lastgroup or "early")
        return _cut(stretch, found, third(stretch.days, stretch.grain, number), stretch.grain)
    if (wide or stretch.grain == "week") and stretch.first <= as_of <= stretch.last:
        found = _SO_FAR.search(text, back, stretch.start)
        if found and found["later"]:
            return _cut(stretch, found, (as_of, stretch.last), "rolling")
        if found:
            return _cut(stretch, found, (stretch.first, as_of), "rolling")
        if after := _SO_FAR_AFTER.match(text, stretch.end):
            return replace(stretch, end=after.end(), last=as_of, grain="rolling", guessed=False)
    if stretch.grain in {"day", "weekday"}:
        if found := _WEEK_OF.search(text, back, stretch.start):
            return _cut(stretch, found, (week if found["unit"].lower() == "week" else weekend)(stretch.first), "week")
        if found := _BESIDE.search(text, back, stretch.start):
            days = _beside(stretch, found)
            return _cut(stretch, found, days, "rolling") if days else stretch
    return stretch


def _cut(stretch: Stretch, found: re.Match[str], days: Days, grain: str) -> Stretch:
    return replace(
        stretch, start=found.start(), first=days[0], last=days[1], grain=grain, guessed=stretch.guessed and grain == stretch.grain
    )


def _share(stretch: Stretch, found: re.Match[str]) -> Days:
    of = {"half": 2, "third": 3, "quarter": 4}[found["of"].lower()]
    return share(stretch.days, min(_ORDINALS.get(found["which"].lower(), of - 1), of - 1), of)


def _edge(stretch: Stretch, found: re.Match[str]) -> Days | None:
    """The first or last N days, weeks or months of a stretch; weeks here are runs of seven days."""
    which, unit = found["which"].lower(), found["unit"].lower()
    count = count_of(found["count"]) if found["count"] else 1
    if count is None:
        return None
    if which in {"last", "final"}:
        return max(shift_days(step(shift_days(stretch.last, 1), unit, -count), 0), stretch.first), stretch.last
    first = step(stretch.first, unit, count * _ORDINALS[which])
    last = shift_days(step(first, unit, count), -1)
    return (first, min(last, stretch.last)) if first <= stretch.last else None


def _beside(stretch: Stretch, found: re.Match[str]) -> Days | None:
    """ "The week before 12 May" is seven days; "two days after 3 May" one."""
    unit = found["unit"].lower()
    count = count_of(found["count"]) if found["count"] else None
    if count is None:
        if found["before"]:
            return step(stretch.first, unit, -1), shift_days(stretch.first, -1)
        return shift_days(stretch.last, 1), step(stretch.last, unit, 1)
    return whole(step(stretch.first, unit, -count if found["before"] else count), unit)
