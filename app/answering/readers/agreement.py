"""Several articles agree: spans that mean the same add up, and one article counts once, however bluntly it speaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.answering.readers.values import Value, read_value, same_value
from app.article import Sentence, Span
from app.retrieval.retriever import Ranked

LOOKED_AT = 40
"""Values that a span is compared with; those after them are too weak to matter."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How a span is scored: its lead over "not here", plus these weights times what speaks for its sentence and passage.

    `cap`: over which a score counts no more, so that an article which puts it bluntly is still one article; `temperature` of the
    sum over articles. Chosen by training/calibrate_reader.py on RealTime QA 2023 from October on (52 questions, asked then and at
    the year's end): the first reading held the answer for 0.75 and its F1 was 0.71; with one planted passage in sixteen
    the planted answer stood first for 0.21. Two are set by hand within 0.02 of the best: `recent` (0 was best), since of two
    figures for one thing the later should stand, and `cap` (12 was best), since there a span's own lead no longer counted.
    """

    passage: float = 12.0
    likeness: float = 1.0
    recent: float = 2.0
    kind: float = 2.0
    echo: float = 4.0
    cap: float = 16.0
    temperature: float = 4.0


@dataclass(frozen=True, slots=True)
class Found:
    """The best span of a sentence.

    `lead` over "not here" (a logit); `share` of the best passage's retrieval score (0 to 1); `likeness` of the sentence to the
    question (`liked`, the linear reader's score) less that of the likest (0 at most); `recent` (0 to 1: how near its day is to the
    newest passage's); whether the span is of the kind asked for (`fits`), and whether it only repeats the question (`echo`).
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

    def score(self, mix: Mix) -> float:
        beside = mix.passage * self.share + mix.likeness * self.likeness + mix.recent * self.recent
        return self.lead + beside + mix.kind * self.fits - mix.echo * self.echo

    @property
    def text(self) -> str:
        return self.passage.article.text[self.span.start : self.span.end]


@dataclass(slots=True)
class AgreedValue:
    """Spans that say the same, best first. `strength`: log of the summed exponentials of each article's capped score."""

    value: Value
    found: list[Found] = field(default_factory=list)
    strength: float = -math.inf
    articles: int = 0


def rank_values(found: Sequence[Found], mix: Mix) -> list[AgreedValue]:
    """What the spans say, most agreed first."""
    values: list[AgreedValue] = []
    for one in sorted(found, key=lambda f: -f.score(mix)):
        value = read_value(one.text)
        known = next((v for v in values[:LOOKED_AT] if same_value(v.value, value)), None)
        if known is None:
            known = AgreedValue(value)
            values.append(known)
        known.found.append(one)
    for known in values:
        _weigh(known, mix)
    return sorted(values, key=lambda v: -v.strength)


def _weigh(value: AgreedValue, mix: Mix) -> None:
    """Copies and further places in one article add nothing; over the cap nothing is gained, not even the first place."""
    value.found.sort(key=lambda one: (min(one.score(mix), mix.cap), one.share), reverse=True)
    articles: set[str] = set()
    wordings: set[str] = set()
    scores = []
    for one in value.found:
        article = one.passage.article
        words = " ".join(article.text[one.sentence.start : one.sentence.end].lower().split())
        if article.id not in articles and words not in wordings:
            scores.append(min(one.score(mix), mix.cap) / mix.temperature)
        articles.add(article.id)
        wordings.add(words)
    value.articles = len(scores)
    value.strength = mix.temperature * (scores[0] + math.log(sum(math.exp(score - scores[0]) for score in scores)))
