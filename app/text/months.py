"""The months by name, and days as people write them, the same whatever the machine's language."""

from __future__ import annotations

from datetime import date

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_BY_THREE_LETTERS = {name[:3]: number for number, name in enumerate(MONTHS, 1)}


def month_number(name: str) -> int:
    """1 to 12, from the first three letters in any case: "November", "Sept." Raises KeyError for what begins no month."""
    return _BY_THREE_LETTERS[name[:3].lower()]


def month_words(day: date, *, year: bool = True, full: bool = False) -> str:
    """`Nov 2025`; without `year` `Nov`; `full`: `November 2025`."""
    name = MONTHS[day.month - 1].title()
    return f"{name if full else name[:3]}{f' {day.year}' if year else ''}"


def day_words(day: date, *, year: bool = True, full: bool = False) -> str:
    """`30 Nov 2025`; without `year` `30 Nov`; `full`: `30 November 2025`."""
    return f"{day.day} {month_words(day, year=year, full=full)}"
