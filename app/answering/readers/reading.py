"""What a reader takes in and gives: a question and ranked passages in, readings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.answering.readers.counted import BARE
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
class Found:
    """A span of a sentence as the reader saw it, with what speaks for it.

    `lead` over "not here" (a logit); `share` of the best passage's retrieval score (0 to 1); `likeness` of the sentence to the
    question (`liked`, the linear reader's score) less that of the likest (0 at most); `recent` (0 to 1: how near its day is to the
    newest passage's); whether the span is of the kind asked for (`fits`), and whether it only repeats the question (`echo`);
    `counted`: whether its figure counts the thing asked for (0, 0.5 or 1: see counted.py); `best`: of its sentence;
    `period`: how well its sentence's days fit those that the question names (0 to 1: see period_fit.py).
    """

    passage: Ranked
    sentence: Sentence
    span: Span
    lead: float
    share: float = 1.0
    likeness: float = 0.0
    recent: float = 1.0
    fits: bool = True
    echo: bool = False
    liked: float = 0.0
    counted: float = BARE
    best: bool = True
    period: float = 0.0

    @property
    def text(self) -> str:
        """The span's words."""
        return self.passage.article.text[self.span.start : self.span.end]

    @property
    def before(self) -> str:
        """What stands before it in its sentence."""
        return self.passage.article.text[self.sentence.start : self.span.start]

    @property
    def said(self) -> str:
        """The sentence."""
        return self.passage.article.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True)
class Readings:
    """`found`, best first; `answerable`: the probability, 0 to 1, that the passages read answer the question at all; `spans`: every
    span that was seen, of which `found` keeps the best of each sentence (several figures or days of one sentence, each alone)."""

    found: Sequence[Reading]
    answerable: float
    spans: Sequence[Found] = ()


class Reader(Protocol):
    """Reads passages for a question. Thread safe; `name` stands in evals and settings."""

    name: str

    def read(self, asked: QuestionProfile, ranked: Sequence[Ranked]) -> Readings: ...
