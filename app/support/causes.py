"""Whether the source gives as a cause or purpose what the claim gives as one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.support.doubt import Doubt
from app.support.source import Piece
from app.support.tokens import stems

UNLINKED, BESIDE, TURNED, LOOSE = 0.3, 0.45, 0.3, 0.6
"""Factors: a reason that the source does not know; one that stands there and is not linked; cause and effect the other way round; and
"after" between things that the source does not put one after the other."""
CARRIED = 0.5
"""Part of a reason's words that the source's own reason must have to be the same one."""
TURNED_SHARE = 0.6
"""Part of the effect's words that stand in the source's reason, more than of the claim's reason, where the two are turned round."""

_BECAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|thanks to|as a (?:result|consequence) of|on account of|on the grounds (?:of|that)|"
    r"(?:is|are|was|were|been|be) caused by|"
    r"prompted by|triggered by|driven by|brought (?:on|about) by|"
    r"in (?:response|reaction|protest) (?:to|at|against|over)|"
    r"in (?:order to|view of|light of)|so that|in retaliation for|out of (?:fear|concern)|for fear (?:of|that)|given that)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?:after|following|amid|in the wake of)\b", re.IGNORECASE)
_LEADS_TO = re.compile(
    r"\b(?:caused(?! by)|causes|causing|led to|leads to|leading to|resulted in|results in|forced|prompted(?! by)|triggered(?! by)|"
    r"brought about(?! by))\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\b(?:because|due to|owing to|thanks to|as a result|result of|caus\w*|prompt\w*|trigger\w*|driven|led to|since|so that|so|therefore|"
    r"why|reasons?|response|respon[ds]\w*|concern\w*|over|blam\w*|credit\w*|explain\w*|account(?:s|ed)? for|"
    r"in order|given|fear\w*|after|following|amid|as|in view of|when)\b",
    re.IGNORECASE,
)
"""What gives a reason or an order in time in a source; wider than in a claim, since a paraphrase may make a link plain."""
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_ENDS_A_REASON = re.compile(
    r"[;:.!?](?:\s|$)|, (?:and|but|while|which|who|although)\b|,? (?:said|says|according to)\b|, [A-Z]\w+ (?:\w+ )?(?:said|says)\b"
)


def cause_doubts(claim: Piece, near: Piece) -> Iterator[Doubt]:
    """A reason of the claim that its window with the sentences around does not link to it, or links the other way round."""
    for effect, reason, in_time in _reasons(claim.text):
        why, what = stems(reason), stems(effect)
        if not why or not what:
            continue
        given = list(_reasons_of(near.text))
        held = max((_share(why, there) for there in given), default=0.0)
        if held >= CARRIED or (in_time and _share(why, near.stems) >= CARRIED):
            continue
        if max((_share(what, there) - _share(why, there) for there in given), default=0.0) >= TURNED_SHARE and len(what) > 1:
            yield Doubt(TURNED, "cause and effect stand the other way round in the source")
        else:
            factor = LOOSE if in_time else BESIDE if _share(why, near.stems) >= CARRIED else UNLINKED
            yield Doubt(factor, f"the source does not give “{_short(reason)}” as {'what came before' if in_time else 'the cause'}")
        return


def _share(words: frozenset[str], there: frozenset[str]) -> float:
    return len(words & there) / len(words)


def _short(reason: str) -> str:
    words = reason.split()
    return " ".join(words[:8]) + ("…" if len(words) > 8 else "")


def _reasons(text: str) -> Iterator[tuple[str, str, bool]]:
    """Effect, reason, and whether it is given as what came before, for each link of a claim."""
    for found in (*_BECAUSE.finditer(text), *_AFTER.finditer(text)):
        in_time = bool(_AFTER.fullmatch(found[0]))
        if in_time and not _clause_follows(text, found.end()):
            continue
        end = _ENDS_A_REASON.search(text, found.end())
        before, reason = text[: found.start()], text[found.end() : end.start() if end else len(text)]
        if not before.strip(" ,"):
            reason, _, before = text[found.end() :].partition(", ")
        yield before, reason, in_time
    for found in _LEADS_TO.finditer(text):
        yield text[found.end() :], text[: found.start()], False


def _clause_follows(text: str, at: int) -> bool:
    """Whether more than a day or a number follows: "after the strike began", not "after 1908"."""
    words = text[at:].split()
    return len(words) >= 3 and not words[0][:1].isdigit()


def _reasons_of(text: str) -> Iterator[frozenset[str]]:
    """What stands behind each link of a window, to the end of its sentence."""
    for found in _LINK.finditer(text):
        end = _SENTENCE_END.search(text, found.end())
        yield stems(text[found.end() : end.start() if end else len(text)])
