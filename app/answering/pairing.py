"""Whether a value is one more answer beside the likeliest: the same thing said otherwise, and not a thing that looks like it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.answering.links import another_says, corrected, set_beside
from app.answering.readers.counted import things_asked
from app.answering.readers.linear_features import share_of_names
from app.answering.readers.reading import Found
from app.answering.speakers import speaker_of
from app.answering.statements import Statement
from app.answering.twins import is_twin
from app.answering.validity import ReadValue, other_noun
from app.retrieval.profile import QuestionProfile
from app.support.tokens import tokens
from app.text.dates import find_dates
from app.text.names import find_names, same_name
from app.text.numbers import find_numbers

RATIO = 0.5
CHANCE = 0.15
CUED_RATIO = 0.15
CUED_CHANCE = 0.03
WORDS_RATIO = 0.6
WORDS_CHANCE = 0.25
"""How likely a value must be, and as a share of the likeliest one, to be told beside it: figures and days, those told as overtaken or
new (CUED), mere words. Set by hand on evals/questions/c.jsonl, with as few conflicts as could be on RealTime QA 2023 from October on;
so are the shares below."""
LESS_COVERED, LESS_COVERED_NEAR = 0.2, 0.28
"""How much less of the question a value's surroundings may hold than the likeliest value's, as a share of it by weight."""
SIZE, SIZE_CUED = 0.85, 1.3
"""Powers of ten by which two figures for one thing may differ, and may where one is told as overtaken or new; no bound where an article
sets them beside each other."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A value with what was said of it."""

    read: ReadValue
    statements: Sequence[Statement]


def joins(asked: QuestionProfile, rare: Rarity, first: Weighted, other: Weighted) -> bool:
    """Whether `other` is to be told beside `first`."""
    a, b = first.read.found[0], other.read.found[0]
    at = b.span.start - b.sentence.start
    chance, ratio = other.read.chance, other.read.chance / max(first.read.chance, 1e-6)
    if (
        _covered(rare, a) < FIRST_COVERED
        or is_twin(asked.text, b.said, at, at + len(b.text))
        or abs(other.read.counted - first.read.counted) >= 1
    ):
        return False
    if other.read.counted < first.read.counted:
        return False
    if any(set_beside(x, y) for x in first.read.found[:6] for y in other.read.found[:6]):
        return chance >= CUED_CHANCE / 4
    if other_noun(a, b) or _lacks_qualifier(asked, a, b):
        return False
    if _corrected(first, other) or (_another(first, other) and _size(first.read, other.read) <= SIZE):
        return chance >= CUED_CHANCE / 4
    one_sentence = (a.passage.article.id, a.sentence.start) == (b.passage.article.id, b.sentence.start)
    cued = _cued(other, first) or all(statement.stale for statement in first.statements)
    if one_sentence or _size(first.read, other.read) > (SIZE_CUED if cued else SIZE) or not _same_story(asked, rare, a, b):
        return False
    measured = (first.read.value.figure and other.read.value.figure) or (first.read.value.dates and other.read.value.dates)
    if not measured:
        dated = a.passage.article.published and b.passage.article.published
        told = (*first.statements, *other.statements)
        if dated and not any(one.corrects or _DISPUTED.search(one.found.said) for one in told):
            return False
        return ratio >= WORDS_RATIO and chance >= WORDS_CHANCE and _less_covered(rare, a, b) <= LESS_COVERED
    if ratio >= RATIO and chance >= CHANCE:
        return _less_covered(rare, a, b) <= LESS_COVERED_NEAR
    return cued and ratio >= CUED_RATIO and chance >= CUED_CHANCE and _less_covered(rare, a, b) <= LESS_COVERED


def _cued(one: Weighted, other: Weighted) -> bool:
    """Whether the one is told as new, overtaken or put right, and not beside a third value that it took the place of."""
    for statement in one.statements:
        if statement.corrects or ((statement.stale or statement.fresh) and not _beside_a_third(statement, one, other)):
            return True
    return False


def _beside_a_third(statement: Statement, one: Weighted, other: Weighted) -> bool:
    said, figure = statement.found.said, one.read.value.figure
    if figure is None:
        return False
    others = [
        n
        for n in find_numbers(said)
        if (n.unit or ("percent" if n.kind == "percent" else "")) == figure.unit
        and n.value not in (figure.low, figure.high)
        and n.value > 2
    ]
    wanted = other.read.value.figure
    return bool(others) and (wanted is None or all(n.value not in (wanted.low, wanted.high) for n in others))


def told_together(one: Weighted, two: Weighted) -> bool:
    """Whether an article sets the two beside each other, or corrects one by the other."""
    return _corrected(one, two) or _another(one, two) or any(set_beside(x, y) for x in one.read.found[:6] for y in two.read.found[:6])


def _another(one: Weighted, two: Weighted) -> bool:
    return any(another_says(x, y) for x in one.statements for y in two.statements)


def _corrected(one: Weighted, two: Weighted) -> bool:
    return any(corrected(x, y) or corrected(y, x) for x in one.statements for y in two.statements)


