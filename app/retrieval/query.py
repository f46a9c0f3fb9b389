"""A follow-up made whole: the words that it takes from the conversation, by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answer import Exchange
from app.text.names import find_names
from app.text.words import content_words

_REFERS_BACK = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|then|one|ones|same|former|latter|both|else|other|another|others)\b",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"^\s*(and|but|or|so|what about|how about|what else|who else|why|why not|since when|really)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w'’-]+")
SHORT = 3
"""Content words under which a question without a name is taken to lean on the one before."""
MAX_ADDED = 12


@dataclass(frozen=True, slots=True)
class Query:
    """`question` as asked; `text` is what is searched; `added` are the words taken from the conversation."""

    question: str
    text: str
    added: tuple[str, ...] = ()


def condense(question: str, history: Sequence[Exchange]) -> Query:
    """Take from the last exchange what a follow-up leaves out.

    Only the last one: on MTRAG, searching with all user turns was far worse (nDCG@5 0.31) than with the last
    turn alone (0.54). A question that stands by itself is searched as it is.
    """
    if not history or not _leans(question):
        return Query(question, question)
    last = history[-1]
    earlier = condense(last.question, history[:-1][-3:])
    own = set(content_words(question))
    names = [name.text for name in find_names(last.answer)] if not find_names(earlier.text) else []
    added: list[str] = []
    for word in [*_WORD.findall(earlier.text), *(part for name in names for part in name.split())]:
        stems = content_words(word)
        if stems and not set(stems) & own:
            own.update(stems)
            added.append(word)
    added = added[:MAX_ADDED]
    return Query(question, f"{question} {' '.join(added)}".strip(), tuple(added)) if added else Query(question, question)


def _leans(question: str) -> bool:
    if _CONTINUES.search(question) or _REFERS_BACK.search(question):
        return True
    return len(content_words(question)) <= SHORT and not find_names(question)
