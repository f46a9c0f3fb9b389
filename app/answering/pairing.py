"""Whether a value is one more answer beside the likeliest: the same thing said otherwise, and not a thing that looks like it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from app.answering.disputes import disputes_or_corrects
from app.answering.links import another_says, corrected, set_beside
from app.answering.rarity import Rarity
from app.answering.readers.linear_features import share_of_names
from app.answering.readers.reading import Found
from app.answering.readers.values import unit_of
from app.answering.speakers import speaker_of
from app.answering.statements import Statement
from app.answering.twins import is_twin
from app.answering.validity import ReadValue, other_noun
from app.retrieval.profile import QuestionProfile
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
LINKED_CHANCE = CUED_CHANCE / 4
"""The same where an article itself sets the two beside each other."""
LESS_COVERED, LESS_COVERED_NEAR = 0.2, 0.28
"""How much less of the question a value's surroundings may hold than the likeliest value's, as a share of it by weight."""
FIRST_COVERED = 0.33
"""The share of the question's words, by weight, that the likeliest value's sentence and title must hold: below, it may be of another
thing itself."""
ELSEWHERE = 0.3
"""What it counts against a value, as a share, that the question's words stand in its passage and not in its sentence."""
STORY_COVERED = 0.4
"""How much less of the question, as a share, another article on the same story may hold."""
READ_OF_ARTICLE = 4000
"""Characters of an article in which the question's words are looked for."""
SIZE, SIZE_CUED, SIZE_MOST = 0.85, 1.3, 4.0
"""Powers of ten by which two figures for one thing may differ, and may where one is told as overtaken or new; no bound where an article
sets them beside each other. What differs by SIZE_MOST or more differs by that."""
BESIDE_BY = 6
"""Places of a value, best first, of which one may set it beside another."""
SMALL = 2
"""A figure up to this ("one of the two") is no value of its own beside another; one up to SMALL_IN_QUESTION tells no question by."""
SMALL_IN_QUESTION = 9


@dataclass(frozen=True, slots=True)
class Weighted:
    """A value with what was said of it."""

    read: ReadValue
    statements: Sequence[Statement]

    @property
    def best(self) -> Found:
        """Its best place."""
        return self.read.found[0]


class Pair:
    """The likeliest value and another, and how articles set them beside each other, found out once."""

    def __init__(self, first: Weighted, other: Weighted) -> None:
        self.first, self.other = first, other

    @cached_property
    def set_beside(self) -> bool:
        """In one sentence: "34 tonnes, more than the 21 estimated"."""
        return any(set_beside(x, y) for x in self.first.read.found[:BESIDE_BY] for y in self.other.read.found[:BESIDE_BY])

    @cached_property
    def corrected(self) -> bool:
        """One takes the other's place in a correction."""
        return any(corrected(x, y) or corrected(y, x) for x in self.first.statements for y in self.other.statements)

    @cached_property
    def another_says(self) -> bool:
        """ "Another source put it at …"."""
        return any(another_says(x, y) for x in self.first.statements for y in self.other.statements)

    @property
    def told_together(self) -> bool:
        """In any of these ways."""
        return self.corrected or self.another_says or self.set_beside

    @cached_property
    def size(self) -> float:
        """Powers of ten between the two figures, at most SIZE_MOST; 0 where they are none."""
        one, two = self.first.read.value.figure, self.other.read.value.figure
        if one is None or two is None or one.low <= 0 or two.low <= 0:
            return 0.0
        return min(SIZE_MOST, abs(math.log10(float(one.low)) - math.log10(float(two.low))))


