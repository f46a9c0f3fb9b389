"""Whole weeks, months, quarters, seasons and years as first and last day; steps of months that stay within the calendar."""

from __future__ import annotations

import calendar
from datetime import MAXYEAR, MINYEAR, date, timedelta

Days = tuple[date, date]
"""First and last day, both inclusive."""

THIRDS_OF_A_WEEK = (0, 2, 4, 7)
THIRDS_OF_A_MONTH = (1, 11, 21)
"""Early is 1 to 10, the middle 11 to 20, late from 21."""
SEASON_MONTHS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}


def shift_days(day: date, days: int) -> date:
    """`days` on, or back; stops at the ends of the calendar."""
    ordinal = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(ordinal)


def shift_months(day: date, months: int) -> date:
    """The same day of the month, or that month's last; stops at the ends of the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, MINYEAR), MAXYEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def week(day: date) -> Days:
    """Monday to Sunday."""
    monday = shift_days(day, -day.weekday())
    return monday, shift_days(monday, 6)


def weekend(day: date) -> Days:
    """Saturday and Sunday of the week that holds `day`."""
    monday, sunday = week(day)
    return shift_days(monday, 5), sunday


def months(year: int, month: int, count: int = 1) -> Days:
    """`count` whole months from the first of one."""
    first = date(min(max(year, MINYEAR), MAXYEAR), month, 1)
    return first, shift_days(shift_months(first, count), -1) if first.year < MAXYEAR else date.max


def month(day: date) -> Days:
    return months(day.year, day.month)


def year(day: date) -> Days:
    return months(day.year, 1, 12)


def quarter(year: int, number: int) -> Days:
    """`number` 1 to 4."""
    return months(year, 3 * number - 2, 3)


def season(year: int, name: str) -> Days:
    """As meteorologists have them, of the north: spring from March, winter from December into the next year's February."""
    return months(year, SEASON_MONTHS[name], 3)


def whole(day: date, unit: str) -> Days:
    """The day, week, month, quarter or year that holds `day`."""
    match unit:
        case "week":
            return week(day)
        case "month":
            return month(day)
        case "quarter":
            return quarter(day.year, (day.month + 2) // 3)
        case "year":
            return year(day)
    return day, day


def step(day: date, unit: str, count: int) -> date:
    """`count` days, weeks, months, quarters, years or decades on, or back."""
    each = {"day": 1, "week": 7, "fortnight": 14}.get(unit)
    if each:
        return shift_days(day, each * count)
    return shift_months(day, {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit] * count)


def third(days: Days, grain: str, part: int) -> Days:
    """The early (0), middle (1) or late (2) part: of a month by tens of days, of a year and what has whole months by months."""
    first, last = days
    if grain == "week":
        return shift_days(first, THIRDS_OF_A_WEEK[part]), shift_days(first, THIRDS_OF_A_WEEK[part + 1] - 1)
    if grain == "month":
        begin = first.replace(day=THIRDS_OF_A_MONTH[part])
        return begin, last if part == 2 else first.replace(day=THIRDS_OF_A_MONTH[part + 1] - 1)
    return share(days, part, 3)


def share(days: Days, part: int, of: int) -> Days:
    """One of `of` equal runs of months, counted from 0; of days where the months do not come out even."""
    first, last = days
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count % of == 0:
        begin = shift_months(first, part * count // of)
        return begin, shift_days(shift_months(begin, count // of), -1) if part < of - 1 else last
    length = (last - first).days + 1
    begin = first + timedelta(part * length // of)
    return begin, first + timedelta((part + 1) * length // of - 1)
