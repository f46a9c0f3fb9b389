"""Which readings the answer is made of, and how much of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.readers.reading import Reading
from app.retrieval.profile import QuestionProfile
from app.text.numbers import find_numbers
from app.text.words import content_words

SECOND_WITHIN = 3.0
"""A second sentence joins when its score (a logit) is this close to the first's. Set by hand, with WORDS,
for answers of about 40 words."""
WORDS = 50
"""Words of an answer, over which no further sentence joins; the first one is always whole."""
MEMBER_WITHIN = 6.0
MEMBERS = 4
"""A list names at most so many, each within MEMBER_WITHIN of the first's score. Set by hand."""
LOOKED_AT = 12
_LISTS = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,2}?(?!was\b|is\b|has\b|this\b)\w{3,}s (?:\w+ ){0,6}?(?:are|were|have|do|did|will|would)\b|"
    r"^(?:name|list) (?:the|all|some|every)\b|\bwho (?:are|were) the\b|\bwho else\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(chang\w*|rise|risen|rose|fall|fell|fallen|grow\w*|grew|differ\w*|disagree\w*|dispute\w*|conflict\w*|contradict\w*|revis\w*|"
    r"compar\w*|versus|develop\w*|evolv\w*|over time|so far|according to (?:each|both|different)|accounts|two sides|both sides|"
    r"discrepan\w*)\b",
    re.IGNORECASE,
)


def choose(asked: QuestionProfile, found: Sequence[Reading]) -> list[Reading]:
    """The readings to answer with, best first; for a question on change or dispute the several values, oldest first; for one
    that asks for a list, a reading for each member."""
    if not found:
        return []
    if _COMPARES.search(asked.text):
        return _several(found)
    lists = found[0].span is not None and bool(_LISTS.search(asked.text))
    chosen = [found[0]]
    for reading in found[1:LOOKED_AT]:
        words = sum(len(one.text.split()) for one in chosen) + len(reading.text.split())
        near = reading.score >= found[0].score - (MEMBER_WITHIN if lists else SECOND_WITHIN)
        if len(chosen) < (MEMBERS if lists else 2) and near and words <= WORDS and not _repeats(reading, chosen):
            chosen.append(reading)
    return chosen


def _several(found: Sequence[Reading]) -> list[Reading]:
    """Up to three that say something else, oldest first: other values, or without spans figures of other articles."""
    chosen = [found[0]]
    for reading in found[1:12]:
        near = reading.score >= found[0].score - 2.5 * SECOND_WITHIN
        if len(chosen) < 3 and near and _adds(reading, chosen) and not _repeats(reading, chosen):
            chosen.append(reading)
    return sorted(chosen, key=lambda one: (one.article.published.last_second if one.article.published else 0, one.sentence.start))


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
