"""Whether two short answers say the same: figures by value and unit, names by their parts, days by what they fix, else words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.text.dates import DateMention, find_dates
from app.text.names import find_names, same_name
from app.text.numbers import find_numbers
from app.text.words import content_words

_EDGES = " \t\n\"“”'‘’`,.;:!?()[]–—-"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Value:
    """A short answer taken apart."""

    text: str
    words: frozenset[str]
    numbers: tuple[tuple[Decimal, str], ...]
    names: tuple[str, ...]
    dates: tuple[DateMention, ...]


@lru_cache(maxsize=4096)
def read_value(text: str) -> Value:
    text = text.strip(_EDGES)
    dates = tuple(find_dates(text))
    numbers = tuple((n.value, "percent" if n.kind == "percent" else n.unit or "") for n in find_numbers(text, list(dates)))
    names = tuple(n.text for n in find_names(text, dates))
    words = frozenset(content_words(text)) or frozenset(_WORD.findall(text.lower()))
    return Value(text, words, numbers, names, dates)


def same_value(one: Value, two: Value) -> bool:
    """Symmetric. "about 1,200 soldiers" is "1,200"; "Sunak" is "Rishi Sunak"; "26 June" is "Friday, 26 June 2026"."""
    if one.text.lower() == two.text.lower():
        return True
    if one.dates or two.dates:
        return bool(one.dates and two.dates) and _same_day(one.dates[0], two.dates[0])
    if one.numbers or two.numbers:
        return bool(one.numbers and two.numbers) and _same_figure(one.numbers[0], two.numbers[0])
    if one.names and two.names:
        return same_name(one.names[0], two.names[0])
    few, many = sorted((one.words, two.words), key=len)
    return bool(few) and len(few & many) == len(few) and 2 * len(few) >= len(many)


def _same_figure(one: tuple[Decimal, str], two: tuple[Decimal, str]) -> bool:
    """The first figure counts: "7 million, not 84 million" says 7 million."""
    return one[0] == two[0] and (one[1] == two[1] or not one[1] or not two[1])


def _same_day(one: DateMention, two: DateMention) -> bool:
    """Equally fine, and nothing that both say differs: "26 June" is "Friday, 26 June 2026", and neither is "2026"."""
    if (one.month, one.day) != (two.month, two.day):
        return False
    pairs = [(one.year, two.year), (one.weekday, two.weekday)]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    return all(a == b for a, b in both) and (one.month is not None or bool(both))
