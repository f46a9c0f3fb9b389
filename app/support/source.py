"""A source read once for many claims: its sentences, their words, and which windows lie closest to a claim."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from app.article import Sentence
from app.support.tokens import Token, tokens
from app.text.dates import DateMention, find_dates
from app.text.names import Name, find_names
from app.text.numbers import Number, find_numbers
from app.text.sentences import split_sentences

GATHERED, GATHERED_WORDS = 9, 165
"""Sentences and words, at most, of what is gathered for a claim: what a judge of 256 tokens can read beside it."""
NEW_WORDS, SAID_ONCE = 0.015, 0.15
"""The share of a claim's weight that a further sentence must add; what a word counts that another sentence has. By hand, on
FEVER and news rows held from training; the first, and GATHERED, once more on 150 rows each of the sets that `evals run support`
reports on."""


class Piece:
    """A stretch of text with its words, figures, dates and names, each read when first asked for.

    Spans are relative to the stretch.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(token.stem for token in self.tokens if token.stem)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(token.low.removesuffix("'s") for token in self.tokens)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        stems = [token.stem for token in self.tokens if token.stem]
        return frozenset(pairwise(stems))

    @cached_property
    def dates(self) -> list[DateMention]:
        return find_dates(self.text)

    @cached_property
    def numbers(self) -> list[Number]:
        return find_numbers(self.text, self.dates)

    @cached_property
    def names(self) -> list[Name]:
        return find_names(self.text, self.dates)


@dataclass(frozen=True, slots=True)
class Window:
    """One sentence of a source or two neighbours, by index: `first` to `last` inclusive."""

    first: int
    last: int
    overlap: float


class Source:
    """A source text cut into sentences, with the weight of each word in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.whole = Piece(text)
        self.spans: list[Sentence] = split_sentences(text)
        self.sentences = [Piece(text[span.start : span.end]) for span in self.spans]
        self._holders: dict[str, list[int]] = {}
        for index, piece in enumerate(self.sentences):
            for stem in piece.stems:
                self._holders.setdefault(stem, []).append(index)

    def weight(self, stem: str) -> float:
        """The inverse sentence frequency of a stem here, above 0; a stem that is not here weighs most."""
        return math.log(1 + (len(self.sentences) + 1) / (len(self._holders.get(stem, ())) + 0.5))

    def holds(self, stem: str) -> bool:
        return stem in self._holders

    def piece(self, first: int, last: int) -> Piece:
        """The text of sentences `first` to `last`, cut off at the ends of the source."""
        first, last = max(first, 0), min(last, len(self.spans) - 1)
        if first == last:
            return self.sentences[first]
        return Piece(self.text[self.spans[first].start : self.spans[last].end])

    def windows(self, claim: Piece, limit: int) -> list[Window]:
        """The sentences and neighbouring pairs that share most of the claim's word weight, best first.

        `overlap` is that share, 0 to 1. A pair must earn its second sentence by a twentieth more.
        """
        weights = {stem: self.weight(stem) for stem in claim.stems}
        total = sum(weights.values()) or 1.0
        singles: defaultdict[int, float] = defaultdict(float)
        for stem, weight in weights.items():
            for index in self._holders.get(stem, ()):
                singles[index] += weight
        found = [(share, Window(index, index, share / total)) for index, share in singles.items()]
        best = sorted(singles, key=lambda index: -singles[index])[: 2 * limit]
        for first in sorted({start for index in best for start in (index - 1, index) if 0 <= start < len(self.sentences) - 1}):
            stems = self.sentences[first].stems | self.sentences[first + 1].stems
            share = sum(weight for stem, weight in weights.items() if stem in stems)
            if share > max(singles.get(first, 0.0), singles.get(first + 1, 0.0)) + 0.05 * total:
                found.append((share - 0.05 * total, Window(first, first + 1, share / total)))
        found.sort(key=lambda pair: (-pair[0], pair[1].first))
        return [window for _, window in found[:limit]] or [Window(0, 0, 0.0)]

    def gathered(self, claim: Piece) -> str:
        """What says most of the claim in few sentences, in their order, wherever they stand: each adds words that the others lack.
        A question says nothing without what follows it, which comes along."""
        left = {stem: self.weight(stem) for stem in claim.stems}
        least, chosen, words = NEW_WORDS * sum(left.values()), list[int](), 0
        while len(chosen) < GATHERED:
            gains: defaultdict[int, float] = defaultdict(float)
            for stem, weight in left.items():
                for index in self._holders.get(stem, ()):
                    gains[index] += weight
            best = min((index for index in gains if index not in chosen), key=lambda index: (-gains[index], index), default=None)
            if best is None or (chosen and gains[best] <= least):
                break
            words += len(self.sentences[best].text.split())
            if chosen and words > GATHERED_WORDS:
                break
            chosen.append(best)
            left = {stem: weight * (SAID_ONCE if stem in self.sentences[best].stems else 1) for stem, weight in left.items()}
        answers = {index + 1 for index in chosen if self.sentences[index].text.endswith("?") and index + 1 < len(self.sentences)}
        return " ".join(" ".join(self.sentences[index].text.split()) for index in sorted(answers.union(chosen or [0])))


@lru_cache(maxsize=32)
def read_source(text: str) -> Source:
    """`Source(text)`, kept for the claims that follow on the same text."""
    return Source(text)