def joins(asked: QuestionProfile, rare: Rarity, pair: Pair) -> bool:
    """Whether the other value is to be told beside the first."""
    first, other = pair.first, pair.other
    a, b = first.best, other.best
    at = b.span.start - b.sentence.start
    chance, ratio = other.read.chance, other.read.chance / max(first.read.chance, 1e-6)
    if rare.covered(a) < FIRST_COVERED or is_twin(asked.text, b.said, at, at + len(b.text)):
        return False
    if not 0 <= other.read.counted - first.read.counted < 1:
        return False
    if pair.set_beside:
        return chance >= LINKED_CHANCE
    if other_noun(a, b) or _lacks_qualifier(asked, a, b):
        return False
    if pair.corrected or (pair.another_says and pair.size <= SIZE):
        return chance >= LINKED_CHANCE
    one_sentence = (a.passage.article.id, a.sentence.start) == (b.passage.article.id, b.sentence.start)
    cued = _cued(other, first) or all(statement.stale for statement in first.statements)
    if one_sentence or pair.size > (SIZE_CUED if cued else SIZE) or not _same_story(asked, rare, a, b):
        return False
    measured = (first.read.value.figure and other.read.value.figure) or (first.read.value.dates and other.read.value.dates)
    if not measured:
        dated = a.passage.article.published and b.passage.article.published
        told = (*first.statements, *other.statements)
        if dated and not any(one.corrects or disputes_or_corrects(one.found.said) for one in told):
            return False
        return ratio >= WORDS_RATIO and chance >= WORDS_CHANCE and _less_covered(rare, a, b) <= LESS_COVERED
    if ratio >= RATIO and chance >= CHANCE:
        return _less_covered(rare, a, b) <= LESS_COVERED_NEAR
    return cued and ratio >= CUED_RATIO and chance >= CUED_CHANCE and _less_covered(rare, a, b) <= LESS_COVERED


def _cued(one: Weighted, other: Weighted) -> bool:
    """Whether the one is told as new, overtaken or put right, and not beside a third value that it took the place of."""
    return any(
        statement.corrects or ((statement.stale or statement.fresh) and not _beside_a_third(statement, one, other))
        for statement in one.statements
    )


def _beside_a_third(statement: Statement, one: Weighted, other: Weighted) -> bool:
    figure, wanted = one.read.value.figure, other.read.value.figure
    if figure is None:
        return False
    own = (figure.low, figure.high)
    others = [n for n in find_numbers(statement.found.said) if unit_of(n) == figure.unit and n.value not in own and n.value > SMALL]
    return bool(others) and (wanted is None or all(n.value not in (wanted.low, wanted.high) for n in others))


def _same_story(asked: QuestionProfile, rare: Rarity, first: Found, other: Found) -> bool:
    """Whether the other's article is about what the first's is: it has as many of the question's names, and most of its words."""
    if first.passage.article.id == other.passage.article.id:
        return True
    around = [f"{one.passage.article.title}. {one.passage.article.text[:READ_OF_ARTICLE]}" for one in (first, other)]
    named = [share_of_names(asked, [n.text for n in find_names(text)], text) for text in around]
    return named[1] >= named[0] and rare.share(around[1]) >= rare.share(around[0]) - STORY_COVERED


def _less_covered(rare: Rarity, first: Found, other: Found) -> float:
    """By how much less the question's words stand in the other's sentence and title; of two articles the one may say in its passage
    what the other says in a sentence."""
    less = rare.covered(first) - rare.covered(other)
    if first.passage.article.id == other.passage.article.id:
        return less
    return min(less, rare.covered_around(first) - rare.covered_around(other) + ELSEWHERE)


def _lacks_qualifier(asked: QuestionProfile, first: Found, other: Found) -> bool:
    """Whether a name, day or figure of the question stands with the first value and not with the other, which has one of its own in
    its place: "the Old Harbour", "2026"."""
    one, two = (f"{found.passage.article.title}. {found.said}" for found in (first, other))
    for name in asked.names:
        if _names(name.text, one) and not _names(name.text, two) and _other_names(asked, other):
            return True
    if any(n.value > SMALL_IN_QUESTION for n in asked.numbers) and _figures(asked, one) - _figures(asked, two):
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
