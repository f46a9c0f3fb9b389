"""Several scores made one: likeness in words and meaning, normalised and weighted, and what an article's day says for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.retrieval.time_prior import Floats, TimeWeights, time_prior
from app.retrieval.wish import Wish

SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Of each part of the score. Those of likeness, closeness and the day were chosen by training/tune_fusion.py on half of
    RealTime QA 2022; on the other half, hit@1 and MRR@10 of the human-linked questions were 0.873 and 0.924 as of their date,
    0.746 and 0.790 as of the year's end, and there 0.796 and 0.851 with their week or month named. `newest`, `oldest`, `outlet`
    and `phrase`, for which there are no labelled questions, were set by hand: each outweighs recency, none a story of other
    words."""

    passage_words: float = 0.303
    article_words: float = 0.530
    vectors: float = 0.365
    recent_weeks: float = 0.301
    recent_year: float = 0.521
    closeness: float = 0.183
    period: float = 0.227
    from_period: float = 0.160
    newest: float = 0.6
    oldest: float = 0.6
    outlet: float = 0.4
    phrase: float = 0.5

    @property
    def of_time(self) -> TimeWeights:
        return TimeWeights(self.recent_weeks, self.recent_year, self.period, self.from_period)


@dataclass(frozen=True, slots=True)
class Signals:
    """Arrays of one length, a place per candidate passage. BM25 scores are raw, 0 where not found; `cosine` is None when
    vectors take no part. `age_days` counts back from `today`, `days` and `today` are proleptic ordinals; NaN for an undated
    article. `of_outlet` is 1 for a passage of the outlet that the question names."""

    passage_words: Floats
    article_words: Floats
    cosine: Floats | None
    age_days: Floats
    days: Floats
    today: int
    of_outlet: Floats


def likeness(signals: Signals, weights: Weights) -> Floats:
    """BM25 divided by its best, cosine as it is."""
    score = weights.passage_words * _by_best(signals.passage_words) + weights.article_words * _by_best(signals.article_words)
    if signals.cosine is not None:
        score = score + weights.vectors * signals.cosine
    return np.asarray(score, np.float64)


def standing(signals: Signals, weights: Weights, wish: Wish) -> Floats:
    """What speaks for a passage whatever it says: its article's day, and its outlet where one is named."""
    return np.asarray(recency(signals, weights, wish) + weights.outlet * signals.of_outlet, np.float64)


def recency(signals: Signals, weights: Weights, wish: Wish) -> Floats:
    """What an article's day says for a passage."""
    return time_prior(signals.age_days, signals.days, signals.today, wish, weights.of_time)


def _by_best(scores: Floats) -> Floats:
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores
