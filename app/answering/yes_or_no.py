"""A question that is answered with yes or no: which sentences say the one, and which the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answering.readers.reading import Found
from app.answering.readers.values import Value
from app.answering.validity import ReadValue
from app.article import Span
from app.retrieval.profile import QuestionProfile
from app.support.negation import is_negator
from app.support.tokens import stem, tokens
from app.text.tables import word_set

_ASKS = re.compile(
    r"^(?:and |so |but )?(?:did|do|does|was|were|is|are|has|have|had|will|would|can|could|should|must|may)(?:n't|n’t)? "
    r"(?!.*\b(?:or)\b.*\b(?:or)\b)",
    re.IGNORECASE,
)
_DENIES = word_set(
    "denied denies deny denying rejected rejects rejecting disputed disputes disputing dismissed contradicted refuted false untrue"
)
_TOLD = frozenset(one for word in ("warn", "warned", "warning", "told", "inform", "notified", "alerted") if (one := stem(word)))
REACH = 6
"""Words after "no", "not" or "denied" that it may turn round."""
COVERED = 0.5
"""The share of the question's words that must stand in a sentence, its title or the sentence before it. Set by hand."""
LESS_LIKED = 4.0
"""A sentence so much less like the question than the likest takes no side (a logit of the linear reader). Set by hand."""
WINDOW = 9
"""Words of a stance at most."""


def asks_yes_or_no(question: str) -> bool:
    return bool(_ASKS.match(question.strip()))


def stances(asked: QuestionProfile, spans: Sequence[Found]) -> list[ReadValue]:
    """The sentences that deny something the question names and those that affirm the same thing, the likelier side first; empty where
    only one is said."""
    wanted = _wanted(asked)
    best = max((one.liked for one in spans), default=0.0)
    heard: list[tuple[Found, Stance]] = []
    for one in spans:
        if not one.best or one.liked < best - LESS_LIKED:
            continue
        around = {t.stem for t in tokens(f"{one.passage.article.title}. {one.passage.text}")}
        if len(wanted & around) >= COVERED * len(wanted) and (found := stance(wanted, one.said)):
            heard.append((one, found))
    denied = frozenset(word for _, found in heard if not found.affirms for word in found.about)
    sides: dict[bool, list[Found]] = {True: [], False: []}
    for one, found in heard:
        if found.about & denied:
            span = Span(one.sentence.start + found.start, one.sentence.start + found.end)
            sides[found.affirms].append(replace(one, span=span, fits=True))
    if not sides[True] or not sides[False]:
        return []
    out = []
    for affirms, here in sides.items():
        word = "yes" if affirms else "no"
        ordered = sorted(here, key=lambda f: -f.liked)
        out.append(ReadValue(Value(word, frozenset({word}), None, (), ()), ordered, 1.0))
    return sorted(out, key=lambda v: -v.found[0].liked)


def _wanted(asked: QuestionProfile) -> frozenset[str]:
    names = {stem(part.lower()) for name in asked.names for part in name.text.split()}
    words = {_root(t.stem) for t in tokens(asked.text) if t.stem and t.stem not in names}
    return frozenset(word for word in words if word) or frozenset(n for n in names if n)


@dataclass(frozen=True, slots=True)
class Stance:
    """Whether a sentence affirms, `about` which of the words asked about (stems), and where in it (code points)."""

    affirms: bool
    about: frozenset[str]
    start: int
    end: int


def stance(wanted: frozenset[str], sentence: str) -> Stance | None:
    """What the sentence says of the words asked about; None where it has none of them."""
    words = tokens(sentence)
    hits = [n for n, word in enumerate(words) if _root(word.stem) in wanted]
    if not hits:
        return None
    for n, word in enumerate(words):
        denies = word.low in _DENIES
        if denies or is_negator(words, n):
            turned = [hit for hit in hits if 0 < hit - n <= REACH or (denies and hit > n) or 0 < n - hit <= 2]
            if turned:
                first, last = min(n, turned[0]), max(n, turned[-1])
                about = frozenset(_root(words[hit].stem) or "" for hit in turned)
                return Stance(False, about, words[first].start, words[min(last, first + WINDOW)].end)
    last = max(hit for hit in hits if hit - hits[0] < WINDOW)
    return Stance(True, frozenset(_root(words[hit].stem) or "" for hit in hits), words[hits[0]].start, words[last].end)


def _root(word: str | None) -> str | None:
    """ "warn" for what news says instead of it: told, informed, notified."""
    return "warn" if word in _TOLD else word
