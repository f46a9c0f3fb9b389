"""The spans of a passage that can stand as the answer: of each sentence the best, and each figure or day of it alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.answering.readers.counted import BARE, counts
from app.answering.readers.kinds import places_of_kind
from app.answering.readers.unfit import is_unfit
from app.article import Sentence, Span
from app.encoding.pairs import Floats
from app.encoding.span_model import span_scores
from app.encoding.span_scorer import PassageScores
from app.retrieval.profile import QuestionProfile
from app.retrieval.retriever import Ranked
from app.text.numbers import Number

KIND_LEAD = 3.0
"""Set by hand: a logit in which a factor of 20 is small beside "Who?" answered with a date."""
COUNTED_LEAD = 2.0
"""More for a figure that counts the thing asked for, less for one that counts another. Set by hand, within the above."""
_EDGES = " \t\n\r\u00a0\"“”'‘’`,.;:!?–—-"
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.)+$")


@dataclass(frozen=True, slots=True)
class SpanFound:
    """A span with its lead over "not here", whether it is of the kind asked for, what its figure counts (counted.py), and whether it
    is the best of its sentence."""

    sentence: Sentence
    span: Span
    lead: float
    fits: bool
    counted: float
    best: bool


def spans_of(asked: QuestionProfile, passage: Ranked, scores: PassageScores) -> Iterator[SpanFound]:
    """Of each sentence that can stand as an answer its best span (one that is of the kind asked for goes before one that leads it by
    less than KIND_LEAD), then, where it has several figures or days, the best span around each alone."""
    base, text = passage.stored.passage.start, passage.article.text
    offsets = np.array(scores.offsets, np.int64).reshape(-1, 2) + base
    for sentence in passage.stored.passage.sentences:
        first = int(np.searchsorted(offsets[:, 0], sentence.start))
        last = int(np.searchsorted(offsets[:, 1], sentence.end, side="right"))
        if last > first and not is_unfit(text[sentence.start : sentence.end]):
            grid = span_scores(scores.start[first:last], scores.end[first:last])
            yield from _in_sentence(asked, text, sentence, offsets[first:last], grid)


def _in_sentence(
    asked: QuestionProfile, text: str, sentence: Sentence, offsets: npt.NDArray[np.int64], grid: Floats
) -> Iterator[SpanFound]:
    """`offsets` [tokens, 2] are characters of the article, `grid` the scores of all spans of these tokens."""
    words = text[sentence.start : sentence.end]
    places = places_of_kind(asked, words)
    held = _holding(places, offsets[:, 0] - sentence.start)
    counted = [counts(asked, words, place) if isinstance(place, Number) else BARE for place in places or ()]
    tops = [_top(grid + _favour(held, counted, grid.shape))]
    if len(held) > 1:
        together = np.sum(held, axis=0)
        tops += [_top(np.where(one & (together == 1), grid, np.float32(-1e9))) for one in held]
    for at in dict.fromkeys(tops):
        span = trimmed(text, int(offsets[at[0], 0]), int(offsets[at[1], 1]), sentence)
        if span is not None and grid[at] > -1e8:
            inside = [what for what, one in zip(counted, held, strict=True) if one[at]]
            fits = places is None or bool(inside)
            yield SpanFound(sentence, span, float(grid[at]), fits, max(inside, default=BARE), at == tops[0])


def _top(grid: Floats) -> tuple[int, int]:
    a, b = divmod(int(grid.argmax()), grid.shape[1])
    return a, b


def _holding(places: Sequence[Span] | None, starts: npt.NDArray[np.int64]) -> list[npt.NDArray[np.bool_]]:
    """For each place of the kind asked for, which spans of tokens hold its beginning: (tokens, tokens)."""
    out = []
    for place in places or ():
        inside = (starts >= place.start) & (starts < place.end)
        before = np.concatenate([[0], np.cumsum(inside)])
        out.append(before[None, 1:] - before[:-1, None] > 0)
    return out


def _favour(held: Sequence[npt.NDArray[np.bool_]], counted: Sequence[float], shape: tuple[int, ...]) -> Floats:
    """What a span gains by what it holds."""
    lead = np.zeros(shape, np.float32)
    for one, what in zip(held, counted, strict=True):
        lead = np.maximum(lead, np.where(one, np.float32(KIND_LEAD + COUNTED_LEAD * 2 * (what - BARE)), np.float32(0)))
    return lead


def trimmed(text: str, start: int, end: int, sentence: Span) -> Span | None:
    """The span to whole words and figures of its sentence, without quotation marks, stops, lone brackets or white space at its
    ends; None if nothing is left."""
    while end < sentence.end and _joins(text, end):
        end += 1
    while start > sentence.start and _joins(text, start):
        start -= 1
    while start < end and _drops_first(text[start:end]):
        start += 1
    while start < end and _drops_last(text[start:end]):
        end -= 1
    return Span(start, end) if start < end else None


def _joins(text: str, at: int) -> bool:
    """Whether the place between two characters lies inside a word or a figure."""
    before, after = text[at - 1], text[at : at + 2]
    if before.isalnum() and after[:1].isalnum():
        return True
    inside = before in ",." and at > 1 and text[at - 2].isdigit() and after[:1].isdigit()
    return inside or (before.isdigit() and after[:1] in (",", ".") and after[1:].isdigit())


def _drops_first(words: str) -> bool:
    first = words[0]
    if first in "(«[":
        return not any(closer in words for closer in ")»]")
    return first in _EDGES and not (first in "-–." and words[1:2].isdigit())


def _drops_last(words: str) -> bool:
    last = words[-1]
    if last in ")»]":
        return not any(opener in words for opener in "(«[")
    return last in _EDGES and not (last == "." and _INITIALS.search(words) is not None)
