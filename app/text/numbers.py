"""Finds figures in English prose with their exact values, units and hedges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from app.article import Span
from app.text.dates import DateMention, find_dates
from app.text.tables import word_set

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_WORDS = {word: value for value, word in enumerate(_UNITS.split())} | {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
_ORDINAL_WORDS = {word: value for value, word in enumerate(_ORDINALS.split())}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALES |= {"lakh": 10**5, "crore": 10**7}
_SUFFIXES = {"k": 1_000, "mn": 10**6, "m": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12}
_FRACTIONS: dict[str, Decimal] = {"half": Decimal(1) / 2, "thir": Decimal(1) / 3, "quar": Decimal(1) / 4, "fift": Decimal(1) / 5}
_SYMBOLS = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "₹": "rupee"}
_CURRENCIES = word_set(
    "dollar euro pound yen yuan rupee crown franc peso ruble rouble lira shekel dirham riyal rupiah ringgit baht krona krone kroner "
    "zloty dong hryvnia dinar florin cent pence usd eur gbp"
)
_CODES = {"usd": "dollar", "eur": "euro", "gbp": "pound", "rouble": "ruble", "kroner": "krone"}
_MEASURES = {word: word for word in word_set("mile foot inch kilogram tonne litre degree mph hectare acre metre kilometre")}
_MEASURES |= {word: word for word in word_set("second minute hour day week month year decade")}
_MEASURES |= {"km": "kilometre", "kilometer": "kilometre", "m": "metre", "meter": "metre", "cm": "centimetre", "mm": "millimetre"}
_MEASURES |= {"feet": "foot", "kg": "kilogram", "ton": "tonne", "liter": "litre"}

_DIGITS = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d,.]*\d)|\d+(?:\.\d+)?"
_NUMBER_WORDS = "|".join(sorted([*_WORDS, *_SCALES], key=len, reverse=True))
_ATOM = re.compile(
    rf"(?P<time>(?<![\d:.,])\d{{1,2}}(?:[:.]\d\d)?(?=\s*[ap]\.?m\b)|(?<![\d:.,])\d{{1,2}}:\d\d(?![\d:]))"
    rf"|(?P<minus>(?<![\w)\-–\u2212.,])[-\u2212]|\bminus\s)?(?P<symbol>(?:US|A|C|NZ|HK)?[$£€¥₹]\s?|(?:USD|EUR|GBP)\s)?(?<![\w.])(?<!\d,)(?<![A-Za-z]-)"
    rf"(?P<digits>{_DIGITS})(?:(?P<ordinal>st|nd|rd|th)\b|(?P<suffix>k|mn|m|bn|b|tn)\b|(?P<plus>\+)|(?=km\b|kg\b|cm\b|mm\b|mph\b|p\b|s\b)|(?![A-Za-z\d]|\.\d|,\d))"
    r"|\b(?P<fraction_of>one|two|three|four|an?)[ -](?P<fraction>half|thirds|quarters|fifths|(?:third|quarter|fifth)\b(?=\s+of\b|-))\b"
    rf"|\b(?P<words>(?:(?:half\s)?an?\s(?:{'|'.join(_SCALES)})|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
    rf"(?:(?:\s|-|(?:(?<=hundred)|(?<=thousand))\sand\s)(?:{_NUMBER_WORDS}))*)\b(?P<plural_of>s)?"
    r"|\b(?P<half>half)\b(?=\s+(?:of|the|a|an|its|their|his|her|all|those)\b)"
    rf"|\b(?P<ordinal_word>{'|'.join(_ORDINAL_WORDS)})\b(?!-hand)",
    re.IGNORECASE,
)
_SCALE_AFTER = re.compile(r"[\s-](hundred|thousand|million|billion|trillion|lakh|crore|dozen|mn|bn|tn)\b", re.IGNORECASE)
_UNIT_AFTER = re.compile(r"\s?(%|(?:per\s?cent|percent|pct)(?:age)?(?:[ -]points?)?\b)|[\s-]?([A-Za-z]+)", re.IGNORECASE)
_LINK = re.compile(r"\s?(?:[-–—]|\bto\b)\s?|(?:\s[a-z]+)?\s(?:votes?\s)?to\s", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s(?:\w+\s)?$", re.IGNORECASE)
_AND = re.compile(r"\sand\s", re.IGNORECASE)
_NO_ONE = re.compile(r"\b(?:no|any|every|each|this|that|which|the|another|by|some|as)\s$", re.IGNORECASE)
_AFTER_ONE = re.compile(r"['’]s?\b|\s(?:of|another|who|that|which|by|day|time|thing|should|could|can|must)\b|-|\s*[.,;:?!]", re.IGNORECASE)

_HEDGES = [
    ("exactly", r"exactly|precisely"),
    ("most", r"up to|at (?:the )?most|as (?:many|much|high) as|no more than|not more than|a maximum of|maximum"),
    ("least", r"at least|no (?:fewer|less) than|not less than|a minimum of|minimum"),
    ("more", r"(?:slightly |well |far |just )?(?:more than|over|above)|in excess of|upwards? of|exceeding|exceeds|greater than"),
    ("less", r"(?:slightly |well |far |just )?(?:fewer than|less than|under|below)"),
    ("nearly", r"nearly|almost|close to|just short of"),
    ("about", r"(?:at |of )?(?:about|around|roughly|approximately|some|an estimated|estimated|circa|perhaps|in the region of)|~|c\."),
]
_HEDGE = re.compile("|".join(rf"(?P<{name}>(?<!\w)(?:{pattern}))" for name, pattern in _HEDGES), re.IGNORECASE)
_HEDGE_END = re.compile(rf"(?:{_HEDGE.pattern})\s*(?:an?\s|the\s|even\s|another\s)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number(Span):
    """A figure in text: digits or words, scale included.

    `kind` is plain, percent, money, ordinal, fraction or time (value: minutes of the day, as written). `unit` is a
    currency or measure in the singular ("dollar", "kilometre"), "point" for percentage points, else None.
    `hedge` is exactly, most, least, more, less, nearly or about. Figures joined as in "14 to 9" or "10-12" share
    one `group`, in their order; a lone figure has None.
    """

    value: Decimal
    kind: str = "plain"
    unit: str | None = None
    hedge: str | None = None
    group: int | None = None


def find_numbers(text: str, dates: list[DateMention] | None = None) -> list[Number]:
    """The figures in `text`, in order, disjoint; those inside dates are left to `find_dates`.

    `dates`: what `find_dates(text)` gave, if the caller has it.
    """
    taken = iter(find_dates(text) if dates is None else dates)
    date = next(taken, None)
    numbers: list[Number] = []
    for found in _ATOM.finditer(text):
        while date is not None and date.end <= found.start():
            date = next(taken, None)
        # A scale word was read with the figure before it, and a figure in a date belongs to the date.
        if (numbers and found.start() < numbers[-1].end) or (date is not None and found.end() > date.start):
            continue
        numbers.extend(_read(text, found))
    return _grouped(text, numbers)


def _read(text: str, found: re.Match[str]) -> Iterator[Number]:
    part = found.groupdict()
    end = found.end()
    kind, value = "plain", Decimal(0)
    if part["time"]:
        yield Number(found.start(), end, _minutes(text, found), "time")
        return
    if part["digits"]:
        value = Decimal(re.sub(r"[^\d.]", "", part["digits"]))
        kind = "ordinal" if part["ordinal"] else kind
        value *= _suffix(text, found)
    elif part["words"]:
        if part["plural_of"] or (part["words"].lower() == "one" and _is_pronoun(text, found)):
            return
        value = _spelled(part["words"].lower())
    elif part["fraction"]:
        share = _FRACTIONS[part["fraction"].lower()[:4]]
        value, kind = share * _WORDS.get(part["fraction_of"].lower(), 1), "fraction"
    elif part["half"]:
        value, kind = Decimal("0.5"), "fraction"
    else:
        value, kind = Decimal(_ORDINAL_WORDS[part["ordinal_word"].lower()]), "ordinal"
    if kind == "plain" and (scale := _SCALE_AFTER.match(text, end)):
        word = scale[1].lower()
        value *= (_SCALES | _SUFFIXES)[word]
        end = scale.end()
    unit = "metre" if part["suffix"] == "m" and value < 10**5 else None
    if kind == "plain" and unit is None:
        kind, unit, end = _unit(text, part["symbol"], end)
    hedge = "more" if part["plus"] else _hedge(text, found.start())
    yield Number(found.start(), end, -value if part["minus"] else value, kind, unit, hedge)


def _minutes(text: str, found: re.Match[str]) -> Decimal:
    hours, _, minutes = found[0].replace(":", ".").partition(".")
    late = text[found.end() : found.end() + 3].strip()[:1].lower() == "p" and int(hours) < 12
    return Decimal(int(hours) * 60 + int(minutes or 0) + (720 if late else 0))


def _suffix(text: str, found: re.Match[str]) -> int:
    suffix = (found["suffix"] or "").lower()
    if suffix == "m" and not found["symbol"] and not re.match(r"\s(?:[a-z]+s|people|men|women)\b", text[found.end() :][:20]):
        return 1
    return _SUFFIXES.get(suffix, 1)


def _is_pronoun(text: str, found: re.Match[str]) -> bool:
    return bool(_NO_ONE.search(text, max(0, found.start() - 9), found.start()) or _AFTER_ONE.match(text, found.end()))


def _spelled(words: str) -> Decimal:
    """The value of number words in a row: "two hundred and five thousand" is 205,000."""
    total, current = Decimal(0), Decimal(0)
    if words.startswith("half a"):
        current, words = Decimal("0.5"), words[6:]
    for word in re.findall("[a-z]+", words):
        if word in _WORDS:
            current += _WORDS[word]
        elif word in {"hundred", "dozen"}:
            current = (current or Decimal(1)) * _SCALES[word]
        elif word in _SCALES:
            total, current = total + (current or Decimal(1)) * _SCALES[word], Decimal(0)
    return total + current


def _unit(text: str, symbol: str | None, end: int) -> tuple[str, str | None, int]:
    if symbol:
        mark = symbol.strip()
        return "money", _SYMBOLS.get(mark[-1]) or _CODES[mark.lower()], end
    after = _UNIT_AFTER.match(text, end)
    if after is None:
        return "plain", None, end
    if after[1]:
        return "percent", "point" if "point" in after[1].lower() else None, after.end()
    word = after[2].lower()
    single = word if word in _CURRENCIES or word in _MEASURES else word.removesuffix("s").removesuffix("e" if word == "inches" else "\0")
    if single in _CURRENCIES:
        return "money", _CODES.get(single, single), after.end()
    return "plain", _MEASURES.get(single), after.end() if single in _MEASURES else end


def _hedge(text: str, start: int) -> str | None:
    found = _HEDGE_END.search(text, max(0, start - 24), start)
    return found.lastgroup if found else None


def _grouped(text: str, numbers: list[Number]) -> list[Number]:
    group = 0
    for index in range(1, len(numbers)):
        one, two = numbers[index - 1], numbers[index]
        between = _BETWEEN.search(text, max(0, one.start - 30), one.start) and _AND.fullmatch(text, one.end, two.start)
        if "ordinal" in {one.kind, two.kind} or not (between or _LINK.fullmatch(text, one.end, two.start)):
            continue
        if one.group is None:
            group += 1
            one = replace(one, group=group)
        # "10 to 12 million crowns": what follows the second belongs to the first too.
        if one.kind == "plain" and one.unit is None and (two.kind != "plain" or two.unit):
            one = replace(one, kind=two.kind, unit=two.unit)
        if two.value >= 10**6 and 0 < one.value < 1000 and (scale := _SCALE_AFTER.search(text, two.start, two.end)):
            one = replace(one, value=one.value * _SCALES.get(scale[1].lower(), 1))
        numbers[index - 1] = one
        numbers[index] = replace(two, group=one.group, hedge=two.hedge if two.hedge else None)
    return numbers
