"""What values measure, for a picture of them: figures of one unit, or days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from app.answering.readers.reading import Found
from app.answering.readers.values import Value, read_value
from app.text.dates import DateMention
from app.text.numbers import find_numbers

Scale = Literal["figure", "day"]
EPOCH = date(1970, 1, 1)
_AFTER_UNIT = 24
"""Characters behind a figure in which its unit stands."""


def unit_of(found: Sequence[Found]) -> tuple[Scale | None, str]:
    """What all of them measure, and the unit as the first one writes it; None where they are not of one measure."""
    values = [read_value(one.text, one.before) for one in found]
    if values and all(value.dates for value in values):
        return "day", ""
    figures = [value.figure for value in values]
    if not figures or any(figure is None for figure in figures) or len({figure.unit for figure in figures if figure}) != 1:
        return None, ""
    return "figure", _unit_words(found[0], figures[0].unit if figures[0] else "")


def _unit_words(found: Found, unit: str) -> str:
    """ "homes", "tallars", "per cent": the word after the first figure of the span, or the currency before it."""
    said = found.said
    at = found.span.start - found.sentence.start
    number = next((n for n in find_numbers(said) if n.start >= at - 2), None)
    if number is None:
        return unit
    if unit == "percent":
        return "per cent"
    if unit:
        return unit if unit.endswith("s") else f"{unit}s"
    after = said[number.end : number.end + _AFTER_UNIT].split()
    word = after[0].strip(".,;:!?”\"'") if after else ""
    return word if word.isalpha() and word.islower() and len(word) > 2 and said[number.end : number.end + 1] == " " else ""


def amount_of(value: Value, said: date | None, scale: Scale | None) -> float | None:
    """The value as a number on that scale: the middle of a range; for a day the days since 1970, its year taken from the day on
    which it was said where it names none."""
    if scale == "figure" and value.figure is not None:
        return float((value.figure.low + value.figure.high) / 2)
    if scale == "day" and value.dates:
        day = _day(value.dates[0], said)
        return float((day - EPOCH).days) if day else None
    return None


def _day(mention: DateMention, said: date | None) -> date | None:
    if mention.month is None or (mention.year is None and said is None):
        return None
    year = mention.year or (said.year if said else 0)
    try:
        day = date(year, mention.month, mention.day or 1)
        # "The bridge opens on 26 June", said in November, means next year's.
        return day.replace(year=year + 1) if mention.year is None and said and (said - day).days > 180 else day
    except ValueError:
        return None
