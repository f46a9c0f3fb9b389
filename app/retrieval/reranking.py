"""The first places weighed again by what their passages say, which is too dear to read of every candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.retrieval.closeness import closeness
from app.retrieval.fusion import Weights
from app.retrieval.time_prior import Floats, day_fit, days_away, is_running
from app.retrieval.timing import lateness, of_the_story, period_fit
from app.retrieval.wish import Wish

RERANKED = 60
"""Places read again."""
_QUOTES = str.maketrans("“”„«»‘’`", '"""""\'\'\'')


@dataclass(frozen=True, slots=True)
class Place:
    """A passage near the top: its sentences, its article's title and day, and the likeness that brought it here."""

    text: str
    sentences: Sequence[str]
    title: str
    day: date | None
    likeness: float


@dataclass(frozen=True, slots=True)
class Gains:
    """What each place gains, and how well it fits the period that is named (0 to 1; 0 where none is)."""

    gain: Floats
    period_fit: Floats


def weigh_again(question: str, places: Sequence[Place], today: int, wish: Wish, weights: Weights) -> Gains:
    """What the places say: the question's words close together, dates within the period, phrases word for word; and of the
    story asked about the newest or the oldest, where that is asked for. Nothing is left out."""
    close = closeness(question, [place.sentences for place in places])
    gain = weights.closeness * close
    fit = np.zeros(len(places))
    if wish.period is not None:
        fit = np.array([period_fit(wish.period, place.day, place.text) for place in places], np.float64)
        if not is_running(wish.period, today):
            days = np.array([place.day.toordinal() if place.day else np.nan for place in places], np.float64)
            by_day = np.nan_to_num(day_fit(days_away(wish.period, days)))
            gain = gain + weights.period * wish.period.sure**2 * (fit - by_day)
    if wish.phrases:
        gain = gain + weights.phrase * np.array([_held(place, wish.phrases) for place in places])
    if wish.newest != wish.first:
        story = of_the_story(np.array([place.likeness for place in places], np.float64) + weights.closeness * close)
        late = lateness([place.day for place in places], story)
        gain = gain + story * (weights.newest * late if wish.newest else weights.oldest * (1 - late))
    return Gains(np.asarray(gain, np.float64), fit)


def _held(place: Place, phrases: Sequence[str]) -> float:
    """The share of the phrases that stand in the passage or its title, whatever their case and quotation marks."""
    text = plain(f"{place.title}\n{place.text}")
    return sum(plain(phrase) in text for phrase in phrases) / len(phrases)


def plain(text: str) -> str:
    """For comparison word for word: one kind of quotation mark and of space, no case."""
    return " ".join(text.translate(_QUOTES).casefold().split())
