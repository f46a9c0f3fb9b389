"""How much of a question a text holds, each word weighed by how few of the sentences read have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.answering.readers.counted import things_asked
from app.answering.readers.reading import Found
from app.retrieval.profile import QuestionProfile
from app.support.tokens import stems
from app.text.words import word_rarity

THING = "=thing"
"""Stands for what the question wants counted, in all its names. No stem has an equals sign."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much each word (stem) of the question says; `total` over all. `things`: what the question wants counted, one word: THING."""

    of: Mapping[str, float]
    total: float
    things: frozenset[str] = frozenset()

    def share(self, text: str) -> float:
        """Of the question's words, by weight, those that stand in `text`, 0 to 1."""
        return sum(self.of[word] for word in _words(text, self.things) & self.of.keys()) / self.total

    def covered(self, found: Found) -> float:
        """The share in a span's sentence and title."""
        return self.share(f"{found.passage.article.title}. {found.said}")

    def covered_around(self, found: Found) -> float:
        """The share in its passage and title."""
        return self.share(f"{found.passage.article.title}. {found.passage.text}")


def rarity(asked: QuestionProfile, spans: Sequence[Found]) -> Rarity:
    """Weights from the sentences of the spans, each counted once."""
    sentences = {(one.passage.article.id, one.sentence.start): one.said for one in spans}
    things = things_asked(asked.text)
    wanted = _words(asked.text, things)
    of = word_rarity(wanted, [_words(sentence, things) for sentence in sentences.values()])
    return Rarity(of, sum(of.values()) or 1.0, things)


def _words(text: str, things: frozenset[str]) -> frozenset[str]:
    found = stems(text)
    return (found - things) | {THING} if found & things else found
