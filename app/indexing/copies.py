"""Whether an article is another one carried again: nearly the same words, and nothing said otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from app.article import Article, Span
from app.text.dates import DateMention, find_dates
from app.text.differences import RELATED, related, telling_words
from app.text.names import Name, find_names, same_name
from app.text.notices import CORRECTS
from app.text.numbers import Number, find_numbers
from app.text.sentences import split_sentences
from app.text.shingles import words_of
from app.text.tables import word_set

LIKENESS = 0.55
"""Estimated share of shingles in common (0 to 1) from which two articles may be copies. Chosen by training/calibrate_stories.py: of
articles cut by a third from the end, with a line of the house in front, 0.94 are found (at 0.6 0.85, at 0.7 0.3); over RealTime QA
2022 and 2023 all ten pairs that `is_copy` then lets through were judged copies by hand, of 95 so alike."""
DAYS = 7
"""Copies are published within so many days. Text that comes again later means other days by "on Tuesday"."""
LEAST_WORDS = 25
"""Of an article: less says too little to tell two stories apart."""
MOST_PAIRS = 4_000_000
"""Of sentences, or of words in two sentences: more are not compared. Two articles of 2,000 sentences take seconds, two of 50,000 hours,
and no news story is so long. Those are copies only word for word."""
OPENING_WORDS = 6
"""Of a text's first sentence that is no dateline or heading."""
SAME_SENTENCE = 0.6
"""Share of the shorter sentence's words in the other from which an opening counts as found again. Set by hand."""

Key = tuple[str, ...]
"""A sentence's words: the same for the same sentence, whatever its typography."""
_TOKEN = re.compile(r"\w+(?:['’]\w+)?")
_NEGATORS = word_set(
    "no not never none nobody nothing neither nor cannot without unable deny denies denied denying refuse refuses refused reject rejects "
    "rejected fail fails failed"
)
_TO_COME = word_set("will would shall may might could")
_DATE_FIELDS = ("year", "month", "day", "weekday", "quarter", "season", "decade")


class _Sentence:
    """A sentence with what is compared in it, each read when first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def key(self) -> Key:
        return tuple(words_of(self.text))

    @cached_property
    def tokens(self) -> list[tuple[str, Span]]:
        return [(found[0].lower().replace("’", "'"), Span(*found.span())) for found in _TOKEN.finditer(self.text)]

    @cached_property
    def telling(self) -> frozenset[str]:
        """The words that carry meaning, figures left out."""
        return telling_words(self.key)

    @cached_property
    def dates(self) -> list[DateMention]:
        return find_dates(self.text)

    @cached_property
    def numbers(self) -> list[Number]:
        """Without one and first, which are often wording rather than a count."""
        return [number for number in find_numbers(self.text, self.dates) if number.value != 1]

    @cached_property
    def names(self) -> list[Name]:
        return [name for name in find_names(self.text, self.dates) if name.sure]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Neighbouring tokens of one sentence that the other does not have there; `words` is empty where it has more."""

    sentence: _Sentence
    words: Sequence[tuple[str, Span]]

    @property
    def negators(self) -> int:
        return sum(word in _NEGATORS or word.endswith("n't") for word, _ in self.words)

    @property
    def to_come(self) -> bool:
        """Whether it tells of what is still to be, or may be. Will and May with a capital are a man and a month."""
        return any((word in _TO_COME and self.sentence.text[at.start].islower()) or word.endswith("'ll") for word, at in self.words)

    @property
    def figures(self) -> list[Number]:
        return [number for number in self.sentence.numbers if self._touches(number)]

    @property
    def dates(self) -> list[DateMention]:
        return [date for date in self.sentence.dates if self._touches(date)]

    @property
    def names(self) -> list[Name]:
        return [name for name in self.sentence.names if self._touches(name)]

    def _touches(self, span: Span) -> bool:
        return bool(self.words) and span.start < self.words[-1][1].end and self.words[0][1].start < span.end


