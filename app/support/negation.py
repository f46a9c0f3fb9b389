"""Whether claim and source say yes or no of the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.support.doubt import Doubt
from app.support.source import Piece
from app.support.tokens import Token, stem
from app.text.tables import word_set

_NEGATORS = word_set(
    "unable mistakenly wrongly not no never none nobody nothing neither nor cannot without unlikely nowhere deny denies denied "
    "denying reject rejects rejected rejecting refuse refuses refused refusing oppose opposes opposed "
    "opposing dismiss dismissed dismisses false falsely untrue prevent prevents prevented avoid avoids avoiding avoided halt halted "
    "halts cancel cancelled canceled cancels abandon abandoned abandons block blocked blocks veto vetoed scrap scrapped scraps"
)
# "not only", "no doubt" deny nothing, and "no more than" is a hedge of a figure.
_HOLLOW = word_set("only just doubt more fewer less later sooner least matter")
_SCOPE = 4
# Negators only before these: "failed to agree", not "a failed test".
_BEFORE_TO = word_set("fail fails failed failing")
# "asked not to be named": of the speaker, not of what is said.
_ASKED_NOT = (["to", "be", "named"], ["to", "be", "identified"])
_BEFORE_OUT = word_set("rule rules ruled ruling")
# What these deny is the whole of what follows, not the next word.
_OF_A_CLAUSE = word_set(
    "deny denies denied denying reject rejects rejected rejecting dismiss dismissed dismisses mistakenly wrongly falsely"
)
# "the post was dismissed": from a post, not out of hand.
_TO_BE = word_set("be been being is are was were")
# What may stand between a negator and the word it denies.
_BETWEEN = word_set("to be been being have has had yet a an the any in of out will would more than")
_NOT_BEGINNINGS = ("un", "dis", "in", "non", "lack", "avoid", "only", "instead", "rather")

HEAD, TAIL = 0.12, 0.35
"""Factor for a word denied on one side alone: the word next to the negator, or one further on, which a paraphrase may well free."""


def negation_doubts(claim: Piece, window: Piece) -> Iterator[Doubt]:
    """A word that one side denies and the other affirms, or a denial of which the window has no trace."""
    names = name_stems(claim) | name_stems(window)
    mine, theirs = _Signs(claim.tokens, names), _Signs(window.tokens, names)
    far: Doubt | None = None
    for word in claim.tokens:
        if word.stem is None or word.stem not in mine.known or word.stem not in theirs.known:
            continue
        one, two = mine.known[word.stem], theirs.known[word.stem]
        if len(one) == len(two) == 1 and one != two:
            yes, no = ("the source", "the claim") if False in one else ("the claim", "the source")
            said = word.low.removesuffix("'s")
            reason = f"{no} denies what {yes} says of “{said}”"
            if word.stem in (mine if False in one else theirs).heads:
                yield Doubt(HEAD, reason)
                return
            far = far or Doubt(TAIL, reason)
    if far is not None:
        yield far
    elif denies(claim.tokens) and not denies(window.tokens) and not any(word.low.startswith(_NOT_BEGINNINGS) for word in window.tokens):
        yield Doubt(0.3, "the claim denies something that the source does not deny")


def is_negator(words: Sequence[Token], index: int) -> bool:
    low = words[index].low
    if low.endswith("n't"):
        return True
    following = words[index + 1].low if index + 1 < len(words) else ""
    if low == "not" and [word.low for word in words[index + 1 : index + 4]] in _ASKED_NOT:
        return False
    if low in _BEFORE_TO:
        return following == "to"
    if low in _BEFORE_OUT:
        return following == "out"
    if low == "dismissed" and index and words[index - 1].low in _TO_BE:
        return False
    return low in _NEGATORS and not (low in {"no", "not"} and following in _HOLLOW)


def denies(words: Sequence[Token]) -> bool:
    return any(is_negator(words, index) for index in range(len(words)))


def name_stems(piece: Piece) -> frozenset[str]:
    found = (stem(word.lower()) for name in piece.names for word in name.text.replace("-", " ").split())
    return frozenset(one for one in found if one)


class _Signs:
    """`known`: for each stem the signs it occurs with, True for affirmed, False under an odd number of negators, both where a negator
    stands behind it or too far before it to tell. `heads`: the stems that a negator stands right before."""

    def __init__(self, words: Sequence[Token], names: frozenset[str]) -> None:
        self.known: dict[str, set[bool]] = {}
        self.heads: set[str] = set()
        negators = {index for index in range(len(words)) if is_negator(words, index)}
        unclear = {before for index in negators for before in _ahead_of(words, index)}
        live: list[int] = []
        clause, head, whole = -1, False, False
        for index, word in enumerate(words):
            if index in negators:
                live = [*(live if word.clause == clause else []), _SCOPE]
                clause, head, whole = word.clause, True, word.low in _OF_A_CLAUSE
                continue
            if word.stem is None:
                head = head and word.low in _BETWEEN
                continue
            within = [left for left in live if left > 0] if word.clause == clause else []
            if word.stem not in names:
                either = not within and (word.clause == clause or index in unclear)
                self.known.setdefault(word.stem, set()).update({True, False} if either else {len(within) % 2 == 0})
                if within and (head or whole):
                    self.heads.add(word.stem)
            live = [left - 1 for left in live]
            head = False


def _ahead_of(words: Sequence[Token], negator: int) -> Iterator[int]:
    """The words of the negator's clause before it, back to an "and"."""
    for index in range(negator - 1, -1, -1):
        if words[index].clause != words[negator].clause or words[index].low in {"and", "or"}:
            return
        yield index
