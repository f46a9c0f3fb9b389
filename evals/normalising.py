"""One spelling for one meaning, so that "1,200", "1200" and "twelve hundred" compare equal. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from app.text.months import MONTHS

# fmt: off
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
         "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
# fmt: on
UNITS = {word: value for value, word in enumerate(_ONES)}
TENS = {word: value * 10 for value, word in enumerate(_TENS, start=2)}
_SPELLED = UNITS | TENS
SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "bn": 10**9, "tn": 10**12}
_SHORT_MONTHS = {name[:3]: name for name in MONTHS} | {"sept": "september"}
_ARTICLES = frozenset({"a", "an", "the"})

_GROUPED = re.compile(r"(?<=\d)[,\u00a0\u202f\u2009](?=\d{3}(?!\d))")
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_MONEY_MILLIONS = re.compile(r"([$£€¥]\s?\d+(?:\.\d+)?)\s?m\b")
_GLUED_SCALE = re.compile(r"(\d)(bn|tn)\b")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|\d+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def normalise(text: str) -> list[str]:
    """The words of `text` in one spelling: lower case, no accents, punctuation or articles.

    As in SQuAD's official script (Rajpurkar et al., 2016), and further: number words and grouped
    digits become plain figures ("1.2 million" is 1200000), "%" and "per cent" become "percent",
    and "April 18", "18 Apr" and "2025-04-18" become day before month.
    """
    text = _GROUPED.sub("", text)
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)).casefold()
    text = _ISO_DAY.sub(_spell_day, text)
    text = _MONEY_MILLIONS.sub(r"\1 million", text)
    text = _GLUED_SCALE.sub(r"\1 \2", text)
    text = _ORDINAL.sub(r"\1", text)
    text = _INITIALS.sub(lambda match: match.group().replace(".", "") + " ", text)
    text = re.sub("['\u2019\u2018]", "", text)
    text = re.sub(r"%|\bper cent\b", " percent", text)
    tokens = _figures(_TOKEN.findall(text))
    return [token for token in _days_first(tokens) if token not in _ARTICLES]


def _spell_day(match: re.Match[str]) -> str:
    year, month, day = (int(part) for part in match.groups())
    return f"{day} {MONTHS[month - 1]} {year}" if 1 <= month <= 12 else match.group()


def _figures(tokens: Sequence[str]) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(tokens):
        value, end = _number_at(tokens, at)
        out.append(tokens[at] if value is None else _plain(value))
        at = end
    return out


def _number_at(tokens: Sequence[str], at: int) -> tuple[Decimal | None, int]:
    """The number that starts at `at` and the index after it; (None, at + 1) where none does."""
    total, current, end = Decimal(0), None, at
    while end < len(tokens):
        word, before = tokens[end], tokens[end - 1] if end > at else ""
        following = tokens[end + 1] if end + 1 < len(tokens) else ""
        if end == at and _FIGURE.fullmatch(word):
            current = Decimal(word)
        elif end == at and word in ("a", "an") and following in SCALES:
            current = Decimal(1)
        elif word in _SPELLED and (end == at or _may_follow(word, before)):
            current = (current or Decimal(0)) + _SPELLED[word]
        elif word in SCALES and current is not None:
            if word == "hundred":
                current *= SCALES[word]
            else:
                total, current = total + current * SCALES[word], None
        elif not (word == "and" and before in SCALES and following in _SPELLED):
            break
        end += 1
    if end == at:
        return None, at + 1
    return total + (current or 0), end


def _may_follow(word: str, before: str) -> bool:
    """Twenty takes one to nine; hundred, thousand and so on (with or without "and") take any; a figure or a one takes none."""
    return before in SCALES or before == "and" or (before in TENS and 0 < _SPELLED[word] < 10)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _days_first(tokens: Sequence[str]) -> list[str]:
    out = list(tokens)
    for at, token in enumerate(tokens):
        month = token if token in MONTHS else _SHORT_MONTHS.get(token)
        if month is None:
            continue
        if at and _is_day(tokens[at - 1]):
            out[at] = month
        elif at + 1 < len(tokens) and _is_day(tokens[at + 1]):
            out[at], out[at + 1] = tokens[at + 1], month
    return out


def _is_day(token: str) -> bool:
    return token.isascii() and token.isdigit() and 1 <= int(token) <= 31
