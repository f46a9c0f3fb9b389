"""Reads the dates that files give, and keeps their precision."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from app.article import Published
from app.text.months import month_number

FIRST_YEAR = 1600
"""The first newspapers are of 1605: an earlier date is a mistake."""
LAST_YEAR = 9999
"""Stands for "never" in some archives."""
DAYS_AHEAD = 2
"""Days that a date may lie ahead of the clock: time zones, and tomorrow's paper."""

_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_WRITTEN = tuple(
    re.compile(rf"{_WEEKDAY}{order},?\s+(?P<year>\d{{4}})", re.IGNORECASE) for order in (rf"{_DAY}\s+{_MONTH}", rf"{_MONTH}\s+{_DAY}")
)
_COMPACT_DAY = re.compile(r"\d{8}")
_NUMBER = re.compile(r"\d{9,13}(\.\d*)?")
_SPACE_BEFORE_ZONE = re.compile(r" (?=[+-]\d\d:?\d\d$|Z$)")
_MILLISECONDS_FROM = 1e11  # as seconds this is the year 5138


class AheadError(ValueError):
    """The date lies ahead of this machine's clock."""


def read_published(value: object) -> Published:
    """The date in `value`: an ISO day or time, an RFC 2822 time, `30 November 2025`, or Unix seconds or milliseconds.

    A day without a time stays a day. Raises ValueError where there is no date, or its year lies before FIRST_YEAR or
    is LAST_YEAR, and AheadError if it lies more than DAYS_AHEAD days ahead.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        raise ValueError("not a date")
    if isinstance(value, str):
        found = _from_text(" ".join(value.split()))
    elif isinstance(value, date):
        found = Published(value)
    else:
        found = _from_number(value)
    if not FIRST_YEAR <= found.value.year < LAST_YEAR:
        raise ValueError("out of range")
    if found.first_second > time.time() + DAYS_AHEAD * 86_400:
        raise AheadError("ahead of the clock")
    return found


def read_written_day(text: str) -> date | None:
    """The day that is all of `text`: `30 November 2025`, `Nov. 30, 2025`, `Sunday, 30 November 2025` or `2025-11-30`."""
    text = text.strip()
    for pattern in _WRITTEN:
        match = pattern.fullmatch(text)
        if match:
            try:
                return date(int(match["year"]), month_number(match["month"]), int(match["day"]))
            except ValueError:
                return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _from_text(text: str) -> Published:
    day = read_written_day(text)
    if day:
        return Published(day)
    if _COMPACT_DAY.fullmatch(text):
        return Published(date(int(text[:4]), int(text[4:6]), int(text[6:])))
    if _NUMBER.fullmatch(text):
        return _from_number(float(text))
    try:
        return Published.parse(_SPACE_BEFORE_ZONE.sub("", text.removesuffix(" UTC")))
    except ValueError:
        return Published(_from_mail(text))


def _from_mail(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise ValueError("not a date") from None


def _from_number(value: float) -> Published:
    try:
        return Published(datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS_FROM else value, UTC))
    except (OverflowError, OSError):
        raise ValueError("not a date") from None
