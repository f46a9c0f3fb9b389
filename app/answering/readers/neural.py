"""The neural reader: where in the passages the answer stands, word for word, and how surely it stands there at all."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.answering.readers.agreement import AgreedValue, Found, Mix, rank_values
from app.answering.readers.copies import merge_copies
from app.answering.readers.kinds import echoes, places_of_kind
from app.answering.readers.linear import UNKNOWN_COSINE, contexts_of
from app.answering.readers.linear_features import sentence_features
from app.answering.readers.linear_weights import weights
from app.answering.readers.neural_probability import features, probability
from app.answering.readers.reading import Reading, Readings
from app.answering.readers.span_model import Floats, Input, ReaderTokenizer, build, load_weights, padded, span_scores
from app.answering.readers.unfit import is_unfit
from app.article import Sentence, Span
from app.encoding.sentence_transformer import number_type
from app.errors import DatelineError
from app.retrieval.profile import QuestionProfile
from app.retrieval.retriever import Ranked

WEIGHTS = Path(__file__).with_name("reader.safetensors")
PASSAGES = 16
"""Passages read for an answer."""
BATCH = 8
"""Passages a forward pass, of like length: padding costs more than passes."""
KIND_LEAD = 3.0
"""Set by hand: a logit in which a factor of 20 is small beside "Who?" answered with a date."""
_EDGES = " \t\n\r\u00a0\"“”'‘’`,.;:!?–—-"
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.)+$")


@dataclass(frozen=True, slots=True)
class PassageScores:
    """For each token of a passage its start and end score less that of "not here", and its characters in the passage."""

    start: Floats
    end: Floats
    offsets: Sequence[tuple[int, int]]


class SpanScorer:
    """The network, loaded once. Thread safe: a lock serialises calls."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        """Raises DatelineError if the weights are not there or are another model's."""
        import torch
        from safetensors import SafetensorError
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        self._torch = torch
        self._tokenize = ReaderTokenizer()
        model = build(number_type())
        try:
            load_weights(model, path)
        except (OSError, KeyError, RuntimeError, SafetensorError) as error:
            first = str(error).strip().splitlines()[0]
            raise DatelineError(f"the reader's weights {path} cannot be used: {first}.", "Check Dateline out anew.") from None
        model.span.float()
        self._model = model.eval()
        self._lock = threading.Lock()

    def __call__(self, question: str, passages: Sequence[tuple[str, str]]) -> list[PassageScores]:
        """Scores of each (title, passage)."""
        inputs = [self._tokenize(question, title, text) for title, text in passages]
        order = sorted(range(len(inputs)), key=lambda i: len(inputs[i].ids))
        found: dict[int, PassageScores] = {}
        for at in range(0, len(order), BATCH):
            part = order[at : at + BATCH]
            found.update(zip(part, self._batch([inputs[i] for i in part]), strict=True))
        return [found[i] for i in range(len(inputs))]

    def _batch(self, inputs: Sequence[Input]) -> list[PassageScores]:
        torch = self._torch
        with self._lock, torch.inference_mode():
            scores = self._model(*(torch.from_numpy(part) for part in padded(inputs))).numpy()
        out = []
        for one, row in zip(inputs, scores, strict=True):
            tokens = row[one.first : one.first + len(one.offsets)] - row[0]
            out.append(PassageScores(tokens[:, 0], tokens[:, 1], one.offsets))
        return out


class NeuralReader:
    """Finds spans; see docs/reader.md for what it was trained on and how it was measured."""

    name = "neural"

    def __init__(self, scorer: SpanScorer | None = None, mix: Mix | None = None) -> None:
        self._score = scorer or SpanScorer()
        self._mix = mix or Mix()

    def read(self, asked: QuestionProfile, ranked: Sequence[Ranked]) -> Readings:
        """The best span of each sentence of the best passages: first one of what most articles say."""
        read = ranked[:PASSAGES]
        scored = self._score(asked.text, [(passage.article.title, passage.text) for passage in read])
        found = find_spans(asked, read, scored)
        if not found:
            return Readings([], 0.0)
        values = rank_values(found, self._mix)
        return Readings(readings_of(values), round(probability(features(asked, values)), 4))


def readings_of(values: Sequence[AgreedValue]) -> list[Reading]:
    """The spans of all values, those of the most agreed first; a sentence that stands in several articles once."""
    return merge_copies(
        Reading(one.passage.article, one.sentence, one.span, value.strength, value=place)
        for place, value in enumerate(values)
        for one in value.found
    )


def find_spans(asked: QuestionProfile, read: Sequence[Ranked], scored: Sequence[PassageScores]) -> list[Found]:
    """The best span within each sentence that can stand as an answer, with what speaks for its sentence and passage."""
    places, contexts = contexts_of(read, len(read))
    linear = sentence_features(asked, contexts, np.full((len(contexts), 2), UNKNOWN_COSINE, np.float32))
    likeness = weights().scores(linear)
    top = likeness.max(initial=-np.inf)
    beside = {
        (article.id, span.start): (float(like - top), context.recent, float(like))
        for (article, span), like, context in zip(places, likeness, contexts, strict=True)
    }
    best = max((passage.score for passage in read), default=0.0)
    out = []
    for passage, scores in zip(read, scored, strict=True):
        share = passage.score / best if best > 0 else 0.0
        for sentence, span, lead, fits in spans_of(asked, passage, scores):
            echo = echoes(asked, passage.article.text[span.start : span.end])
            less, recent, liked = beside[passage.article.id, sentence.start]
            out.append(Found(passage, sentence, span, lead, share, less, recent, fits, echo, liked))
    return out


def spans_of(asked: QuestionProfile, passage: Ranked, scores: PassageScores) -> Iterator[tuple[Sentence, Span, float, bool]]:
    """Each sentence of a passage that can stand as an answer, its best span, that span's lead over "not here", and whether it is
    of the kind asked for; one that is goes before one that leads it by less than KIND_LEAD."""
    base, text = passage.stored.passage.start, passage.article.text
    starts = np.array([a for a, _ in scores.offsets], np.int64)
    ends = np.array([b for _, b in scores.offsets], np.int64)
    for sentence in passage.stored.passage.sentences:
        first, last = np.searchsorted(starts, sentence.start - base), np.searchsorted(ends, sentence.end - base, side="right")
        if last <= first or is_unfit(text[sentence.start : sentence.end]):
            continue
        grid = span_scores(scores.start[first:last], scores.end[first:last])
        fits = _of_kind(asked, text[sentence.start : sentence.end], starts[first:last] - (sentence.start - base))
        a, b = divmod(int((grid + np.where(fits, np.float32(KIND_LEAD), np.float32(0))).argmax()), grid.shape[1])
        span = trimmed(text, base + scores.offsets[first + a][0], base + scores.offsets[first + b][1], sentence)
        if span is not None:
            yield sentence, span, float(grid[a, b]), bool(fits[a, b])


def _of_kind(asked: QuestionProfile, sentence: str, starts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """For each span of tokens, (tokens, tokens), whether it holds something of the kind asked for."""
    places = places_of_kind(asked, sentence)
    if places is None:
        return np.ones((len(starts), len(starts)), bool)
    inside = np.zeros(len(starts), bool)
    for place in places:
        inside |= (starts >= place.start) & (starts < place.end)
    before = np.concatenate([[0], np.cumsum(inside)])
    held: npt.NDArray[np.bool_] = before[None, 1:] - before[:-1, None] > 0
    return held


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
