"""The first passages once more, each having been read with the question: what relevance counts, and recency beside it.

A question without a date is of the last weeks or of any time. Where the last weeks hold a passage about as like the question as the
best of all, it is taken as theirs: recency counts in full, relevance little. Else the story is older: recency counts for a passage as
far as this belongs to the story, and relevance more. What a question says of time itself is never weakened.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.retrieval.fusion import Weights
from app.retrieval.time_prior import Floats, is_running, recency_at
from app.retrieval.wish import Wish

LATELY_DAYS = 60.0


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Chosen by hand among some sixty settings on half of RealTime QA 2022, searched by words alone (no vectors). hit@1 / MRR@10 of the
    other half's human-linked questions, before and with it: at the year's end 0.690/0.762 and 0.732/0.789, as of their date 0.887/0.935
    and 0.873/0.925.

    **With vectors it gains nothing there**, which is why none is the default: at the year's end 0.746/0.792 and 0.732/0.790, as of their
    date 0.873/0.921 and 0.859/0.912. Tuned anew with vectors (training/tune_second_look.py, three seeds): 0.704 to 0.732 and 0.859.
    A head of its own for relevance, trained for 58 minutes of a core on 31,000 groups of a question, a passage that answers it and four
    that look like it, put the first 24 in a better order than the reader does when it stands alone (MRR@10 0.71 against 0.64), and with
    everything else gained nothing either (0.746/0.791, 0.873/0.921): it is not part of Dateline. One of these 71 questions is 0.014.

    `relevant`, `relevant_of_old`: the weight of relevance where the last weeks hold what is asked, and where they do not. `like`,
    `as_like`: shares of the best likeness that the last weeks must hold to hold it at all, and surely. `stray`, `of_the_story`: shares of
    the best likeness, relevance counted in, below which a passage is of another story, and from which on it surely is of this one.
    """

    relevant: float = 0.05
    relevant_of_old: float = 0.3
    like: float = 0.7
    as_like: float = 0.9
    stray: float = 0.4
    of_the_story: float = 0.8


@dataclass(frozen=True, slots=True)
class Looked:
    """Arrays of one length, a place per passage: the first stage's `score`, how much of it is `recency`, and `relevance`, 0 to 1."""

    score: Floats
    recency: Floats
    relevance: Floats


def gains(looked: Looked, timed: bool, look: SecondLook, weights: Weights) -> Floats:
    """What each score gains, or loses of its recency. `timed`: the question says itself which days it is of."""
    likeness = looked.score - looked.recency
    lately = 1.0 if timed else held_lately(likeness, looked.recency, look, weights)
    relevant = (look.relevant * lately + look.relevant_of_old * (1 - lately)) * looked.relevance
    told = likeness + look.relevant_of_old * looked.relevance
    of_another = 1 - _up_to(told, told, look.stray, look.of_the_story)
    return np.asarray(relevant - (1 - lately) * of_another * looked.recency, np.float64)


def held_lately(likeness: Floats, recency: Floats, look: SecondLook, weights: Weights) -> float:
    """How surely (0 to 1) the last weeks hold what is asked: by the likest passage of theirs beside the likest of all."""
    lately = likeness[recency >= recency_at(LATELY_DAYS, weights.of_time)]
    return float(_up_to(lately.max(initial=0.0), likeness, look.like, look.as_like))


def minds_time(wish: Wish, today: int | None = None) -> bool:
    """Whether the question says of itself when. "This week" does not: it is what recency prefers already. `today` is a proleptic
    ordinal; without it any period counts."""
    period = wish.period is not None and not (today is not None and is_running(wish.period, today))
    return period or wish.newest or wish.first or wish.change


def _up_to(values: Floats | float, likeness: Floats, low: float, high: float) -> Floats:
    """How far, 0 to 1, values lie between two shares of the best likeness."""
    best = likeness.max(initial=0.0)
    if best <= 0:
        return np.ones_like(values)
    return np.asarray(np.clip((values / best - low) / (high - low), 0.0, 1.0), np.float64)
