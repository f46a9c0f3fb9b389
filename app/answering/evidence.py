"""The sentences that answer: taken from the best passages, scored, copies of one sentence put together."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.answer import Citation
from app.answering.calibration import Calibration
from app.answering.features import Context, sentence_features
from app.answering.profile import QuestionProfile
from app.article import Article, Sentence
from app.encoding.encoder import Vectors
from app.retrieval.retriever import Ranked

PASSAGES = 12
"""Passages read for an answer. On RealTime QA 2022 the right article is among the first ten for 99 % as of the
question's date, for 89 % and more at the year's end (docs/evals.md)."""
SCREENED = 40
"""Sentences whose meaning is compared; the rest are out by their words."""
NEWS_DAYS = 30.0
"""Over which a sentence grows old beside the newest of the passages read: of two figures for one thing the later holds."""
TOPIC_CHARACTERS = 120
UNKNOWN_COSINE = 0.4
"""Stands in where meanings are not compared: the median of a question with a sentence of the passages read for it
(training/calibrate_answering.py; with one that holds the answer it is 0.53)."""
_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class EvidenceSentence:
    """A sentence of an article with its score (a logit: higher is likelier the answer) and where else it stands."""

    article: Article
    span: Sentence
    score: float
    features: npt.NDArray[np.float64]
    copies: list[tuple[Article, Sentence]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.article.text[self.span.start : self.span.end]


def select_evidence(
    asked: QuestionProfile, ranked: Sequence[Ranked], calibration: Calibration, encode: Callable[[Sequence[str]], Vectors] | None
) -> list[EvidenceSentence]:
    """Every sentence of the best passages, best first. Without an encoder meanings are not compared."""
    places, contexts = contexts_of(ranked)
    features = sentence_features(asked, contexts, np.full((len(contexts), 2), UNKNOWN_COSINE, np.float32))
    if encode is not None and contexts:
        screened = np.argsort(-calibration.scores(features), kind="stable")[:SCREENED]
        features[screened, :2] = compare(asked.text, [contexts[i] for i in screened], encode)
    scores = calibration.scores(features)
    return _together(places, scores, features)


def compare(question: str, contexts: Sequence[Context], encode: Callable[[Sequence[str]], Vectors]) -> npt.NDArray[np.float32]:
    """float32 [contexts, 2]: the cosine of the question with each sentence, bare and behind its topic."""
    vectors = encode([question, *(c.text for c in contexts), *(f"{c.topic} {c.text}" for c in contexts)])
    return np.asarray((vectors[1:] @ vectors[0]).reshape(2, -1).T, np.float32)


def contexts_of(ranked: Sequence[Ranked]) -> tuple[list[tuple[Article, Sentence]], list[Context]]:
    """The sentences of the best passages, and each with what stands around it; two lists of one length."""
    places: list[tuple[Article, Sentence]] = []
    contexts: list[Context] = []
    best = ranked[0].score if ranked else 1.0
    days = [r.article.published.day for r in ranked[:PASSAGES] if r.article.published]
    for place, passage in enumerate(ranked[:PASSAGES]):
        text, before = passage.article.text, ""
        when = passage.article.published
        recent = math.exp(-(max(days) - when.day).days / NEWS_DAYS) if when else 0.0
        topic = passage.article.title[:TOPIC_CHARACTERS]
        around = f"{passage.article.title}. {passage.article.source or ''}. {passage.text}"
        share = passage.score / best if best > 0 else 0.0
        for span in passage.stored.passage.sentences:
            words = text[span.start : span.end]
            places.append((passage.article, span))
            contexts.append(Context(words, before, topic, around, share, place, span.start == 0, recent))
            before = words
    return places, contexts


def _together(
    places: list[tuple[Article, Sentence]], scores: npt.NDArray[np.float64], features: npt.NDArray[np.float64]
) -> list[EvidenceSentence]:
    """One entry for sentences of the same words: a syndicated story is one piece of evidence with several places."""
    found: dict[str, EvidenceSentence] = {}
    for i in np.argsort(-scores, kind="stable"):
        article, span = places[i]
        key = _SPACE.sub(" ", article.text[span.start : span.end]).strip().casefold()
        known = found.get(key)
        if known is None:
            found[key] = EvidenceSentence(article, span, float(scores[i]), features[i])
        elif article.id != known.article.id and all(article.id != other.id for other, _ in known.copies):
            known.copies.append((article, span))
    return list(found.values())


def cite(article: Article, span: Sentence, support: float) -> Citation:
    """The citation of a span: its quote is the article's own text, by construction."""
    return Citation(
        article_id=article.id,
        title=article.title,
        source=article.source,
        url=article.url,
        published=str(article.published) if article.published else None,
        start=span.start,
        end=span.end,
        quote=article.text[span.start : span.end],
        support=round(min(max(support, 0.0), 1.0), 4),
    )
