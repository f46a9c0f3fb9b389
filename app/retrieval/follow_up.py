"""A follow-up made whole: the names and the thing asked about that it takes from the conversation, by rule.

Whether a question is a follow-up at all is not settled here: `app.answering.following` lets the evidence decide. Here stands how it
reads if it is one, and how much its words ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.answer import Exchange
from app.article import Span
from app.text.dates import find_dates
from app.text.names import Name, find_names, names_in_question, plain, same_name
from app.text.sentences import split_sentences
from app.text.tables import word_set
from app.text.words import STOP_WORDS, content_words

Cue = Literal["open", "pointing", "leaning", "alone"]
"""How its words lean: it cannot stand alone ("Why?", "Who says so?"); it is short, names nothing and points
back ("And where was it found?"); it does one of these ("Who stole the torc?", "And when will the Crossing open?"); it stands by itself."""

MAX_CARRIED = 4
"""Phrases that are taken over. More would outweigh a question of two or three words."""
LONGEST_SAID = 400
"""Characters of an answer that are looked at."""
SHORT = 3
"""Content words under which a question without a name may lean on the one before without saying so."""

_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|then|one|ones|same|former|latter|both|else|other|others|another)\b|"
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )\bthere\b(?!(?: \w+)?$| (?:is|are|was|were|a|an|any|be|been)\b)",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"^\s*(?:and|but|or|so|then|also|what else|who else|since when|really)\b[\s,]*", re.IGNORECASE)
_INSTEAD = re.compile(
    r"^\s*(?:(?:and|but|so|or|ok(?:ay)?)[\s,]+)?(?:what about|how about|what of)\s+(?P<other>.+?)[\s?.!]*$", re.IGNORECASE
)
_SAYS_SO = re.compile(
    r"^\s*(?:and |but )?(?:who (?:says?|said|claims?|claimed)|according to whom|says who|how do (?:we|you|they) know)"
    r"(?: (?:so|that|this|it))?[\s?.!]*$",
    re.IGNORECASE,
)
_ASKING = word_set(
    "many much what which who whom whose when where why how name number amount kind sort type happen happened happens tell does did do "
    "exactly please know get got come came give given make made go going"
)
_TOKEN = re.compile(r"[\w'’.,-]*[\w]")
_BEFORE_A_THING = word_set("the a an this that these those its their his her our of in on for at with from")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`text` is the question made whole, as it is searched and read; `carried` the phrases taken from the conversation; `before` the
    last question, made whole by the one before it: what finds the story that the conversation is on; `wishes` what of `text` may wish for
    days, speakers and outlets: not an article's sentence."""

    text: str
    carried: tuple[str, ...]
    cue: Cue
    before: str
    wishes: str


@dataclass(frozen=True, slots=True)
class _Phrase(Span):
    """Words of a question between its function words; `named` where a name is among them, `thing` where an article stands before."""

    text: str
    named: bool
    thing: bool


def follow_up(question: str, history: Sequence[Exchange]) -> FollowUp | None:
    """How `question` reads as one that goes on from `history`; None where there is nothing to take over.

    Taken from the last question as it was asked, and from the one before that has words of its own if that last one names nothing
    itself: what was once added is never carried on. On MTRAG all user turns together were far worse (nDCG@5 0.31) than the last turn
    alone (0.54).
    """
    if not history:
        return None
    last = history[-1]
    if _SAYS_SO.match(question):
        said = _first_sentence(last.answer) or last.question
        return FollowUp(f"Who said {said.rstrip('.?! ')}?", (said,), "open", last.question, question)
    before = _whole(last.question, history[:-1])[0] if _leans(last.question) else last.question
    instead = _INSTEAD.match(question)
    if instead and (swapped := _swapped(last.question, instead["other"])):
        kept = [phrase.text for phrase in _phrases(swapped) if phrase.text.lower() not in question.lower()]
        return FollowUp(swapped, tuple(kept[:MAX_CARRIED]), "open", before, swapped)
    text, taken = _whole(question, history)
    return FollowUp(text, tuple(taken), _cue(question), before, text) if taken else None


