"""Whether a claim keeps who said it: what only somebody claims is no fact, and what one says another does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.support.doubt import Doubt
from app.support.source import Piece
from app.support.tokens import stems, tokens
from app.support.verbs import REPORTING
from app.text.names import find_names, same_name
from app.text.sentence_speaker import speaker_in
from app.text.sentences import split_sentences
from app.text.speaker_names import named
from app.text.tables import word_set

DISPUTED, INTERESTED, FORECAST = 0.3, 0.45, 0.55
"""Factors for what is told as a fact: disputed or only claimed in the source; said by somebody with a side; foreseen or estimated."""
ANOTHER, UNKNOWN = 0.25, 0.55
"""Factors for a speaker whom the source gives other words, and for one of whom it knows nothing."""
SHARED = 0.5
"""Part of a statement's words that a stretch of the source must have to be what it came from."""
LONGEST = 500
"""Characters of a sentence whose speakers are looked for; a longer one is a paragraph without stops."""
OWN = 0.4
"""The same of a stretch that the claim's speaker says himself, which is then taken for it."""

_DISPUTE = re.compile(
    r"\b(?:disput\w*|contradict\w*|differ(?:s|ed)?|disagree\w*|do(?:es)? not (?:agree|accept)|no such|quarrel\w*|doubted|"
    r"tell it differently|stands? by|stood by|asked not to be named|unnamed|anonym\w*|on condition of|"
    r"reject(?:s|ed) (?:the|this|that|it))\b",
    re.IGNORECASE,
)
"""Says of a whole passage that its statements are not agreed on, or whose they are not known."""
_CLAIMS = re.compile(
    r"\b(?:den(?:y|ies|ied)|accus\w*|alleg\w*|claim(?:s|ed)|insist(?:s|ed)?|maintain(?:s|ed)|holds to|stuck to|kept to|blam(?:e[sd]?|ing)|"
    r"believ(?:e[sd]?|ing)|argu(?:e[sd]?|ing)|complain\w*|far too|suspect\w*|close to the|familiar with|and not (?:to )?the|repeated)\b",
    re.IGNORECASE,
)
"""Says of one sentence that it is a view or a charge."""
_ESTIMATE = re.compile(
    r"\b(?:estimat\w*|forecast\w*|predict\w*|expect(?:s|ed)?|reckon\w*|calculat\w*|fear(?:s|ed)?|warn(?:s|ed)?|"
    r"puts? (?:the|its|their|it)|thinks?|would|could|might|may|should|suggest(?:s|ed)?|conclud\w*)\b",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"\b(?:union|association|federation|opposition|leader|leads|lawyers?|defence|defense|prosecut\w*|club|company|owners?|operator|"
    r"campaign\w*|critics?|party|cooperative|activists?|spokes\w+|residents?|candidate|rival|challenger|chairman|chairs|president|director|"
    r"executive|manager)\b",
    re.IGNORECASE,
)
ROLE_REACH = 60
"""Characters on either side of a speaker in which his role stands."""
_KEEPS = re.compile(
    r"\b(?:by (?:the |its |their |his |her )?[\w'’ ]{0,30}?(?:account|estimate|count|reckoning|version|words)|"
    r"in (?:the )?[\w'’ ]{0,30}?version|reportedly|allegedly|apparently|supposedly|accus\w*|complain\w*|wants?|fears?|thinks?|hopes?|"
    r"reckons?|counts|holds to|insists?|dispute[sd]?|contest\w*|defend\w*|maintain\w*|point(?:s|ed)? (?:out|to)|regret\w*|promis\w*|"
    r"call(?:s|ed)|objects?|repl(?:y|ies|ied)|speaks? of|admit\w*|tell it|disagree\w*|criticis\w*|praise[sd]?|puts?)\b",
    re.IGNORECASE,
)
"""Other ways in which a claim says that somebody says so."""
_SOMEBODY = re.compile(
    r"(?:^|[,;:] (?:and |but |while )?)(?P<who>(?:[A-Za-z][\w'’-]* ){1,5}?)(?:,? ?who [^,;.]*?|, [^.;]{0,60}?, )?"
    r"(?:said|says|say|saying|told [\w ]{0,20}?|claims?|claimed|believes?|testified|repeated|insisted|thinks?|warned)"
    r" (?:that|no|the|it|its|their|a)\b"
)
_AT_THE_END = re.compile(r", (?P<who>[^,;.]{3,40}), told (?:the|a) [\w ]{3,30}\.?$")
"""Speakers whom `speaker_in` passes over: "Two millers who asked not to be named said that …", "…, Bente Rusk, told the court"."""
_NO_SPEAKER = re.compile(
    r"\d|\b(?:must|should|may|might|can|do|does|did|not|such)\b|^(?:down|up|once|wants?|and|or|but|that|to|of)\b|"
    r" and$| \w+(?:s|ed) (?:a|the|his|her) ",
    re.IGNORECASE,
)
ALIKE = 6
"""First letters that the stems of an office and its holder share: ministry and minister, prosecution and prosecutor."""
_ARTICLE = re.compile(r"^(?:the|a|an|its|their|his|her) ", re.IGNORECASE)
_SOME = ("a ", "an ", "one ", "some ")
_POSSESSIVES = ("its ", "their ", "his ", "her ")
_PRONOUNS = word_set("he she it they we i his her its their this that who which one both")
_GENERIC = word_set(
    "company club authority agency group board body firm official officials man woman person people source sources service spokesman "
    "spokeswoman spokesperson leader head chief director chairman president minister ministry report study paper"
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A stretch of one sentence and whoever says it, None where the text itself does."""

    who: str | None
    stems: frozenset[str]
    sentence: str


def attribution_doubts(claim: Piece, window: Piece, near: Piece) -> Iterator[Doubt]:
    """A statement whose speaker the claim leaves out though the window gives it as a view, or changes for another that `near` names."""
    theirs = _told(window.text)
    if not any(one.who for one in theirs):
        return
    keeps = bool(REPORTING.search(claim.text) or _KEEPS.search(claim.text))
    worst: Doubt | None = None
    for mine in _told(claim.text):
        words = mine.stems - (stems(mine.who) if mine.who else frozenset())
        there = max(theirs, key=lambda one: _share(words, one.stems))
        if len(words) < 2 or _share(words, there.stems) < SHARED or there.who is None:
            continue
        if mine.who and any(one.who and _same(mine.who, one.who) and _share(words, one.stems) >= OWN for one in _told(near.text)):
            continue
        doubt = _changed(mine.who, there.who, theirs, near) if mine.who else None if keeps else _dropped(there, theirs, window)
        if doubt is not None and (worst is None or doubt.factor < worst.factor):
            worst = doubt
    if worst is not None:
        yield worst


def _share(words: frozenset[str], there: frozenset[str]) -> float:
    return len(words & there) / max(len(words), 1)


@lru_cache(maxsize=2048)
def _told(text: str) -> tuple[_Told, ...]:
    """The stretches of each sentence of `text`, by who says them; "she" is the last one named."""
    found: list[_Told] = []
    last: str | None = None
    for span in split_sentences(text):
        sentence = text[span.start : span.end]
        if len(sentence) > LONGEST or not REPORTING.search(sentence):
            found.append(_Told(None, stems(sentence), sentence))
            continue
        clauses: dict[int, list[tuple[int, str]]] = {}
        for token in tokens(sentence):
            if token.stem:
                clauses.setdefault(token.clause, []).append((token.end, token.stem))
        by_who: dict[str | None, set[str]] = {}
        for words in clauses.values():
            who = _speaker(sentence, words[-1][0])
            if who is not None and _is_pronoun(who):
                who = last or who
            last = who or last
            by_who.setdefault(who, set()).update(word for _, word in words)
        found += [_Told(who, frozenset(words), sentence) for who, words in by_who.items()]
    return tuple(found)


def _speaker(sentence: str, at: int) -> str | None:
    """Who says the words that end at this place of the sentence."""
    who = speaker_in(sentence, at)
    if who is not None and not _NO_SPEAKER.search(who):
        return who
    found = [one for one in _SOMEBODY.finditer(sentence) if one.end() <= at] or list(_AT_THE_END.finditer(sentence))
    if not found:
        return None
    who = found[-1]["who"].strip(" ,")
    return who if not _NO_SPEAKER.search(who) and (" who asked not" in found[-1][0] or named(who)) else None


def _dropped(there: _Told, theirs: tuple[_Told, ...], window: Piece) -> Doubt | None:
    said = f"the source gives this as what {there.who} says, not as a fact"
    if _DISPUTE.search(window.text) or _CLAIMS.search(there.sentence):
        return Doubt(DISPUTED, said)
    place = there.sentence.find(there.who or "")
    if _SIDE.search(there.sentence, max(0, place - ROLE_REACH), place + len(there.who or "") + ROLE_REACH):
        return Doubt(INTERESTED, said)
    if len({one.who for one in theirs if one.who}) > 1:
        return Doubt(FORECAST, said)
    if _ESTIMATE.search(there.sentence):
        return Doubt(FORECAST, f"the source gives this as what {there.who} foresees or estimates")
    return None


def _changed(mine: str, there: str, theirs: tuple[_Told, ...], near: Piece) -> Doubt | None:
    """`mine` is who says it in the claim, `there` in the source."""
    if _same(mine, there) or _is_pronoun(mine) or _is_pronoun(there) or _beside(mine, there, near.text):
        return None
    reason = f"the source gives this to {there}, not to {mine}"
    if any(one.who and one.who != there and _same(mine, one.who) for one in theirs):
        return Doubt(ANOTHER, reason)
    if names := _names(mine):
        return Doubt(ANOTHER, reason) if any(same_name(name.text, one) for name in near.names for one in names) else None
    role = stems(mine.lower())
    if not role or role <= _generic() or there.lower().startswith(_POSSESSIVES) or mine.lower().startswith(_SOME):
        return None
    if role <= near.stems:
        return Doubt(ANOTHER, reason)
    return None if any(_alike(a, b) for a in role for b in near.stems) else Doubt(UNKNOWN, reason)


def _beside(one: str, two: str, text: str) -> bool:
    """Whether the two stand side by side: a name and its role."""
    a, b = (re.escape(_ARTICLE.sub("", who)) for who in (one, two))
    return bool(re.search(rf"{a},? (?!sa)[^.;,]{{0,30}}?{b}|{b},? (?!sa)[^.;,]{{0,30}}?{a}", text, re.IGNORECASE))


@lru_cache(maxsize=1)
def _generic() -> frozenset[str]:
    return stems(" ".join(sorted(_GENERIC)))


def _names(who: str) -> list[str]:
    return [name.text for name in find_names(who)]


def _same(one: str, two: str) -> bool:
    if any(same_name(a, b) for a in _names(one) for b in _names(two)):
        return True
    return any(_alike(a, b) for a in stems(one.lower()) for b in stems(two.lower()))


def _alike(one: str, two: str) -> bool:
    return one == two or (min(len(one), len(two)) >= ALIKE and one[:ALIKE] == two[:ALIKE])


def _is_pronoun(who: str) -> bool:
    return who.lower() in _PRONOUNS
