"""Whether a source carries a claim: where, how surely, and if not, why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from app.support.facts import fact_doubts
from app.support.polarity import polarity_doubts
from app.support.score import QUOTED, closeness, features
from app.support.source import Piece, Source, Window, read_source
from app.text.sentences import split_sentences

if TYPE_CHECKING:
    import numpy as np

    Encode = Callable[[Sequence[str]], np.ndarray]

SUPPORTED_AT = 0.7
"""Let a model's wording in only at this support or above.

At this value each of the three fitted sets (see score.py) has a precision of 0.90 or more with words alone (300
rows each). Held out, precision and share of the true claims let in, words alone (300 rows) and with MiniLM (150):
HaluEval QA 0.86, 0.96 and 0.86, 0.93; Fool Me Twice 0.71, 0.03 and 0.67, 0.03; SummEdits 0.53, 0.23 and 0.61, 0.25.
So it refuses most free paraphrase, and it misses an edit that swaps one ordinary noun for another: show the quote too.
"""

CANDIDATES = 12
"""Windows of a source that are looked at closely for each sentence of a claim; the rest lose on shared words."""

RIVAL = 0.7
"""A window counts if it shares this part of what the best one shares with the claim, or is nearest in meaning."""

REMEMBERED = 4_000
"""Sentence vectors kept for the next claim on the same articles, 1.5 kB each."""

_NEGATIVE_FRAME = re.compile(
    r"\b(?:not|never|no|den(?:y|ies|ied)|reject\w*|refus\w*|false\w*|if|unless|whether|without|hardly|rul\w+ out)\b|n['’]t\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Support:
    """`support` 0 to 1; `source[start:end]` carries the claim best (0, 0 for an empty source); why it is not 1."""

    support: float
    start: int
    end: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence of a claim against one window: how close (`values`, see FEATURES) and what its failed checks leave."""

    window: Window
    values: tuple[float, ...]
    factor: float
    reasons: tuple[str, ...]

    @property
    def support(self) -> float:
        return closeness(self.values) * self.factor


class SupportChecker:
    """Checks claims against sources by words, figures, dates, names and negation; by meaning too with an encoder.

    `encode` takes texts and gives one row of norm 1 for each. Without it paraphrases score lower, nothing else changes.
    """

    def __init__(self, encode: Encode | None = None) -> None:
        self._encode = encode
        self._vectors: dict[str, np.ndarray] = {}

    def check(self, source: str, claim: str) -> Support:
        """How far `source` carries `claim`, which may be several sentences: the worst of them counts.

        The span is that of the best-supported sentence. A claim that stands in the source word for word has
        support 1, unless words outside the cut ("denied that …") turn it round.
        """
        if not claim.strip() or not source.strip():
            return Support(0.0, 0, len(source) if source.strip() else 0, ("there is nothing to check",))
        quote = _quoted(source, claim)
        if quote is not None:
            return Support(1.0, *quote)
        read = read_source(source)
        judged = [self.judge(read, claim[span.start : span.end]) for span in split_sentences(claim)]
        best = max(judged, key=lambda one: one.support)
        reasons = tuple(dict.fromkeys(reason for one in judged for reason in one.reasons))
        start, end = read.spans[best.window.first].start, read.spans[best.window.last].end
        return Support(min(one.support for one in judged), start, end, reasons)

    def judge(self, source: Source, sentence: str) -> Judged:
        """One claim sentence against the window of the source that carries it best."""
        quote = _quoted(source.text, sentence)
        if quote is not None:
            held = [index for index, span in enumerate(source.spans) if span.start < quote[1] and quote[0] < span.end]
            return Judged(Window(held[0], held[-1], 1.0), QUOTED, 1.0, ())
        claim = Piece(sentence)
        windows = source.windows(claim, CANDIDATES)
        cosines = self._cosines(source, sentence, windows)
        shared, near = windows[0].overlap, max((cosine for cosine in cosines if cosine is not None), default=2.0)
        judged = [
            _judge(claim, source, window, cosine)
            for window, cosine in zip(windows, cosines, strict=True)
            # A passage on something else must not save a claim that the right passage contradicts.
            if window.overlap >= RIVAL * shared or cosine == near
        ]
        return max(judged, key=lambda one: (one.support, one.window.overlap))

    def _cosines(self, source: Source, text: str, windows: Sequence[Window]) -> list[float | None]:
        """How near each window is to the claim in meaning; a pair by its better sentence. None without an encoder."""
        if self._encode is None:
            return [None] * len(windows)
        pieces = [[source.sentences[index].text for index in range(window.first, window.last + 1)] for window in windows]
        wanted = list(dict.fromkeys([text, *(sentence for piece in pieces for sentence in piece)]))
        known = {one: vector for one in wanted if (vector := self._vectors.get(one)) is not None}
        if unknown := [one for one in wanted if one not in known]:
            known |= dict(zip(unknown, self._encode(unknown), strict=True))
        if len(self._vectors) > REMEMBERED:
            self._vectors = {}
        self._vectors |= known
        return [max(float(known[sentence] @ known[text]) for sentence in piece) for piece in pieces]


def _judge(claim: Piece, source: Source, window: Window, cosine: float | None) -> Judged:
    passage = source.piece(window.first, window.last)
    near = source.piece(window.first - 1, window.last + 1)
    doubts = sorted((*fact_doubts(claim, passage, near, source.whole), *polarity_doubts(claim, passage)), key=lambda doubt: doubt.factor)
    values = tuple(features(claim, source, window, cosine))
    reasons = [doubt.reason for doubt in doubts]
    if closeness(values) < SUPPORTED_AT:
        reasons.append("no sentence of the source is close enough in meaning")
    return Judged(window, values, prod(doubt.factor for doubt in doubts), tuple(reasons))


def _quoted(source: str, claim: str) -> tuple[int, int] | None:
    """Where the claim stands in the source word for word, white space and its last stop aside."""
    words = claim.strip().rstrip(".").split()
    if not words:
        return None
    pattern = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words) + r"(?![\w%]|[.,]\d)"
    found = re.search(pattern, source)
    if found is None:
        return None
    start, end = found.span()
    for span in read_source(source).spans:
        if span.start < start < span.end and _NEGATIVE_FRAME.search(source, span.start, start):
            return None
    return start, end