def is_copy(one: Article, two: Article) -> bool:
    """Whether two articles whose texts are nearly alike (LIKENESS, which the caller has looked at) are one story. Symmetric.

    They are not if they are more than DAYS apart, if neither's opening stands in the other (pages that share their frame), if one
    corrects what the other says, or if a sentence has another figure, date, name, negation or time in the other's wording of it.
    What one cut or added makes no difference. Nor are they if that takes more than MOST_PAIRS to tell.
    """
    if _days_apart(one, two) > DAYS:
        return False
    first, second = words_of(one.text), words_of(two.text)
    if min(len(first), len(second)) < LEAST_WORDS:
        return False
    titles = [] if words_of(one.title) == words_of(two.title) else [_Sentence(one.title), _Sentence(two.title)]
    mine, theirs = _sentences(one.text), _sentences(two.text)
    shared = {s.key for s in mine} & {s.key for s in theirs}
    if any(CORRECTS.search(s.text) for s in (*titles, *mine, *theirs) if s.key not in shared):
        return False
    if titles and _related(*titles) >= SAME_SENTENCE and _differ(*titles):
        return False
    if first == second:
        return True
    if len(mine) * len(theirs) > MOST_PAIRS:
        return False
    return _opens_alike(mine, theirs) and not any(_differ(a, b) for a, b in _counterparts(mine, theirs, shared))


def _days_apart(one: Article, two: Article) -> int:
    """0 where one has no date: nothing speaks against it."""
    if one.published is None or two.published is None:
        return 0
    return abs((one.published.day - two.published.day).days)


def _sentences(text: str) -> list[_Sentence]:
    return [_Sentence(text[span.start : span.end]) for span in split_sentences(text)]


def _opens_alike(mine: Sequence[_Sentence], theirs: Sequence[_Sentence]) -> bool:
    """Whether the opening of either stands in the other, in nearly the same words."""
    return _found(_opening(mine), theirs) or _found(_opening(theirs), mine)


def _opening(sentences: Sequence[_Sentence]) -> set[str]:
    return next((set(s.key) for s in sentences if len(set(s.key)) >= OPENING_WORDS), set())


def _found(opening: set[str], sentences: Sequence[_Sentence]) -> bool:
    return any(len(opening.intersection(s.key)) >= SAME_SENTENCE * len(opening) for s in sentences)


def _counterparts(mine: Sequence[_Sentence], theirs: Sequence[_Sentence], shared: set[Key]) -> Iterator[tuple[_Sentence, _Sentence]]:
    """Each sentence that only one has, with the other's wording of it as far as there is one: the sentence nearest by its words, and
    one that stands alone in its place with a word in common."""
    here, there = ([s for s in sentences if s.key not in shared] for sentences in (mine, theirs))
    for one, two in ((here, there), (there, here)):
        for sentence in one:
            near, place = max(((_related(sentence, other), n) for n, other in enumerate(two)), default=(0.0, 0))
            if near >= RELATED:
                yield sentence, two[place]
    matcher = SequenceMatcher(None, [s.key for s in mine], [s.key for s in theirs], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "replace" and b - a == d - c == 1 and mine[a].telling & theirs[c].telling:
            yield mine[a], theirs[c]


def _related(one: _Sentence, two: _Sentence) -> float:
    """The share of the shorter's telling words that the other has, 0 where it is too little of the longer."""
    return related(one.telling, two.telling)


def _differ(one: _Sentence, two: _Sentence) -> bool:
    """Whether two wordings of a sentence do not say the same of a figure, a date, a name, of yes and no, or of what is still to come."""
    if len(one.tokens) * len(two.tokens) > MOST_PAIRS:
        return True
    here, there = ([n.value for n in s.numbers] for s in (one, two))
    if set(here) - set(there) and set(there) - set(here):
        return True
    if here != there and sorted(here) == sorted(there):
        return True  # the same figures for other things
    matcher = SequenceMatcher(None, [word for word, _ in one.tokens], [word for word, _ in two.tokens], autojunk=False)
    return any(
        _contradict(_Piece(one, one.tokens[a:b]), _Piece(two, two.tokens[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )


def _contradict(one: _Piece, two: _Piece) -> bool:
    if one.negators % 2 != two.negators % 2 or one.to_come != two.to_come:
        return True
    if not one.words or not two.words:
        return False
    if {n.value for n in one.figures} != {n.value for n in two.figures}:
        return True
    if one.dates and two.dates and not any(_agree(a, b) for a in one.dates for b in two.dates):
        return True
    return bool(one.names and two.names) and not any(same_name(a.text, b.text) for a in one.names for b in two.names)


def _agree(one: DateMention, two: DateMention) -> bool:
    """Whether nothing that both say differs: "Friday" may be "26 June"."""
    pairs = [(getattr(one, name), getattr(two, name)) for name in _DATE_FIELDS]
    return all(a == b for a, b in pairs if a is not None and b is not None)
