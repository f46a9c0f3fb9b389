"""A stretch of days as people write it."""

from __future__ import annotations

from datetime import date

from app.text.calendar_days import month
from app.text.months import day_words, month_words


def days_label(first: date | None, last: date | None) -> str:
    """As people write it: "10–16 Nov 2025", "Nov 2025", "2022", "until 31 Oct 2025"."""
    if first is None or last is None:
        return f"until {day_words(last)}" if last else f"from {day_words(first)}" if first else ""
    if first == last:
        return day_words(first)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if (first.year, first.month) == (last.year, last.month):
        if (first, last) == month(first):
            return month_words(first)
        return f"{first.day}–{day_words(last)}"
    words = month_words if first.day == 1 and last == month(last)[1] else day_words
    return f"{words(first, year=first.year != last.year)} – {words(last)}"
