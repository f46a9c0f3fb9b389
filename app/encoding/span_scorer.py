"""The reading network at work. What it has read of a question is kept a while: reader and reranker ask for the same passages."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.encoding.pairs import Floats, padded
from app.encoding.span_model import Input, ReaderTokenizer, build
from app.encoding.trained_weights import load_network
from app.stopping import heed_stop

BATCH = 8
"""Passages a forward pass, of like length: padding costs more than passes."""
KEPT_QUESTIONS = 8
"""Whose passages are kept: those asked at one time, each perhaps in two ways."""
KEPT_PASSAGES = 64
"""Of one question, the last that were read; about 15 kB each."""

Passage = tuple[str, str]
"""Title and text."""


@dataclass(frozen=True, slots=True)
class PassageScores:
    """For each token of a passage its start and end score less that of "not here", and its characters in the passage."""

    start: Floats
    end: Floats
    offsets: Sequence[tuple[int, int]]


class SpanScorer:
    """The network, loaded once. Thread safe: a lock serialises its passes."""

    def __init__(self, path: Path) -> None:
        """Raises DatelineError if the weights are not there or are another model's."""
        import torch

        self._torch = torch
        self._tokenize = ReaderTokenizer()
        self._model = load_network(build, path, "the reader's", ("span",))
        self._lock = threading.Lock()
        self._kept = _Kept()

    def __call__(self, question: str, passages: Sequence[Passage]) -> list[PassageScores]:
        """Scores of each (title, passage). Only what is not kept from before goes through the network."""
        found = self._kept.of(question, passages)
        missing = [one for one in dict.fromkeys(passages) if one not in found]
        inputs = [self._tokenize(question, title, text) for title, text in missing]
        order = sorted(range(len(inputs)), key=lambda i: len(inputs[i].ids))
        for at in range(0, len(order), BATCH):
            heed_stop()
            part = order[at : at + BATCH]
            read = self._batch([inputs[i] for i in part])
            found.update(zip([missing[i] for i in part], read, strict=True))
        self._kept.keep(question, {one: found[one] for one in missing})
        return [found[one] for one in passages]

    def _batch(self, inputs: Sequence[Input]) -> list[PassageScores]:
        torch = self._torch
        with self._lock, torch.inference_mode():
            heed_stop()  # the wait for the lock may have been long
            scores = self._model(*(torch.from_numpy(part) for part in padded([one.ids for one in inputs]))).numpy()
        out = []
        for one, row in zip(inputs, scores, strict=True):
            tokens = row[one.first : one.first + len(one.offsets)] - row[0]
            out.append(PassageScores(tokens[:, 0], tokens[:, 1], one.offsets))
        return out


class _Kept:
    """The last passages read of the last questions. Thread safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._questions: OrderedDict[str, OrderedDict[Passage, PassageScores]] = OrderedDict()

    def of(self, question: str, passages: Sequence[Passage]) -> dict[Passage, PassageScores]:
        """Those of the passages that are kept."""
        with self._lock:
            kept = self._questions.get(question)
            return {one: kept[one] for one in passages if one in kept} if kept else {}

    def keep(self, question: str, read: dict[Passage, PassageScores]) -> None:
        with self._lock:
            kept = self._questions.setdefault(question, OrderedDict())
            self._questions.move_to_end(question)
            kept.update(read)
            while len(kept) > KEPT_PASSAGES:
                kept.popitem(last=False)
            while len(self._questions) > KEPT_QUESTIONS:
                self._questions.popitem(last=False)


_loading = threading.Lock()


def load_scorer(path: Path) -> SpanScorer:
    """The network with these weights, one a process: whoever reads with it shares what it has read. Raises DatelineError."""
    with _loading:  # two that ask at once must not load it twice
        return _loaded(path)


@cache
def _loaded(path: Path) -> SpanScorer:
    return SpanScorer(path)
