"""The judge that comes with Dateline (judge_model.py), loaded once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.encoding.pairs import padded
from app.encoding.trained_weights import load_network
from app.stopping import heed_stop
from app.support.judge import Unsaid, Verdict
from app.support.judge_model import JudgeTokenizer, Pair, build

WEIGHTS = Path(__file__).with_name("judge.safetensors")
BATCH = 16
"""Pairs a forward pass, of like length."""
DOUBTED = 3
"""Words of the claim that are told as most in doubt."""


class PackagedJudge:
    """Thread safe: a lock serialises calls."""

    name = "packaged"

    def __init__(self, path: Path = WEIGHTS) -> None:
        """Raises DatelineError if the weights are not there or are another model's."""
        import torch

        self._torch = torch
        self._tokenize = JudgeTokenizer()
        self._model = load_network(build, path, "the judge's", ("verdict", "unsaid"))
        self._lock = threading.Lock()

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        """One verdict for each (claim sentence, window of the source)."""
        inputs = [self._tokenize(claim, window) for claim, window in pairs]
        order = sorted(range(len(inputs)), key=lambda i: len(inputs[i].ids))
        found: dict[int, Verdict] = {}
        for at in range(0, len(order), BATCH):
            part = order[at : at + BATCH]
            found.update(zip(part, self._batch([inputs[i] for i in part], [pairs[i][0] for i in part]), strict=True))
        return [found[i] for i in range(len(inputs))]

    def _batch(self, inputs: Sequence[Pair], claims: Sequence[str]) -> list[Verdict]:
        torch = self._torch
        with self._lock, torch.inference_mode():
            heed_stop()  # the wait for the lock may have been long
            verdicts, tokens = self._model(*(torch.from_numpy(part) for part in padded([one.ids for one in inputs])))
            shares, unsaid = verdicts.softmax(1).numpy(), tokens.sigmoid().numpy()
        return [
            Verdict(float(yes), float(no), float(silent), doubted(claim, pair.offsets, row[1 : 1 + len(pair.offsets)]))
            for (yes, no, silent), row, pair, claim in zip(shares, unsaid, inputs, claims, strict=True)
        ]


def doubted(claim: str, offsets: Sequence[tuple[int, int]], chances: np.ndarray) -> tuple[Unsaid, ...]:
    """The words in most doubt, whole (word pieces joined, the worst piece counts), the worst first."""
    words: list[Unsaid] = []
    for (start, end), chance in zip(offsets, chances.tolist(), strict=True):
        if words and words[-1].end == start and claim[start : start + 1].isalnum() and claim[start - 1].isalnum():
            last = words[-1]
            words[-1] = Unsaid(last.start, end, max(last.probability, chance))
        elif any(letter.isalnum() for letter in claim[start:end]):
            words.append(Unsaid(start, end, chance))
    return tuple(sorted(words, key=lambda word: -word.probability)[:DOUBTED])
