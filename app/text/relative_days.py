"""Words that count from the day on which they are said: "yesterday", "last week", "two months ago", "over the past year"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from app.text.calendar_days import Days, shift_days, step, weekend, whole
from app.text.stretch import RELATIVE_DAY, RELATIVE_WEEK, RELATIVE_YEAR, ROLLING, Stretch

_TO_TWENTY = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
)
NUMBERS = {word: value for value, word in enumerate(_TO_TWENTY.split(), 1)}
NUMBERS |= {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
COUNT = rf"(?:\d{{1,4}}|an?\s+(?:couple|dozen)(?:\s+of)?|couple\s+of|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year|decade)"
_PART_OF_DAY = r"(?:\s+(?:morning|afternoon|evening|night))?"

_DAYS = {
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
}
_DAY = re.compile(rf"\b(?P<day>{'|'.join(name.replace(' ', r'[ ]+') for name in _DAYS)})\b{_PART_OF_DAY}", re.IGNORECASE)
_AGO = re.compile(rf"\b(?P<count>{COUNT})\s+{_UNIT}s?\s+ago\b", re.IGNORECASE)
_BEFORE_LAST = re.compile(r"\bthe\s+(?P<unit>week|month|year)\s+before\s+last\b", re.IGNORECASE)
_CALENDAR = re.compile(
    r"\b(?:this|(?<!\bthe )(?<!\bhis )(?<!\bher )(?<!\bits )(?<!\btheir )(?:last|next)|the\s+(?:current|coming|last(?=\s+quarter)))\s+"
    r"(?P<unit>week|month|quarter|year)\b(?!\s+of\b)",
    re.IGNORECASE,
)
_WEEKEND = re.compile(
    r"\b(?P<lead>this|last|next|the)\s+(?:(?P<which>last|next|coming|past)\s+)?weekend\b(?!\s+(?:of|before|after|following)\b)",
    re.IGNORECASE,
)
_PAST = re.compile(
    rf"\b(?:(?P<lead>in|over|during|within|for|throughout)\s+)?(?P<the>(?:the|this)\s+)?(?P<way>last|past|next)\s+"
    rf"(?:(?P<count>{COUNT})\s+)?{_UNIT}(?P<many>s)?\b(?!\s+(?:of|before|after)\b)",
    re.IGNORECASE,
)
_THE_UNIT = re.compile(
    r"\b(?:early|late|later|middle|beginning|start|end|half|rest)\s+(?:in|of)\s+(?P<the>the\s+(?P<unit>week|month|quarter|year))\b(?!\s+of\b)",
    re.IGNORECASE,
)
_HOURS = re.compile(r"\b(?:last|past)\s+(?P<count>\d{1,3})\s+hours\b", re.IGNORECASE)
_NAMES = re.compile(r"(?<![.?!:]\s)(?<!^)(?:T(?:oday|ODAY)|Tonight|Tomorrow|Yesterday)\b")


def count_of(words: str) -> int | None:
    """The number that digits or words mean: "a" 1, "a couple of" 2, "a dozen" 12; None if they mean none."""
    text = " ".join(words.lower().split()).removesuffix(" of")
    if text.isdigit():
        return int(text)
    return {"couple": 2, "a couple": 2, "a dozen": 12}.get(text) or NUMBERS.get(text)


def relative_stretches(text: str, as_of: date, future: bool = False) -> Iterator[Stretch]:
    """Every such phrase of `text`; they may overlap, and the longest is then the one meant."""
    for rule, read in _RULES:
        for found in rule.finditer(text):
            yield from read(text, found, as_of, future)


_Read = Callable[[str, "re.Match[str]", date, bool], Iterator[Stretch]]


def _stretch(found: re.Match[str], days: Days, sure: float, grain: str) -> Iterator[Stretch]:
    yield Stretch(found.start(), found.end(), *days, sure, grain)


def _day(text: str, found: re.Match[str], as_of: date, future: bool) -> Iterator[Stretch]:
    if _NAMES.match(text, found.start()):  # USA Today
        return
    day = shift_days(as_of, _DAYS[" ".join(found["day"].lower().split())])
    yield from _stretch(found, (day, day), RELATIVE_DAY, "day")


def _ago(text: str, found: re.Match[str], as_of: date, future: bool) -> Iterator[Stretch]:
    """ "N days ago" is that day; of a longer unit the whole one that holds the day so far back."""
    count = count_of(found["count"])
    if count is None or re.search(r"\b(?:and|half)\s+$", text[max(0, found.start() - 6) : found.start()], re.IGNORECASE):
        return
    unit = found["unit"].lower()
    day = step(as_of, unit, -count)
    days = whole(day, {"fortnight": "week", "decade": "year"}.get(unit, unit))
    yield from _stretch(found, days, RELATIVE_DAY if unit == "day" else RELATIVE_WEEK if unit != "year" else RELATIVE_YEAR, unit)


def _before_last(text: str, found: re.Match[str], as_of: date, future: bool) -> Iterator[Stretch]:
    unit = found["unit"].lower()
    yield from _stretch(found, whole(step(as_of, unit, -2), unit), RELATIVE_WEEK, unit)


def _calendar(text: str, found: re.Match[str], as_of: date, future: bool) -> Iterator[Stretch]:
    unit = found["unit"].lower()
    which = found[0].lower().removeprefix("the").split()[0]
    days = whole(step(as_of, unit, {"last": -1, "next": 1, "coming": 1}.get(which, 0)), unit)
    yield from _stretch(found, days, RELATIVE_YEAR if unit == "year" else RELATIVE_WEEK, unit)


def _weekend(text: str, found: re.Match[str], as_of: date, future: bool) -> Iterator[Stretch]:
    """ "This weekend" is that of the week; "the weekend" and "the past weekend" the latest begun, or of the future this one."""
    which = (found["which"] or found["lead"]).lower()
    begun = as_of.weekday() >= 5
    latest = 0 if begun else -1
    weeks = {"last": -1, "this": 0, "next": 1, "coming": int(begun), "past": latest}.get(which, 0 if future else latest)
    yield from _stretch(found, weekend(shift_days(as_of, 7 * weeks)), RELATIVE_WEEK, "weekend")


def _past(text: str, found: re.Match[str], as_of: date, future: bool) -> Iterator[Stretch]:
    """Up to the day as of, or on from it. Without a number "last week" is the calendar's, and "the next week" some event's."""
    way, unit = found["way"].lower(), found["unit"].lower()
    count = count_of(found["count"]) if found["count"] else 1
    led = {"past": True, "last": found["the"] and unit != "quarter", "next": found["lead"] and found["the"]}[way]
    if count is None or bool(found["many"]) != (count != 1) or not (found["count"] or led):
        return
    other = step(as_of, unit, count if way == "next" else -count)
    days = (as_of, other) if way == "next" else (other, as_of)
    begin = found.start("the") if found["the"] else found.start("way")
    yield Stretch(begin, found.end(), *days, ROLLING, "rolling")


def _the_unit(text: str, found: re.Match[str], as_of: date, future: bool) -> Iterator[Stretch]:
    """ "The end of the year" is of the one that runs."""
    unit = found["unit"].lower()
    yield Stretch(found.start("the"), found.end("the"), *whole(as_of, unit), RELATIVE_YEAR, unit)


def _hours(text: str, found: re.Match[str], as_of: date, future: bool) -> Iterator[Stretch]:
    yield from _stretch(found, (shift_days(as_of, -(-int(found["count"]) // 24) * -1), as_of), ROLLING, "rolling")


_RULES: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (_DAY, _day),
    (_AGO, _ago),
    (_BEFORE_LAST, _before_last),
    (_CALENDAR, _calendar),
    (_WEEKEND, _weekend),
    (_PAST, _past),
    (_THE_UNIT, _the_unit),
    (_HOURS, _hours),
)
