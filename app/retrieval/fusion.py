"""Several scores made one: normalised, weighted, with a prior that favours recent articles twice over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SECONDS_A_DAY = 86_400.0
WEEKS_DAYS, YEAR_DAYS = 14.0, 365.0
"""The two decays. One steep decay helps only this week's questions; the flat one also serves a reader of an archive."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Of each part of the score. Chosen by training/tune_fusion.py on half of RealTime QA 2022; on the other half, hit@1
    and MRR@10 of the human-linked questions were 0.873 and 0.929 as of their date, 0.704 and 0.761 as of the year's end."""

    passage_words: float = 0.57
    article_words: float = 0.39
    vectors: float = 0.21
    recent_weeks: float = 0.40
    recent_year: float = 0.45


@dataclass(frozen=True, slots=True)
class Parts:
    """Arrays of one length, a place per candidate passage. BM25 scores are raw, 0 where not found;
    `cosine` is None when vectors take no part; `age_days` is NaN for an undated article."""

    passage_words: Floats
    article_words: Floats
    cosine: Floats | None
    age_days: Floats


def fuse(parts: Parts, weights: Weights) -> Floats:
    """BM25 divided by its best, cosine as it is; an undated article gets no prior."""
    score = weights.passage_words * _by_best(parts.passage_words) + weights.article_words * _by_best(parts.article_words)
    if parts.cosine is not None:
        score = score + weights.vectors * parts.cosine
    age = np.maximum(parts.age_days, 0.0)
    prior = weights.recent_weeks * np.exp(-age / WEEKS_DAYS) + weights.recent_year * np.exp(-age / YEAR_DAYS)
    return np.asarray(score + np.nan_to_num(prior, nan=0.0), np.float64)


def _by_best(scores: Floats) -> Floats:
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores
