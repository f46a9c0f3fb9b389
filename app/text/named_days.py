"""Days, months, seasons and years by their names, put in the year that is meant where none is named: "on Tuesday", "in October"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import MAXYEAR, date

from app.text.calendar_days import Days, months, quarter, season, share, shift_days, week
from app.text.dates import DateMention, find_dates
from app.text.stretch import (
    BARE_YEAR,
    DAY_OF_MONTH,
    DECADE,
    FULL_DATE,
    IN_YEAR,
    MONTH,
    NAMED_MONTH,
    NEXT_WEEKDAY,
    SEASON,
    WEEKDAY,
    Stretch,
)

_WHICH = re.compile(r"\b(?:this\s+)?(?:(?P<coming>coming|next)|(?P<past>last|past)|(?P<this>this))\s+$", re.IGNORECASE)
_NOT_THE_DAY = re.compile(
    r"\b(?:black|good|super|ash|bloody|easter|fat|cyber|holy|palm|shrove|maundy|whit|every|each|per)\s+$", re.IGNORECASE
)
_OF_AN_EVENT = re.compile(r"(?:s\b|\s+(?:before|after|following)\s+(?:the|its|his|her|their|that)\b)", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_OF_WHAT = re.compile(r"\s+of\s+(?:the|a|his|her|its|their)\b", re.IGNORECASE)
_SEASON = re.compile(
    r"\b(?:(?P<which>this|last|next|coming)\s+|(?:in|since|by|during|until|before|after|over|of|through|from|early|late|mid)[\s-]+(?P<the>the\s+)?)"
    r"(?:(?:early|late|mid)[\s-]+)?(?P<name>spring|summer|autumn|fall|winter)\b(?!\s+(?:games|olympics|of\s+[^\W\d]|for\b|from\b))",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?<![\d.,/$£€–-])(?P<first>(?:19|20)\d\d)(?P<mark>[-–/])(?P<last>\d\d)\b(?![-–/.]\d|\d)")
_SEASON_OF = re.compile(
    r"\b(?:the\s+)?(?P<name>spring|summer|autumn|fall|winter)\s+(?:of\s+)?(?P<year>(?:19|20)\d\d)(?:[-–/]\d\d(?:\d\d)?)?\b", re.IGNORECASE
)
_HALF = re.compile(r"\bh(?P<half>[12])\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_EVENT_OF = re.compile(r"\b(?:the|its|his|her|their|this|['’]s)\s+(?P<year>(?:19|20)(?!00)\d\d)\s+[a-z]{4,}s\b")
_MAY_BE_A_NAME = {"may", "march"}
_BEFORE_A_MONTH = re.compile(
    r"\b(?:in|by|since|until|till|from|of|last|next|this|early|late|mid|during|before|after|between|and|or|to|for|through|throughout|on"
    r"|over|the|coming|every|each|past)[\s-]+$",
    re.IGNORECASE,
)
_IN = re.compile(r"\b(?:in|since|until|till|by|during|before|after|from|between|to|of|late|early|mid|throughout)[\s-]+$", re.IGNORECASE)


def named_stretches(text: str, as_of: date, future: bool = False) -> Iterator[Stretch]:
    """Every such name in `text`; they may overlap. `future`: the question is plainly about what is to come.

    Rests on `find_dates`, which knows "May" the month from the verb and a year from a count. The library dateparser was
    weighed against these rules: it gives one day where a stretch is meant, and reads dates into "may march" and "the sun".
    """
    for mention in find_dates(text):
        yield from _of_mention(text, mention, as_of, future)
    for found in _SEASON.finditer(text):
        yield from _of_season(found, as_of, future)
    for found in _YEARS.finditer(text):
        first, last = int(found["first"]), int(found["first"][:2] + found["last"])
        if first < last and (found["mark"] != "/" or last == first + 1):
            yield Stretch(found.start(), found.end(), date(first, 1, 1), date(last, 12, 31), IN_YEAR, "rolling")
    for found in _SEASON_OF.finditer(text):
        name = found["name"].lower().replace("fall", "autumn")
        yield Stretch(found.start(), found.end(), *season(int(found["year"]), name), NAMED_MONTH, "season")
    for found in _HALF.finditer(text):
        yield Stretch(found.start(), found.end(), *share(months(int(found["year"]), 1, 12), int(found["half"]) - 1, 2), NAMED_MONTH, "half")
    for found in _EVENT_OF.finditer(text):
        yield Stretch(found.start("year"), found.end("year"), *months(int(found["year"]), 1, 12), BARE_YEAR, "year")


def _of_mention(text: str, mention: DateMention, as_of: date, future: bool) -> Iterator[Stretch]:
    which = _WHICH.search(text, max(0, mention.start - 20), mention.start)
    start = which.start() if which else mention.start
    if mention.day is not None and mention.month is not None:
        # "The Jan. 6 committee" is named after a day.
        named = mention.year is None and not text[mention.start].isdigit() and _THE.search(text, max(0, mention.start - 5), mention.start)
        yield from (replace(stretch, sure=BARE_YEAR) if named else stretch for stretch in _day(mention, as_of, future))
    elif mention.month is not None:
        if mention.year is not None:
            yield Stretch(mention.start, mention.end, *months(mention.year, mention.month), NAMED_MONTH, "month")
        else:
            if text[mention.start : mention.end].lower() in _MAY_BE_A_NAME and not _BEFORE_A_MONTH.search(
                text, max(0, mention.start - 14), mention.start
            ):
                return  # "what did May say"
            days = _in_year(lambda year: months(year, mention.month or 1), as_of, future, which)
            yield Stretch(start, mention.end, *days, MONTH, "month", True)
    elif mention.quarter is not None:
        if mention.year is not None:
            yield Stretch(mention.start, mention.end, *quarter(mention.year, mention.quarter), NAMED_MONTH, "quarter")
        elif not _OF_WHAT.match(text, mention.end):
            days = _in_year(lambda year: quarter(year, mention.quarter or 1), as_of, future, which)
            yield Stretch(start, mention.end, *days, SEASON, "quarter", True)
    elif mention.season is not None:
        if mention.year is not None:
            yield Stretch(mention.start, mention.end, *season(mention.year, mention.season), NAMED_MONTH, "season")
    elif mention.year is not None:
        if mention.decade:
            yield Stretch(mention.start, mention.end, *months(mention.year, 1, 120), DECADE, "decade")
        else:
            sure = IN_YEAR if _IN.search(text, max(0, mention.start - 14), mention.start) else BARE_YEAR
            yield Stretch(mention.start, mention.end, *months(mention.year, 1, 12), sure, "year")
    elif mention.weekday is not None:
        yield from _weekday(text, mention, mention.weekday, which, start, as_of, future)


def _day(mention: DateMention, as_of: date, future: bool) -> Iterator[Stretch]:
    """A day and its month; without a year the latest begun, or the first to come. 30 February is no day."""
    years = [mention.year] if mention.year is not None else range(as_of.year + 8, as_of.year - 9, -1)
    days = []
    for year in years:
        try:
            days.append(date(year, mention.month or 1, mention.day or 1))
        except ValueError:
            continue
    if mention.year is None:
        past = [day for day in days if day <= as_of]
        coming = [day for day in days if day >= as_of]
        days = coming[-1:] if future else past[:1]
    for day in days:
        yield Stretch(
            mention.start, mention.end, day, day, DAY_OF_MONTH if mention.year is None else FULL_DATE, "day", mention.year is None
        )


def _weekday(
    text: str, mention: DateMention, weekday: int, which: re.Match[str] | None, start: int, as_of: date, future: bool
) -> Iterator[Stretch]:
    if _NOT_THE_DAY.search(text, max(0, mention.start - 10), mention.start) or text[mention.end - 1] in "sS":
        return
    if _OF_AN_EVENT.match(text, mention.end) and _THE.search(text, max(0, mention.start - 5), mention.start):
        return  # "the Tuesday after the vote"
    back = (as_of.weekday() - weekday) % 7
    if which and which["past"]:
        day = shift_days(as_of, -(back or 7))
    elif which and which["coming"]:
        day = shift_days(as_of, 7 - back)
    elif which:
        day = shift_days(week(as_of)[0], weekday)
    else:
        day = shift_days(as_of, (7 - back) % 7 if future else -back)
    end = mention.end
    part = re.compile(r"\s+(?:morning|afternoon|evening|night)\b").match(text, end)
    yield Stretch(start, part.end() if part else end, day, day, NEXT_WEEKDAY if which else WEEKDAY, "weekday")


def _of_season(found: re.Match[str], as_of: date, future: bool) -> Iterator[Stretch]:
    name = found["name"].lower()
    if name == "fall" and not (found["which"] or found["the"]):
        return
    name = "autumn" if name == "fall" else name
    which = (found["which"] or "").lower()
    if which == "this":
        # In January the winter that runs is last year's.
        running = season(as_of.year - 1, name) if as_of.year > 1 else season(as_of.year, name)
        days = running if running[0] <= as_of <= running[1] else season(as_of.year, name)
    else:
        days = _in_year(lambda year: season(year, name), as_of, future, _WHICH.search(f"{which} ") if which else None)
    start = found.start("which") if which else found.start("name")
    yield Stretch(start, found.end(), *days, SEASON if not which else MONTH, "season", True)


def _in_year(days_of: Callable[[int], Days], as_of: date, future: bool, which: re.Match[str] | None) -> Days:
    """The latest begun, or of what is to come the first not ended; "last" has ended, "next" has not begun, "this" is of the year."""
    if which and which["this"]:
        return days_of(as_of.year)
    near = [days_of(year) for year in range(max(as_of.year - 2, 1), min(as_of.year + 2, MAXYEAR) + 1)]
    if which and which["past"]:
        return max((days for days in near if days[1] < as_of), default=near[0])
    if which and which["coming"]:
        return min((days for days in near if days[0] > as_of), default=near[-1])
    if future:
        return min((days for days in near if days[1] >= as_of), default=near[-1])
    return max((days for days in near if days[0] <= as_of), default=near[0])
