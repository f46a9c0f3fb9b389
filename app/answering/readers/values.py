"""Whether two short answers say the same: figures by value and unit, names by their parts, days by what they fix, else words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

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
    numbers: frozenset[tuple[Decimal, str]]
    names: tuple[str, ...]
    dates: tuple[DateMention, ...]


def read_value(text: str) -> Value:
    text = text.strip(_EDGES)
    dates = tuple(find_dates(text))
    numbers = frozenset((n.value, "percent" if n.kind == "percent" else n.unit or "") for n in find_numbers(text, list(dates)))
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
        return any(a[0] == b[0] and (a[1] == b[1] or not a[1] or not b[1]) for a in one.numbers for b in two.numbers)
    if one.names and two.names:
        return same_name(one.names[0], two.names[0])
    few, many = sorted((one.words, two.words), key=len)
    return bool(few) and len(few & many) == len(few) and 2 * len(few) >= len(many)


def _same_day(one: DateMention, two: DateMention) -> bool:
    """Whether nothing that both say differs, and they share at least one thing."""
    pairs = [(getattr(one, name), getattr(two, name)) for name in ("year", "month", "day", "weekday")]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    return bool(both) and all(a == b for a, b in both)
