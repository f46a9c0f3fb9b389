"""Whether two short answers say the same: figures by value, unit and rounding, names by their parts, days by what they fix, else words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.text.dates import DateMention, find_dates
from app.text.names import find_names, same_name
from app.text.numbers import Number, find_numbers
from app.text.words import content_words

_EDGES = " \t\n\"“”'‘’`,.;:!?()[]–—-"
_WORD = re.compile(r"\w+")
_MINUS = re.compile(r"-\d")
ABOUT = Decimal("0.05")
"""How far off a figure may be that says it is "about" so much: as the support check has it (support/facts.py)."""
ROUNDED = Decimal("0.02")
"""How far a figure may be rounded that does not say so: 1,250 is not 1,200. Set by hand."""
MORE = Decimal("1.3")
"""Up to how many times itself "more than" a figure means the same as a finer one: "more than a thousand" is 1,200. Set by hand."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The first figure of a short answer, or the range that begins with it; `hedge` as in app.text.numbers, `unit` "" for none;
    `against`: the second figure of a vote or a result ("28 to 9")."""

    low: Decimal
    high: Decimal
    unit: str
    hedge: str | None
    against: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A short answer taken apart."""

    text: str
    words: frozenset[str]
    figure: Figure | None
    names: tuple[str, ...]
    dates: tuple[DateMention, ...]


@lru_cache(maxsize=4096)
def read_value(text: str, before: str = "") -> Value:
    """`before`: what stands before it in its sentence, where "up to" or "about" may be."""
    text = text.rstrip(_EDGES) if _MINUS.match(text) else text.strip(_EDGES)
    dates = tuple(find_dates(text))
    names = tuple(n.text for n in find_names(text, dates))
    words = frozenset(content_words(text)) or frozenset(_WORD.findall(text.lower()))
    whole = f"{before[-30:]} {text}" if before else text
    numbers = [n for n in find_numbers(whole) if n.end > len(whole) - len(text)] if before else find_numbers(text, list(dates))
    changes = before.rstrip().lower().endswith(" from") or text.lower().startswith("from ")
    return Value(text, words, None if dates else _figure(numbers, changes), names, dates)


def _figure(numbers: Sequence[Number], changes: bool) -> Figure | None:
    """`changes`: two figures are then no range, "from 8 to 21"."""
    if not numbers:
        return None
    first = numbers[0]
    group = [n.value for n in numbers if n.group is not None and n.group == first.group] or [first.value]
    unit = unit_of(first)
    if changes or len(group) == 1:
        return Figure(first.value, first.value, unit, first.hedge)
    if group[0] > group[1]:
        return Figure(first.value, first.value, unit, first.hedge, group[1])
    return Figure(min(group), max(group), unit, first.hedge)


def unit_of(number: Number) -> str:
    """As in Figure."""
    return number.unit or ("percent" if number.kind == "percent" else "")


def same_value(one: Value, two: Value) -> bool:
    """Symmetric. "about 1,200 soldiers" is "1,200"; "Sunak" is "Rishi Sunak"; "26 June" is "Friday, 26 June 2026"."""
    if one.text.lower() == two.text.lower():
        return True
    if one.dates or two.dates:
        return bool(one.dates and two.dates) and _same_day(one.dates[0], two.dates[0])
    if one.figure or two.figure:
        return one.figure is not None and two.figure is not None and same_figure(one.figure, two.figure)
    if one.names and two.names:
        return same_name(one.names[0], two.names[0])
    few, many = sorted((one.words, two.words), key=len)
    return bool(few) and len(few & many) == len(few) and 2 * len(few) >= len(many)


def same_figure(one: Figure, two: Figure) -> bool:
    """The first figure counts: "7 million, not 84 million" says 7 million. Equal, the one within the range of the other, or as near
    as its hedge allows."""
    if (one.unit and two.unit and one.unit != two.unit) or (None not in (one.against, two.against) and one.against != two.against):
        return False
    if one.low == one.high and two.low == two.high:
        return one.low == two.low or _covers(one, two.low) or _covers(two, one.low)
    return one.low <= two.high and two.low <= one.high


def _covers(rough: Figure, exact: Decimal) -> bool:
    """Whether a hedged figure, rounder than the other, may mean it."""
    value, hedged = rough.low, rough.hedge not in (None, "exactly")
    if value <= 0 or exact <= 0:
        return False
    if rough.hedge in ("more", "least"):
        near = value <= exact <= value * MORE
    elif rough.hedge in ("less", "most"):
        near = exact <= value <= exact * MORE
    else:
        near = abs(exact - value) <= (ABOUT if hedged else ROUNDED) * exact
    if not near:
        return False
    if hedged:
        return _digits(value) <= _digits(exact)
    # An unhedged figure of two digits or more may be the other one rounded: 1.2 million for 1,180,000.
    return _digits(exact) > _digits(value) >= 2 and _rounded(exact, _digits(value)) == value


def _digits(value: Decimal) -> int:
    """Significant digits, trailing noughts not counted."""
    return len("".join(map(str, value.normalize().as_tuple().digits)).rstrip("0"))


def _rounded(value: Decimal, digits: int) -> Decimal:
    return round(value, digits - value.adjusted() - 1).normalize()


def _same_day(one: DateMention, two: DateMention) -> bool:
    """Equally fine, and nothing that both say differs: "26 June" is "Friday, 26 June 2026", and neither is "2026"."""
    if (one.month, one.day) != (two.month, two.day):
        return False
    pairs = [(one.year, two.year), (one.weekday, two.weekday)]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    return all(a == b for a, b in both) and (one.month is not None or bool(both))
