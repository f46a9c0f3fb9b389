"""Which evidence the answer quotes, and how much of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.evidence import EvidenceSentence
from app.answering.profile import QuestionProfile
from app.text.numbers import find_numbers
from app.text.words import content_words

SECOND_WITHIN = 3.0
"""A second sentence joins when its score (a logit) is this close to the first's. Set by hand, with WORDS,
for answers of about 40 words."""
WORDS = 50
"""Words of an answer, over which no further sentence joins; the first one is always whole."""
_COMPARES = re.compile(
    r"\b(chang\w*|rise|risen|rose|fall|fell|fallen|grow\w*|grew|differ\w*|disagree\w*|dispute\w*|conflict\w*|contradict\w*|revis\w*|"
    r"compar\w*|versus|develop\w*|evolv\w*|over time|so far|according to (?:each|both|different)|accounts|two sides|both sides|"
    r"discrepan\w*)\b",
    re.IGNORECASE,
)


def choose(asked: QuestionProfile, evidence: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """The sentences to answer with, best first; for a question on change or dispute, of several articles, oldest first."""
    if not evidence:
        return []
    if _COMPARES.search(asked.text):
        return _several(evidence)
    chosen = [evidence[0]]
    for sentence in evidence[1:4]:
        words = sum(len(s.text.split()) for s in chosen) + len(sentence.text.split())
        if len(chosen) < 2 and sentence.score >= evidence[0].score - SECOND_WITHIN and words <= WORDS and not _repeats(sentence, chosen):
            chosen.append(sentence)
    return chosen


def _several(evidence: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """Up to three, each with a figure or words of its own, from different articles where there are some."""
    chosen = [evidence[0]]
    for sentence in evidence[1:12]:
        fresh = {n.value for n in find_numbers(sentence.text)} - {n.value for s in chosen for n in find_numbers(s.text)}
        other = all(sentence.article.id != s.article.id for s in chosen)
        if (
            len(chosen) < 3
            and other
            and fresh
            and sentence.score >= evidence[0].score - 2.5 * SECOND_WITHIN
            and not _repeats(sentence, chosen)
        ):
            chosen.append(sentence)
    return sorted(chosen, key=lambda s: s.article.published.last_second if s.article.published else 0)


def _repeats(sentence: EvidenceSentence, chosen: Sequence[EvidenceSentence]) -> bool:
    """Whether four fifths of its words stand in one already chosen: the same news in the same words."""
    own = set(content_words(sentence.text))
    return any(len(own & set(content_words(s.text))) >= 0.8 * len(own) for s in chosen)
