"""Whether words are of the kind that a question asks for: a figure, a share, a date, a name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.article import Span
from app.retrieval.profile import TIME, QuestionProfile
from app.text.dates import find_dates
from app.text.names import find_names, same_name
from app.text.numbers import find_numbers
from app.text.words import content_words

_SHARE = re.compile(r"\b(?:what|which) (?:share|percentage|proportion|part)\b|\bpercent(?:age)?\b|\bper cent\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)


def places_of_kind(asked: QuestionProfile, sentence: str) -> Sequence[Span] | None:
    """Where the sentence has something of the kind that was asked for; None where any words will do."""
    if asked.kind == "number":
        dates = find_dates(sentence)
        numbers = find_numbers(sentence, dates)
        if _SHARE.search(asked.text):
            return [n for n in numbers if n.kind in ("percent", "fraction")]
        return [n for n in numbers if n.kind != "ordinal"]
    if asked.kind == "date":
        return [*find_dates(sentence), *(Span(m.start(), m.end()) for m in TIME.finditer(sentence))]
    if asked.kind == "name" and _PERSON.search(asked.text):
        given = [name.text for name in asked.names]
        return [n for n in find_names(sentence, find_dates(sentence)) if not any(same_name(n.text, other) for other in given)]
    return None


def echoes(asked: QuestionProfile, words: str) -> bool:
    """Whether the words say nothing but what the question said, or nothing at all ("he", "the one")."""
    if set(content_words(words)) - set(asked.words):
        return False
    dates = find_dates(words)
    given = [name.text for name in asked.names]
    # "US", "WHO" and "May" are stop words in lower case.
    fresh = [name for name in find_names(words, dates) if not any(same_name(name.text, other) for other in given)]
    return not fresh and (bool(asked.dates) or not dates)
