"""A reader that finds the sentence most like an answer, by a linear model over words, names, figures and meaning."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt

from app.answering.readers.copies import merge_copies
from app.answering.readers.linear_features import Context, sentence_features
from app.answering.readers.linear_weights import weights
from app.answering.readers.reading import Reading, Readings
from app.article import Article, Sentence
from app.encoding import Encoder
from app.encoding.encoder import Vectors
from app.errors import Unavailable
from app.retrieval.profile import QuestionProfile
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


class LinearReader:
    """Ranks sentences by likeness to the question, with a linear model: it finds sentences, not spans.

    Serves while the neural reader loads, and as the baseline of the evals. Without an encoder meanings are not compared.
    """

    name = "linear"

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encode = encoder.encode if encoder is not None else None

    def read(self, asked: QuestionProfile, ranked: Sequence[Ranked]) -> Readings:
        """Every sentence of the best passages, best first."""
        fitted = weights()
        places, contexts = contexts_of(ranked)
        features = sentence_features(asked, contexts, np.full((len(contexts), 2), UNKNOWN_COSINE, np.float32))
        if self._encode is not None and contexts:
            screened = np.argsort(-fitted.scores(features), kind="stable")[:SCREENED]
            with suppress(Unavailable):  # its server has just gone: the search says so
                features[screened, :2] = compare(asked.text, [contexts[i] for i in screened], self._encode)
        scores = fitted.scores(features)
        order = np.argsort(-scores, kind="stable")
        readings = merge_copies((Reading(places[i][0], places[i][1], None, float(scores[i])) for i in order), ranked)
        return Readings(readings, round(fitted.probability(features[order[0]]), 4) if len(order) else 0.0)


def compare(question: str, contexts: Sequence[Context], encode: Callable[[Sequence[str]], Vectors]) -> npt.NDArray[np.float32]:
    """float32 [contexts, 2]: the cosine of the question with each sentence, bare and behind its topic."""
    vectors = encode([question, *(c.text for c in contexts), *(f"{c.topic} {c.text}" for c in contexts)])
    return np.asarray((vectors[1:] @ vectors[0]).reshape(2, -1).T, np.float32)


def contexts_of(ranked: Sequence[Ranked], count: int = PASSAGES) -> tuple[list[tuple[Article, Sentence]], list[Context]]:
    """The sentences of the first `count` passages, and each with what stands around it; two lists of one length."""
    places: list[tuple[Article, Sentence]] = []
    contexts: list[Context] = []
    best = max((r.first_stage for r in ranked[:count]), default=1.0)
    days = [r.article.published.day for r in ranked[:count] if r.article.published]
    newest = min(max(days, default=date.max), datetime.now(UTC).date())  # a day to come must not age all others
    for place, passage in enumerate(ranked[:count]):
        text, before = passage.article.text, ""
        when = passage.article.published
        recent = math.exp(-max(0, (newest - when.day).days) / NEWS_DAYS) if when else 0.0
        topic = passage.article.title[:TOPIC_CHARACTERS]
        around = f"{passage.article.title}. {passage.article.source or ''}. {passage.text}"
        share = passage.first_stage / best if best > 0 else 0.0
        for span in passage.stored.passage.sentences:
            words = text[span.start : span.end]
            places.append((passage.article, span))
            contexts.append(Context(words, before, topic, around, share, place, span.start == 0, recent))
            before = words
    return places, contexts
