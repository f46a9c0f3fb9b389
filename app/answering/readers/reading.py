"""What a reader takes in and gives: a question and ranked passages in, readings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.article import Article, Sentence, Span
from app.retrieval.profile import QuestionProfile
from app.retrieval.retriever import Ranked


@dataclass(slots=True)
class Reading:
    """An answer as it stands in an article.

    `span` is the short answer, within `sentence` (None from a reader that finds sentences alone); `score` compares readings of
    one question, higher is better; `copies` are other places where the same sentence stands, no two in one article; `value`
    numbers the readings that say the same, 0 for what most articles say.
    """

    article: Article
    sentence: Sentence
    span: Span | None
    score: float
    copies: list[tuple[Article, Sentence]] = field(default_factory=list)
    value: int = 0

    @property
    def text(self) -> str:
        """The sentence."""
        return self.article.text[self.sentence.start : self.sentence.end]

    @property
    def short(self) -> str:
        """The span's words; empty without a span."""
        return self.article.text[self.span.start : self.span.end] if self.span else ""


@dataclass(frozen=True, slots=True)
class Readings:
    """`found`, best first; `answerable`: the probability, 0 to 1, that the passages read answer the question at all."""

    found: Sequence[Reading]
    answerable: float


class Reader(Protocol):
    """Reads passages for a question. Thread safe; `name` stands in evals and settings."""

    name: str

    def read(self, asked: QuestionProfile, ranked: Sequence[Ranked]) -> Readings: ...
