"""Whether words are of the kind that a question asks for: a figure, a share, a date, a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.article import Span
from app.retrieval.profile import TIME, QuestionProfile
from app.text.dates import find_dates
from app.text.names import find_names, same_name
from app.text.numbers import Number, find_numbers
from app.text.words import content_words

_SHARE = re.compile(r"\b(?:what|which) (?:share|percentage|proportion|part)\b|\bpercent(?:age)?\b|\bper cent\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:cost|costs|price|budget|deficit|fund|fee|fare|fine|worth|spend|spent|salary|earn|earns|pay for|charge|bill|how much money)\b",
    re.IGNORECASE,
)
_RATE = re.compile(r"\b(?:rise|raise|percent\w*|per cent|share|increase|growth|rate|how (?:many|long|far|big|old))\b", re.IGNORECASE)
_ASKS_DIFFERENCE = re.compile(
    r"\bhow (?:much|many) (?:\w+ )?(?:more|less|fewer|dearer|cheaper|longer|later|higher|lower|bigger|extra|further|faster|earlier)\b|"
    r"\bby how\b|\bdifference\b|\b(?:rise|raise|increase|cut|drop|grow|grown|jump|extra)\b",
    re.IGNORECASE,
)
_DIFFERENCE_AFTER = re.compile(
    r"^\W?(?:[\w-]+ ){0,2}?(?:less|more|fewer|lower|higher|longer|later|earlier|bigger|smaller|dearer|cheaper) (?:than|last|next|this|"
    r"in|for|on)?\b",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(r"^\W?(?:\w+ ){0,1}of (?:them|whom|which|those|these)\b", re.IGNORECASE)
_PART_BEFORE = re.compile(r"\bof (?:which|whom|them|those)\s*$", re.IGNORECASE)
_AGE_BEFORE = re.compile(r"\b(?:older|younger) than\s*$|\baged\s*$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s*$", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)


def places_of_kind(asked: QuestionProfile, sentence: str) -> Sequence[Span] | None:
    """Where the sentence has something of the kind that was asked for; None where any words will do."""
    if asked.kind == "number":
        dates = find_dates(sentence)
        numbers = [n for n in find_numbers(sentence, dates) if n.kind != "ordinal" and not _is_aside(asked.text, sentence, n)]
        numbers = _joined(sentence, numbers)
        if _SHARE.search(asked.text):
            return [n for n in numbers if n.kind in ("percent", "fraction")]
        if _MONEY.search(asked.text) and not _RATE.search(asked.text):
            return [n for n in numbers if n.kind == "money" or (n.kind == "plain" and n.unit is None)]
        return numbers
    if asked.kind == "date":
        return [*find_dates(sentence), *(Span(m.start(), m.end()) for m in TIME.finditer(sentence))]
    if asked.kind == "name" and _PERSON.search(asked.text):
        given = [name.text for name in asked.names]
        return [n for n in find_names(sentence, find_dates(sentence)) if not any(same_name(n.text, other) for other in given)]
    return None


def _is_aside(question: str, sentence: str, number: Number) -> bool:
    """A figure that only compares ("130,000 tonnes less than in May"), gives an age or a part ("five of them"), where that is not asked."""
    if _AGE_BEFORE.search(sentence[: number.start]):
        return not re.search(r"\b(?:age|aged|old|older)\b", question, re.IGNORECASE)
    if _PART_AFTER.match(sentence[number.end :]) or _PART_BEFORE.search(sentence[: number.start]):
        return not re.search(r"\bof (?:the|those|these|them|its|his|her|their)\b", question, re.IGNORECASE)
    return bool(_DIFFERENCE_AFTER.match(sentence[number.end :])) and not _ASKS_DIFFERENCE.search(question)


def _joined(sentence: str, numbers: Sequence[Number]) -> list[Number]:
    """A vote or a range as one figure, "28 to 9", "10 to 12 million"; two that a change goes between stay two."""
    out: list[Number] = []
    for one in numbers:
        last = out[-1] if out else None
        if last is not None and one.group is not None and one.group == last.group and not _FROM.search(sentence[: last.start]):
            out[-1] = replace(last, end=one.end)
        else:
            out.append(one)
    return out


def echoes(asked: QuestionProfile, words: str) -> bool:
    """Whether the words say nothing but what the question said, or nothing at all ("he", "the one")."""
    if set(content_words(words)) - set(asked.words):
        return False
    dates = find_dates(words)
    given = [name.text for name in asked.names]
    # "US", "WHO" and "May" are stop words in lower case.
    fresh = [name for name in find_names(words, dates) if not any(same_name(name.text, other) for other in given)]
    return not fresh and (bool(asked.dates) or not dates)
