"""Whether what is said is said as a fact, as coming or as possible."""

from __future__ import annotations

from collections.abc import Iterator

from app.support.doubt import Doubt
from app.support.negation import name_stems
from app.support.source import Piece
from app.text.tables import word_set

_MAYBE = word_set(
    "may might could perhaps possibly possible maybe probably consider considers considered considering propose proposes proposed proposal "
    "if whether unless likely unlikely potentially potential allegedly reportedly apparently seems appears rumoured suspected hope hopes "
    "hoped explore exploring weigh weighing discuss discussing recommend recommends recommended ask asks asked asking ought offer offers "
    "offered fear fears feared"
)
_COMING = word_set(
    "will would shall should must plan plans planned planning expect expects expected expecting intend intends intended due pledge pledged "
    "pledges promise promised promises aim aims aimed want wants wanted set going vow vowed"
)

_SCOPE = 4
_DROPPED = {(2, 0): 0.3, (2, 1): 0.45, (1, 0): 0.45, (0, 2): 0.9}
"""What support is multiplied by when the source says (first) and the claim says (second); see `_levels`."""
_AROUND = 0.6
"""The same where the word is near the hedge in the source but not the verb that it hedges."""


def modality_doubts(claim: Piece, window: Piece) -> Iterator[Doubt]:
    """A claim that is more certain than its window, or less, or leaves its condition out."""
    names = name_stems(claim)
    mine, theirs = _Levels(claim), _Levels(window)
    worst = 1.0
    for one, level in mine.of.items():
        if one in theirs.of and one not in names:
            # A hedge anywhere in the claim may cover the word through a longer clause than the scope sees.
            factor = _DROPPED.get((theirs.of[one], max(level, mine.most) if theirs.of[one] > level else level), 1.0)
            worst = min(worst, factor if one in theirs.verbs else max(factor, _AROUND))
    if worst < 1:
        yield Doubt(worst, "the claim is more certain than the source" if worst < 0.9 else "the claim is less certain than the source")


class _Levels:
    """`of`: how certain each stem is said to be: 0 as a fact, 1 as coming, 2 as possible; the strongest reading counts. `most`: the
    highest level of any word, `verbs`: the stems right behind a hedge."""

    def __init__(self, piece: Piece) -> None:
        self.of: dict[str, int] = {}
        self.verbs: set[str] = set()
        self.most = 0
        live: list[tuple[int, int, int]] = []
        first = False
        months = [date for date in piece.dates if date.month]
        words = piece.tokens
        for index, word in enumerate(words):
            level = 2 if word.low in _MAYBE else 1 if word.low in _COMING else 0
            # "who asked not to be named" hedges nothing that he says.
            if word.low == "asked" and index + 1 < len(words) and words[index + 1].low == "not":
                level = 0
            if level and not any(date.start <= word.start < date.end for date in months):
                live.append((level, _SCOPE, word.clause))
                self.most, first = max(self.most, level), True
                continue
            if word.stem is None:
                continue
            live = [one for one in live if one[1] > 0 and one[2] == word.clause]
            self.of[word.stem] = min(self.of.get(word.stem, 2), max((one[0] for one in live), default=0))
            if live and first:
                self.verbs.add(word.stem)
            live, first = [(level, left - 1, clause) for level, left, clause in live], False
