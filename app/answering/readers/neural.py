"""The neural reader: where in the passages the answer stands, word for word, and how surely it stands there at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.answering.readers.agreement import AgreedValue, Mix, rank_values
from app.answering.readers.copies import merge_copies
from app.answering.readers.kinds import echoes
from app.answering.readers.linear import UNKNOWN_COSINE, contexts_of
from app.answering.readers.linear_features import sentence_features
from app.answering.readers.linear_weights import weights
from app.answering.readers.neural_probability import features, probability
from app.answering.readers.period_fit import period_fits
from app.answering.readers.reading import Found, Reading, Readings
from app.answering.readers.spans import spans_of
from app.encoding.span_scorer import PassageScores, SpanScorer, load_scorer
from app.retrieval.profile import QuestionProfile
from app.retrieval.retriever import Ranked

WEIGHTS = Path(__file__).with_name("reader.safetensors")
PASSAGES = 16
"""Passages read for an answer."""


class NeuralReader:
    """Finds spans; see docs/reader.md for what it was trained on and how it was measured."""

    name = "neural"

    def __init__(self, scorer: SpanScorer | None = None, mix: Mix | None = None) -> None:
        self._score = scorer or load_scorer(WEIGHTS)
        self._mix = mix or Mix()

    def read(self, asked: QuestionProfile, ranked: Sequence[Ranked]) -> Readings:
        """The best span of each sentence of the best passages: first one of what most articles say."""
        read = ranked[:PASSAGES]
        scored = self._score(asked.text, [(passage.article.title, passage.text) for passage in read])
        found = find_spans(asked, read, scored)
        if not found:
            return Readings([], 0.0)
        values = rank_values([one for one in found if one.best], self._mix)
        return Readings(readings_of(values), round(probability(features(asked, values)), 4), found)


def readings_of(values: Sequence[AgreedValue]) -> list[Reading]:
    """The spans of all values, those of the most agreed first; a sentence that stands in several articles once, with its other places."""
    return merge_copies(
        (
            Reading(one.passage.article, one.sentence, one.span, value.strength, value=place)
            for place, value in enumerate(values)
            for one in value.found
        ),
        [one.passage for value in values for one in value.found],
    )


def best_spans(asked: QuestionProfile, read: Sequence[Ranked], scored: Sequence[PassageScores]) -> list[Found]:
    """The best span of each sentence: what readings are made of."""
    return [one for one in find_spans(asked, read, scored) if one.best]


def find_spans(asked: QuestionProfile, read: Sequence[Ranked], scored: Sequence[PassageScores]) -> list[Found]:
    """The spans that can stand as an answer (spans.py), with what speaks for sentence and passage."""
    places, contexts = contexts_of(read, len(read))
    linear = sentence_features(asked, contexts, np.full((len(contexts), 2), UNKNOWN_COSINE, np.float32))
    likeness = weights().scores(linear)
    top = likeness.max(initial=-np.inf)
    beside = {
        (article.id, span.start): (float(like - top), context.recent, float(like))
        for (article, span), like, context in zip(places, likeness, contexts, strict=True)
    }
    best = max((passage.first_stage for passage in read), default=0.0)
    out = []
    for passage, scores in zip(read, scored, strict=True):
        share = passage.first_stage / best if best > 0 else 0.0
        in_period = _period_fits(asked, passage)
        for one in spans_of(asked, passage, scores):
            echo = echoes(asked, passage.article.text[one.span.start : one.span.end])
            less, recent, liked = beside[passage.article.id, one.sentence.start]
            out.append(
                Found(
                    passage, one.sentence, one.span, one.lead, share, less, recent, one.fits, echo, liked, one.counted, one.best,
                    in_period.get(one.sentence.start, 0.0),
                )
            )  # fmt: skip
    return out


def _period_fits(asked: QuestionProfile, passage: Ranked) -> dict[int, float]:
    """How well each sentence, by its start, fits the period that the question names; empty where it names none."""
    if asked.period is None:
        return {}
    sentences, published = passage.stored.passage.sentences, passage.article.published
    fits = period_fits(asked.period, passage.article.text, sentences, published.day if published else None)
    return {sentence.start: asked.period.sure * fit for sentence, fit in zip(sentences, fits, strict=True)}
