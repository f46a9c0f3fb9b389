"""Which readings the answer is made of, and how much of them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from app.answering.meant import leans_on_another
from app.answering.readers.reading import Reading
from app.retrieval.profile import QuestionProfile, profile
from app.text.numbers import find_numbers
from app.text.words import content_words

SECOND_WITHIN = 2.0
"""A second sentence joins when its score (a logit) is this close to the first's: on RealTime QA 2023 from October on
answers had 27 words and 0.83 held the answer at 0, 28 and 0.85 at 1, 31 and 0.85 at 3 (training/calibrate_reader.py), before
`_stands_beside` took most of them away."""
CHANGED_WITHIN = 7.5
"""The same for a value of a question on change, which asks for more than one. Set by hand."""
WORDS = 50
"""Words of an answer, over which no further sentence joins; the first one is always whole."""
MEMBER_WITHIN = 6.0
MEMBERS = 4
"""A list names at most so many, each within MEMBER_WITHIN of the first's score. Set by hand."""
LOOKED_AT = 12
STALE_DAYS = 3
"""A second sentence printed so long before the first is what was overtaken: the same days make a change of two values."""
_LISTS = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,2}?(?!was\b|is\b|has\b|this\b)\w{3,}s (?:\w+ ){0,6}?(?:are|were|have|do|did|will|would)\b|"
    r"^(?:name|list) (?:the|all|some|every)\b|\bwho (?:are|were) the\b|\bwho else\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\bhow (?:has|have|had|did|do|does|often|much has|much have)\b.{0,200}"
    r"\b(?:chang|ris|rose|fall|fell|grow|grew|develop|evolv|mov|shift|differ)\w*|"
    r"\bwhat (?:has|have|had) (?:changed|happened to)\b|\bwhat happened to the (?:size|number|price|cost|level|share|figure)\b|"
    r"\b(?:over time|one after another|before and after|disagree\w*|discrepan\w*|contradict\w*|conflicting|both sides|two sides)\b|"
    r"\baccording to (?:each|both|different)\b",
    re.IGNORECASE,
)


def choose(question: str, found: Sequence[Reading], within: float = SECOND_WITHIN) -> list[Reading]:
    """The readings to answer with, best first; for a question on change or dispute the several values, oldest first; for one
    that asks for a list, a reading for each member. `question` as it was asked: what a follow-up takes from the one before does
    not say what it asks for. `within`: how near to the first's score a second must be."""
    if not found:
        return []
    others = _first_of_each_value(found)[1:LOOKED_AT]
    if _COMPARES.search(question):
        return _several(found[0], others)
    lists = found[0].span is not None and bool(_LISTS.search(question))
    asked, chosen = profile(question), [found[0]]
    for reading in others:
        words = sum(len(one.text.split()) for one in chosen) + len(reading.text.split())
        near = reading.score >= found[0].score - (MEMBER_WITHIN if lists else within)
        room = len(chosen) < (MEMBERS if lists else 2) and words <= WORDS
        if near and room and (lists or _stands_beside(reading, found[0], asked)) and not _repeats(reading, chosen):
            chosen.append(reading)
    return chosen


def _stands_beside(reading: Reading, first: Reading, asked: QuestionProfile) -> bool:
    """Whether a second sentence may help one who reads it behind the first: it speaks of what is asked, is not older than the first by
    days, and does not begin with "he" or "it". A question that a figure or a day answers has one; a further one would have been weighed
    as a conflict if it could be a value of the same thing."""
    if reading.span is not None and (asked.kind in ("number", "date") or find_numbers(first.short)):
        return False
    if asked.words and not set(asked.words) & set(content_words(reading.text)):
        return False
    return not leans_on_another(reading.text) and not _stale(reading, first)


def _stale(reading: Reading, first: Reading) -> bool:
    printed, newer = reading.article.published, first.article.published
    return bool(printed and newer and (newer.day - printed.day).days >= STALE_DAYS)


def _first_of_each_value(found: Sequence[Reading]) -> list[Reading]:
    """Without the further places of a value; all readings where there are no spans to tell values by."""
    return [one for n, one in enumerate(found) if one.span is None or n == 0 or one.value != found[n - 1].value]


def _several(first: Reading, others: Sequence[Reading]) -> list[Reading]:
    """Up to three that say something else, oldest first: other values, or without spans figures of other articles."""
    chosen = [first]
    for reading in others:
        near = reading.score >= first.score - CHANGED_WITHIN
        if len(chosen) < 3 and near and _adds(reading, chosen) and not _repeats(reading, chosen):
            chosen.append(reading)
    return sorted(chosen, key=_when)


def _when(reading: Reading) -> tuple[float, int]:
    """For the order of time; undated last."""
    published = reading.article.published
    return (published.last_second if published else math.inf, reading.sentence.start)


def _adds(reading: Reading, chosen: Sequence[Reading]) -> bool:
    """Whether it brings a value, or a figure of another article, that is not given yet."""
    if reading.span is not None:
        return all(reading.value != one.value for one in chosen)
    fresh = {n.value for n in find_numbers(reading.text)} - {n.value for one in chosen for n in find_numbers(one.text)}
    return bool(fresh) and all(reading.article.id != one.article.id for one in chosen)


def _repeats(reading: Reading, chosen: Sequence[Reading]) -> bool:
    """Whether it gives a value that is already given, or four fifths of its words stand in one already chosen."""
    own = set(content_words(reading.text))
    return any(
        (reading.span is not None and reading.value == one.value) or len(own & set(content_words(one.text))) >= 0.8 * len(own)
        for one in chosen
    )
