"""Whether a source carries a claim: where, how surely, and if not, why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from app.errors import Unavailable
from app.support.attribution import attribution_doubts
from app.support.causes import cause_doubts
from app.support.doubt import Doubt
from app.support.facts import fact_doubts
from app.support.judge import Judge, Verdict
from app.support.polarity import polarity_doubts
from app.support.score import QUOTED, Signals, better, closeness, is_shortened, logit, meaning, support
from app.support.source import Piece, Source, Window, read_source
from app.support.statements import statements
from app.text.sentences import split_sentences

if TYPE_CHECKING:
    import numpy as np

    Encode = Callable[[Sequence[str]], np.ndarray]

SUPPORTED_AT = 0.7
"""Let a model's wording in only at this support or above."""

CANDIDATES = 12
"""Windows of a source that are looked at closely for each sentence of a claim; the rest lose on shared words."""

RIVAL = 0.7
"""A window counts if it shares this part of what the best one shares with the claim, or is nearest in meaning."""

JUDGED = 3
"""Windows that stay in question for a sentence of a claim once a judge has read it; the rest lose by the rules."""

WHOLE_WORDS = 165
"""A source of so few words the judge reads whole, within its 256 tokens: beside half of it what the other half takes back looks true."""

WIDE = 3
"""Sentences on both sides of the best window, which the judge reads with it of a longer source."""

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
    """One sentence of a claim against one window: what it is judged by, and why it may not hold."""

    window: Window
    signals: Signals
    reasons: tuple[str, ...]

    @property
    def support(self) -> float:
        return support(self.signals)


@dataclass(slots=True)
class _Sentence:
    """A claim sentence and the windows of a source that may carry it."""

    text: str
    source: Source
    judged: list[Judged]

    @property
    def best(self) -> Judged:
        return max(self.judged, key=lambda one: (one.support, one.window.overlap))


@dataclass(frozen=True, slots=True)
class _Texts:
    """What the judge reads for a claim sentence, pairs of claim and text: all of it, and each statement of several."""

    whole: list[tuple[str, str]]
    parts: list[tuple[str, str]]


def _to_read(one: _Sentence) -> _Texts:
    """The source as it is, if it is short; else what is gathered for the claim, and the neighbourhood of the window that is best by rule.
    Drops the windows that can no longer win."""
    one.judged = sorted(one.judged, key=lambda judged: (-judged.support, -judged.window.overlap))[:JUDGED]
    parts = [one.text[span.start : span.end] for span in statements(one.text)]
    short = len(one.source.text.split()) <= WHOLE_WORDS
    best = one.judged[0].window

    def shown(claim: str) -> str:
        return one.source.text if short else one.source.gathered(Piece(claim))

    near = [] if short else [one.source.piece(best.first - WIDE, best.last + WIDE).text]
    whole = [(one.text, text) for text in (shown(one.text), *near)]
    return _Texts(whole, [(part, shown(part)) for part in parts] if len(parts) > 1 else [])


class SupportChecker:
    """Checks claims against sources by words, figures, dates, names and negation; by meaning too with an encoder or a judge.

    `encode` takes texts and gives one row of norm 1 for each. Without it paraphrases score lower; without a judge free wording does.
    """

    def __init__(self, encode: Encode | None = None, judge: Judge | None = None) -> None:
        # What the embedding tells of meaning the judge tells better, and the one is not to be waited for twice.
        self._encode = encode if judge is None else None
        self._judge = judge
        self._vectors: dict[str, np.ndarray] = {}

    def check(self, source: str, claim: str) -> Support:
        """How far `source` carries `claim`, which may be several sentences: the worst of them counts.

        The span is that of the best-supported sentence. A claim that stands in the source word for word has
        support 1, unless words outside the cut ("denied that …") turn it round.
        """
        return self.check_all([(source, claim)])[0]

    def check_all(self, pairs: Sequence[tuple[str, str]]) -> list[Support]:
        """`check` of each (source, claim), read together: models are several times faster on many texts at once."""
        plain = [_at_once(source, claim) for source, claim in pairs]
        cut = [
            [] if known else [(read_source(source), sentence) for sentence in claim_sentences(claim)]
            for known, (source, claim) in zip(plain, pairs, strict=True)
        ]
        judged = iter(self.judge([sentence for sentences in cut for sentence in sentences]))
        return [known or _together(sentences[0][0], [next(judged) for _ in sentences]) for known, sentences in zip(plain, cut, strict=True)]

    def judge(self, sentences: Sequence[tuple[Source, str]]) -> list[Judged]:
        """Each claim sentence against the window of its source that carries it best."""
        read = [_Sentence(text, source, list(_quoted_at(source, text))) for source, text in sentences]
        open_ones = [one for one in read if not one.judged]
        windows = [one.source.windows(Piece(one.text), CANDIDATES) for one in open_ones]
        for one, found, cosines in zip(open_ones, windows, self._cosines(open_ones, windows), strict=True):
            one.judged = _by_rules(one, found, cosines)
        if self._judge is not None:
            self._heard(open_ones)
        return [one.best for one in read]

    def _heard(self, sentences: Sequence[_Sentence]) -> None:
        """Put the judge's verdict beside what the rules found."""
        assert self._judge is not None
        read = [_to_read(one) for one in sentences]
        pairs = dict.fromkeys(pair for one in read for pair in (*one.whole, *one.parts))
        verdicts = dict(zip(pairs, self._judge(list(pairs)), strict=True))
        for one, texts in zip(sentences, read, strict=True):
            verdict, parts = better(*(verdicts[pair] for pair in texts.whole)), [verdicts[pair] for pair in texts.parts]
            one.judged = [_with(judged, verdict, parts, one.text) for judged in one.judged]

    def _cosines(self, sentences: Sequence[_Sentence], windows: Sequence[Sequence[Window]]) -> list[list[float | None]]:
        """How near each window is to its claim sentence in meaning; a pair by its better sentence. None without an encoder."""
        if self._encode is None:
            return [[None] * len(found) for found in windows]
        pieces = [
            [[one.source.sentences[index].text for index in range(window.first, window.last + 1)] for window in found]
            for one, found in zip(sentences, windows, strict=True)
        ]
        wanted = dict.fromkeys(
            text for one, found in zip(sentences, pieces, strict=True) for text in [one.text, *(s for p in found for s in p)]
        )
        known = {one: vector for one in wanted if (vector := self._vectors.get(one)) is not None}
        if unknown := [one for one in wanted if one not in known]:
            try:
                known |= dict(zip(unknown, self._encode(unknown), strict=True))
            except Unavailable:  # its server has just gone: the rules go on, stricter
                return [[None] * len(found) for found in windows]
        if len(self._vectors) > REMEMBERED:
            self._vectors = {}
        self._vectors |= known
        return [
            [max(float(known[sentence] @ known[one.text]) for sentence in piece) for piece in found]
            for one, found in zip(sentences, pieces, strict=True)
        ]


