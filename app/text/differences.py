"""What two wordings of a text say otherwise, sentence by sentence and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from app.text.sentences import split_sentences
from app.text.shingles import words_of
from app.text.words import STOP_WORDS

RELATED, RELATED_LONGER = 0.4, 0.25
"""Shares of the shorter and of the longer sentence's words that carry meaning, in the other, from which two are wordings of one. Set
by hand: a heading shares much of itself with many a sentence."""
MOST_PAIRS = 40_000
"""Of sentences in one place that both texts have otherwise; more are not paired: such texts have little in common."""
MOST_COMPARED = 4_000_000
"""Of sentences in two texts, or of words in two sentences: more are not set in order, which could take hours. No news story is so long."""
_PIECES = re.compile(r"\s+|\w+|[^\w\s]+")

Words = tuple[str, ...]
Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence as it was and as it is; empty where there was none, or is none."""

    before: str
    after: str


def telling_words(words: Iterable[str]) -> frozenset[str]:
    """Those that carry meaning, figures left out."""
    return frozenset(word for word in words if word not in STOP_WORDS and not word[0].isdigit())


def related(one: frozenset[str], two: frozenset[str]) -> float:
    """The share of the shorter's telling words that the other has, 0 where it is too little of the longer."""
    common, sizes = len(one & two), sorted((len(one), len(two)))
    return common / sizes[0] if common > 1 and common >= RELATED_LONGER * sizes[1] else 0.0


def sentences_of(text: str) -> list[str]:
    """Its sentences, each on one line."""
    return [" ".join(text[span.start : span.end].split()) for span in split_sentences(text)]


def differences(before: str, after: str) -> list[Change]:
    """The sentences that only one text has, in the order of the new text, each beside the other's wording of it if there is one. What
    differs in typography alone is the same."""
    old, new = ([(one, tuple(words_of(one))) for one in sentences_of(text)] for text in (before, after))
    if len(old) * len(new) > MOST_COMPARED:
        there, here = {words for _, words in old}, {words for _, words in new}
        gone = [Change(one, "") for one, words in old if words not in here]
        return [*gone, *(Change("", one) for one, words in new if words not in there)]
    matcher = SequenceMatcher(None, [words for _, words in old], [words for _, words in new], autojunk=False)
    places = [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    return [change for a, b, c, d in places for change in _paired(old[a:b], new[c:d])]


def _paired(old: Sequence[tuple[str, Words]], new: Sequence[tuple[str, Words]]) -> Iterator[Change]:
    if len(old) * len(new) > MOST_PAIRS:
        yield from (*(Change(one, "") for one, _ in old), *(Change("", one) for one, _ in new))
        return
    left = [(one, telling_words(words)) for one, words in old]
    alone = len(old) == len(new) == 1
    for sentence, words in new:
        telling = telling_words(words)
        likeness, place = max(((related(other, telling), -n) for n, (_, other) in enumerate(left)), default=(0.0, 0))
        paired = likeness >= RELATED or (alone and likeness > 0)
        yield Change(left.pop(-place)[0] if paired else "", sentence)
    yield from (Change(one, "") for one, _ in left)


def word_changes(change: Change) -> list[tuple[Kind, str]]:
    """Both wordings as one, in pieces: what stays, what went, what came."""
    old, new = _PIECES.findall(change.before), _PIECES.findall(change.after)
    if len(old) * len(new) > MOST_COMPARED:
        return [("gone", change.before), ("new", change.after)]
    pieces: list[tuple[Kind, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(("gone", "".join(old[a:b])))
        if d > c:
            pieces.append(("new", "".join(new[c:d])))
    return pieces
