"""Who did it to whom."""

from __future__ import annotations

from collections.abc import Iterator

from app.support.doubt import Doubt
from app.support.source import Piece
from app.support.tokens import Token
from app.text.names import same_name
from app.text.tables import word_set

_TO_BE = word_set("was were been be is are being")
_HELPERS = _TO_BE | word_set("has have had having get gets got who which that")


def role_doubts(claim: Piece, window: Piece) -> Iterator[Doubt]:
    yield from _swapped(claim, window)
    yield from _voice(claim, window)


def _swapped(claim: Piece, window: Piece) -> Iterator[Doubt]:
    if len(claim.names) < 2 or len(window.names) < 2:
        return
    first, second = claim.names[0], claim.names[1]
    for verb in claim.tokens:
        if verb.stem is None or not first.end <= verb.start < second.start:
            continue
        for other in window.tokens:
            if other.stem != verb.stem:
                continue
            before = [name for name in window.names if name.end <= other.start]
            after = [name for name in window.names if name.start >= other.end]
            if not before or not after or _passive(claim, verb) != _passive(window, other):
                continue
            doer, done = before[-1].text, after[0].text
            if same_name(doer, second.text) and same_name(done, first.text) and not same_name(doer, first.text):
                yield Doubt(0.15, f"who did it to whom is swapped around “{other.low}”")
                return


def _voice(claim: Piece, window: Piece) -> Iterator[Doubt]:
    """The same name doing in the claim what is done to it in the source: "Osk arrested", "Osk was arrested"."""
    for index, verb in enumerate(claim.tokens):
        if verb.stem is None or not verb.low.endswith("ed") or {token.low for token in claim.tokens[max(0, index - 3) : index]} & _HELPERS:
            continue
        before = [name for name in claim.names if name.end <= verb.start]
        if not before or "by" in {token.low for token in claim.tokens[index + 1 : index + 3]}:
            continue
        for place, other in enumerate(window.tokens):
            if other.low != verb.low or not {token.low for token in window.tokens[max(0, place - 2) : place]} & _TO_BE:
                continue
            led = [name for name in window.names if name.end <= other.start]
            if led and same_name(led[-1].text, before[-1].text):
                yield Doubt(0.3, f"who {verb.low} and who was {verb.low} is not the same")
                return


def _passive(piece: Piece, verb: Token) -> bool:
    index = piece.tokens.index(verb)
    before = {token.low for token in piece.tokens[max(0, index - 3) : index]}
    after = {token.low for token in piece.tokens[index + 1 : index + 4]}
    return bool(before & _TO_BE) and "by" in after