def claim_sentences(claim: str) -> list[str]:
    """The sentences of a claim. A question claims nothing: it stays with the answer behind it."""
    found: list[str] = []
    for span in split_sentences(claim):
        sentence = claim[span.start : span.end]
        if found and found[-1].endswith("?"):
            found[-1] += f" {sentence}"
        else:
            found.append(sentence)
    return found


def _at_once(source: str, claim: str) -> Support | None:
    """What needs no reading: nothing to check, or words that stand there."""
    if not claim.strip() or not source.strip():
        return Support(0.0, 0, len(source) if source.strip() else 0, ("there is nothing to check",))
    quote = _quoted(source, claim)
    return Support(1.0, *quote) if quote is not None else None


def _together(source: Source, judged: Sequence[Judged]) -> Support:
    best = max(judged, key=lambda one: one.support)
    reasons = tuple(dict.fromkeys(reason for one in judged for reason in one.reasons))
    start, end = source.spans[best.window.first].start, source.spans[best.window.last].end
    return Support(min(one.support for one in judged), start, end, reasons)


def _by_rules(one: _Sentence, windows: Sequence[Window], cosines: Sequence[float | None]) -> list[Judged]:
    claim = Piece(one.text)
    shared, near = windows[0].overlap, max((cosine for cosine in cosines if cosine is not None), default=2.0)
    return [
        _judge(claim, one.source, window, cosine)
        for window, cosine in zip(windows, cosines, strict=True)
        # A passage on something else must not save a claim that the right passage contradicts.
        if window.overlap >= RIVAL * shared or cosine == near
    ]


def _judge(claim: Piece, source: Source, window: Window, cosine: float | None) -> Judged:
    passage = source.piece(window.first, window.last)
    near = source.piece(window.first - 1, window.last + 1)
    facts = list(fact_doubts(claim, passage, near, source.whole))
    polarity = list(polarity_doubts(claim, passage))
    relations = [*attribution_doubts(claim, passage, near), *cause_doubts(claim, near)]
    signals = Signals(
        closeness(claim, source, window, cosine), _left(facts), _left(polarity), _left(relations), is_shortened(claim, passage)
    )
    reasons = [doubt.reason for doubt in sorted((*facts, *polarity, *relations), key=lambda doubt: doubt.factor)]
    if meaning(signals) < SUPPORTED_AT:
        reasons.append(NOT_CLOSE)
    return Judged(window, signals, tuple(reasons))


NOT_CLOSE = "no sentence of the source is close enough in meaning"


def _left(doubts: Sequence[Doubt]) -> float:
    return prod(doubt.factor for doubt in doubts)


def _with(judged: Judged, verdict: Verdict, parts: Sequence[Verdict], claim: str) -> Judged:
    """With what the judge says, and its reason where the rules have none."""
    worst = min((logit(part.supported) for part in parts), default=None)
    heard = replace(
        judged, signals=replace(judged.signals, verdict=verdict, parts=worst), reasons=tuple(r for r in judged.reasons if r != NOT_CLOSE)
    )
    if heard.support >= SUPPORTED_AT:
        return heard
    return replace(heard, reasons=(*heard.reasons, *_told(verdict, claim, bool(heard.reasons))))


def _told(verdict: Verdict, claim: str, known: bool) -> Iterator[str]:
    """The judge's reason in words."""
    words = [claim[word.start : word.end] for word in verdict.unsaid if word.probability >= 0.5]
    if verdict.contradicted >= max(verdict.supported, verdict.not_said):
        yield f"the source says otherwise{_at(words)}"
    elif verdict.not_said > verdict.supported:
        yield f"the source does not say this{_at(words)}"
    elif not known:
        yield "the source may not say all of this"


def _at(words: Sequence[str]) -> str:
    return f": see “{words[0]}”" if words else ""


def _quoted_at(source: Source, sentence: str) -> Iterator[Judged]:
    quote = _quoted(source.text, sentence)
    if quote is not None:
        held = [index for index, span in enumerate(source.spans) if span.start < quote[1] and quote[0] < span.end]
        yield Judged(Window(held[0], held[-1], 1.0), Signals(QUOTED), ())


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