FIRST_COVERED = 0.33
"""The share of the question's words, by weight, that the likeliest value's sentence and title must hold: below, it may be of another
thing itself."""
ELSEWHERE = 0.3
"""What it counts against a value, as a share, that the question's words stand in its passage and not in its sentence."""
_DISPUTED = re.compile(
    r"\b(?:den(?:y|ies|ied)|disput(?:e|es|ed)|contradict\w*|reject(?:s|ed)|contest(?:s|ed)|insist(?:s|ed)?|claim(?:s|ed)?|accus(?:es|ed)|"
    r"correction|wrongly|disagree\w*)\b",
    re.IGNORECASE,
)
STORY_COVERED = 0.4
"""How much less of the question, as a share, another article on the same story may hold."""
READ_OF_ARTICLE = 4000
"""Characters of an article in which the question's words are looked for."""


def _same_story(asked: QuestionProfile, rare: Rarity, first: Found, other: Found) -> bool:
    """Whether the other's article is about what the first's is: it has as many of the question's names, and most of its words."""
    if first.passage.article.id == other.passage.article.id:
        return True
    around = [f"{one.passage.article.title}. {one.passage.article.text[:READ_OF_ARTICLE]}" for one in (first, other)]
    named = [share_of_names(asked, [n.text for n in find_names(text)], text) for text in around]
    covered = [rare.share(text) for text in around]
    return named[1] >= named[0] and covered[1] >= covered[0] - STORY_COVERED


def _less_covered(rare: Rarity, first: Found, other: Found) -> float:
    """By how much less the question's words stand in the other's sentence and title; of two articles the one may say in its passage
    what the other says in a sentence."""
    less = _covered(rare, first) - _covered(rare, other)
    if first.passage.article.id == other.passage.article.id:
        return less
    return min(less, _covered_whole(rare, first) - _covered_whole(rare, other) + ELSEWHERE)


def _lacks_qualifier(asked: QuestionProfile, first: Found, other: Found) -> bool:
    """Whether a name, day or figure of the question stands with the first value and not with the other, which has one of its own in
    its place: "the Old Harbour", "2026"."""
    one, two = (f"{found.passage.article.title}. {found.said}" for found in (first, other))
    for name in asked.names:
        if _names(name.text, one) and not _names(name.text, two) and _other_names(asked, other):
            return True
    if any(n.value > 9 for n in asked.numbers) and _figures(asked, one) - _figures(asked, two):
        return True
    years = {d.year for d in asked.dates if d.year}
    return bool(years & {d.year for d in find_dates(one)} - {d.year for d in find_dates(two)})


def _names(name: str, text: str) -> bool:
    return any(same_name(name, other.text) for other in find_names(text))


def _other_names(asked: QuestionProfile, found: Found) -> bool:
    """Whether the sentence has a name that the question does not, beside who says it."""
    said = found.said
    by = speaker_of(found.passage.article, found.sentence, found.span) or ""
    names = [n.text for n in find_names(said, find_dates(said)) if n.sure and n.text not in by]
    return any(not any(same_name(n, mine.text) for mine in asked.names) for n in names)


def _figures(asked: QuestionProfile, text: str) -> set[Decimal]:
    return {n.value for n in asked.numbers} & {n.value for n in find_numbers(text)}


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much each word (stem) of the question says, by how few of the sentences read hold it; `total` over all. `things`: what the
    question wants counted, in all its names, is one word: THING."""

    of: Mapping[str, float]
    total: float
    things: frozenset[str] = frozenset()

    def share(self, text: str) -> float:
        """Of the question's words, by weight, those that stand in `text`, 0 to 1."""
        return sum(self.of[word] for word in _words(text, self.things) & self.of.keys()) / self.total


def rarity(asked: QuestionProfile, spans: Sequence[Found]) -> Rarity:
    sentences = {(one.passage.article.id, one.sentence.start): one.said for one in spans}
    held: dict[str, int] = {}
    things = things_asked(asked.text)
    wanted = _words(asked.text, things)
    for sentence in sentences.values():
        for word in _words(sentence, things) & wanted:
            held[word] = held.get(word, 0) + 1
    of = {word: math.log((len(sentences) + 1) / (held.get(word, 0) + 0.5)) for word in wanted}
    return Rarity(of, sum(of.values()) or 1.0, things)


THING = "=thing"


def _words(text: str, things: frozenset[str]) -> frozenset[str]:
    found = stems(text)
    return (found - things) | {THING} if found & things else found


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    return frozenset(token.stem for token in tokens(text) if token.stem)


def _covered(rare: Rarity, found: Found) -> float:
    return rare.share(f"{found.passage.article.title}. {found.said}")


def _covered_whole(rare: Rarity, found: Found) -> float:
    return rare.share(f"{found.passage.article.title}. {found.passage.text}")


def _size(first: ReadValue, other: ReadValue) -> float:
    one, two = first.value.figure, other.value.figure
    if one is None or two is None or one.low <= 0 or two.low <= 0:
        return 0.0
    return min(4.0, abs(math.log10(float(one.low)) - math.log10(float(two.low))))
