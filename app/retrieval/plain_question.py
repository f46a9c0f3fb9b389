"""What a question on change, dispute or the newest state asks of each single article: "How has the cost changed?" asks every one
"What is the cost?"."""

from __future__ import annotations

import re
from dataclasses import replace

from app.retrieval.profile import QuestionProfile, profile

_END = r"[\s?.!]*$"
_OVER = (
    r"(?:\s+(?:over (?:time|the (?:\w+ )?(?:weeks|months|years|days|course of .{1,40}))|since .{1,60}|in the course of .{1,40}|"
    r"between .{1,60}|so far|as time went on|through(?:out)? .{1,40}|from .{1,40} to .{1,40}|before .{1,80}|until .{1,60}|"
    r"(?:compared|in comparison) (?:with|to) .{1,60}|to which \w+))*"
)
_MOVED = (
    r"(?:changed?|chang(?:e|ing)|developed?|evolved?|moved?|shifted?|differ(?:ed)?|risen|rise|rose|fallen|fall|fell|grown|grow|grew|"
    r"increased?|decreased?|declined?|dropped?|climbed?|gone (?:up|down)|varied|vary|come (?:up|down)|been (?:revised|changed|moved|raised|"
    r"cut|lowered|put (?:off|back)|postponed|delayed|corrected|updated|reported|stated|given))"
)
_WAYS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:and |so )?how (?:often|much|many times|far)?\s*(?:has|have|had|did|do|does|is|are|was|were) (?P<thing>.+?) {_MOVED}\b"
        rf"(?:,? and to (?:which|what) \w+|{_OVER}|,? and why){_END}",
        r"^(?:and |so )?how (?:has|have|had|did|do|does) (?P<thing>.+?) (?:change|changed|develop|developed|evolve|evolved|move|"
        r"moved)\b.*$",
        rf"^what (?:has|had|have)?\s*happen(?:ed|s) (?:to|with) (?P<thing>.+?){_OVER}{_END}",
        rf"^what (?:has|had|have) changed (?:in|about|with|on|at|for) (?P<thing>.+?){_OVER}{_END}",
        rf"^what (?:is|was|are|were|'s) the (?:history|course|trend|development|path|story) of (?P<thing>.+?){_OVER}{_END}",
        rf"^what (?:do|did) (?:the )?(?:two sides|both sides|sources|articles|reports|outlets|different \w+) say (?:about|of|"
        rf"on) (?P<thing>.+?){_END}",
        r"^(?:on|about|over) (?P<thing>.+?),? (?:do|did) .{1,40} (?:disagree|differ).*$",
    )
]
_DISPUTE = re.compile(
    r"^(?:do|did|does|where|how|what|is|are) .{0,60}?(?:disagree\w*|differ\w*|dispute\w*|conflict\w*|contradict\w*)"
    r"(?: (?:on|about|over|as to|regarding|there are (?:on|about)))?\s+(?P<rest>(?:how (?:many|much)|who|when|whether|what|where|"
    r"why)\b.+?)[\s?.!]*$",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\bthe (?:latest|newest|most recent|current)(?: (?:news|developments?|updates?|state|situation|status|word|events?))? "
    r"(?:on|about|with|in|from|around|regarding|concerning|at)\b|\bthe (?:latest|current|present) (?:news|developments?|updates?|state|"
    r"situation|status)\b|"
    r"^where (?:do|does) .{1,80} stand\b|\bwhat(?:'s|’s| is) (?:happening|going on|new|the news|the state of play)\b|\blatest news\b|"
    r"^(?:any )?(?:news|updates?) (?:on|about|of)\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:latest|most recent|newest|current|up-to-date|last known)\s+|\s*\b(?:as of (?:today|now)|at present|at the moment|these days|"
    r"currently|right now)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\b(?:original|initial|earliest)\s+(?!(?:phase|stage|step|round|wave|period|deployment|contingent)s?\b)|"
    r"\s*\b(?:originally|initially|at first|to begin with|in the beginning|at the outset)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(r"what (?:has |had |have )?happen", re.IGNORECASE)
_DAY = re.compile(r"\b(?:opening|date|deadline|day|launch|start|timetable|schedule|reopening|return|completion)\b", re.IGNORECASE)
_FIGURE = re.compile(
    r"\b(?:number|cost|price|rent|size|budget|toll|forecast|rate|level|turnout|wage|share|count|estimate|offer|total|bill|margin|figure|fee|"
    r"fare|value|amount|limit|quota|target|percentage|deficit|fund|pay|salary|population|speed|length|age|capacity|demand|output|harvest|"
    r"crop|waiting list|queue|lead|majority|temperature|list)\b",
    re.IGNORECASE,
)


def asks_for_the_state(question: str) -> bool:
    """Whether it asks how a story stands as a whole, for no one fact of it: "What is the latest on …?"."""
    return bool(_STATE.search(question))


def plain_question(asked: QuestionProfile) -> QuestionProfile:
    """The question as it is put to each article; `asked` itself where nothing is to be taken off."""
    text = asked.text.strip()
    if found := _DISPUTE.match(text):
        return _read(found["rest"], None)
    for way in _WAYS:
        if (found := way.match(text)) and found["thing"].strip():
            thing = found["thing"].strip(" ,")
            if re.match(r"(?:how (?:many|much)|who|when|whether|what|where)\b", thing, re.IGNORECASE):
                return _read(thing, None)
            if _DAY.search(thing):
                return _read(f"When is {thing}", "date")
            figure = bool(_FIGURE.search(thing))
            if not figure and _HAPPENED.match(text):  # to somebody: he has no value that changed
                return asked
            return _read(f"What is {thing}", "number" if figure else None)
    if asks_for_the_state(text):
        return asked
    plain = _FIRST.sub(" ", _NEWEST.sub(" ", text))
    plain = " ".join(plain.split())
    if plain != text and re.search(r"\w", plain):
        return _read(plain, None, asked)
    return asked


def _read(text: str, kind: str | None, before: QuestionProfile | None = None) -> QuestionProfile:
    text = text.strip(" ?.!")
    found = profile(f"{text[:1].upper()}{text[1:]}?")
    if before is not None:
        found = replace(found, period=before.period)
        kind = before.kind if before.kind != "other" else kind
    return replace(found, kind=kind) if kind else found