def _whole(question: str, history: Sequence[Exchange]) -> tuple[str, list[str]]:
    """The question with what it takes over, and what that is."""
    own = _CONTINUES.sub("", question).strip() or question
    taken = list(_carried(own, history)) if history else []
    body = own.rstrip(" ?.!")
    return f"{', '.join([body[:1].upper() + body[1:], *taken])}?", taken


def _leans(question: str) -> bool:
    return _cue(question) != "alone"


def _cue(question: str) -> Cue:
    own = content_words(question)
    if not own:
        return "open"
    short = len(own) <= SHORT and not names_in_question(question, taken=find_dates(question))
    if any(points.search(question) for points in (_INSTEAD, _CONTINUES, _PERSON, _POINTS_BACK)):
        return "pointing" if short else "leaning"
    return "leaning" if short else "alone"


def _carried(question: str, history: Sequence[Exchange]) -> Iterator[str]:
    """Phrases taken over, the surest first, none of which the question has itself."""
    last = history[-1]
    seen = set(content_words(question))
    phrases = _phrases(last.question)
    found: list[str] = []
    if _PERSON.search(question):
        found += [name.text for name in find_names(_first_sentence(last.answer)) if name.sure and " " in name.text][:1]
    named = [phrase for phrase in phrases if phrase.named]
    things = [phrase for phrase in phrases if phrase.thing and not phrase.named]
    found += [phrase.text for phrase in ([*named, *things] if named and seen else phrases)]
    if not named:
        # "Who said so?" and "Why?" in between name nothing: what was asked before them is still spoken of.
        before = next((phrases for turn in reversed(history[:-1]) if (phrases := _phrases(turn.question))), [])
        found += [p.text for p in before if p.named] or [p.text for p in before]
        said = _first_sentence(last.answer)
        found += [name.text for name in find_names(said, find_dates(said)) if name.sure][:1]
    left = MAX_CARRIED
    for text in found:
        stems = set(content_words(text))
        if left and stems and not stems <= seen:
            seen |= stems
            left -= 1
            yield text


def _phrases(question: str) -> list[_Phrase]:
    names: list[Name] = names_in_question(question, taken=find_dates(question))
    out: list[_Phrase] = []
    run: list[re.Match[str]] = []
    thing = False

    def close() -> None:
        if run:
            start, end = run[0].start(), run[-1].end()
            out.append(_Phrase(start, end, question[start:end], any(n.start < end and start < n.end for n in names), thing))
            run.clear()

    for word in _TOKEN.finditer(question):
        lower, after_how = word[0].lower(), question[: word.start()].lower().endswith("how ")
        in_name = any(n.start <= word.start() < n.end for n in names)
        if not in_name and (lower in STOP_WORDS or lower in _ASKING or after_how):
            close()
            thing = lower in _BEFORE_A_THING
            continue
        if run and re.search(r"[,;:?!]", question[run[-1].end() : word.start()]):
            close()
            thing = False
        run.append(word)
    close()
    return out


def _swapped(question: str, other: str) -> str:
    """The question with `other` in the place of what it replaces: the name that is most like it; empty where there is none."""
    other = other.strip()
    names = names_in_question(question, taken=find_dates(question))
    new = names_in_question(other, taken=find_dates(other))
    if not names or not new or any(same_name(plain(n.text), plain(o.text)) for n in names for o in new):
        return ""
    words = len(new[0].text.split())
    old = min(names, key=lambda n: (abs(len(n.text.split()) - words), n.start))
    return f"{question[: old.start]}{other}{question[old.end :]}"


def _first_sentence(answer: str) -> str:
    text = answer[:LONGEST_SAID]
    return next((text[sentence.start : sentence.end] for sentence in split_sentences(text)), "")
