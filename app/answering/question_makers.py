"""Questions that a sentence of an article answers, made by rule from its own words: who, how many or how much, when, how it changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.article import Article
from app.text.addressed_to_machines import addresses_machine
from app.text.dates import find_dates
from app.text.names import find_names
from app.text.sentences import split_sentences
from app.text.tables import word_set

Kind = Literal["number", "who", "when", "change"]

_NAMED = r"[A-Z][\w’'-]+(?: (?:of |van |de )?[A-Z][\w’'-]+)*"
_OFFICE = (
    r"(?:mayor|leader|director|president|secretary|chief executive|chair(?:man|woman)?|head|governor|commissioner|coach|captain"
    r"|manager|engineer|chancellor|rector|minister|bishop|editor|ambassador|director general)"
)
_WHO = re.compile(
    rf"\b(?P<value>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+), (?:the )?(?P<role>(?!an? )(?:[a-z-]+ ){{0,2}}{_OFFICE} (?:of|at) (?:the )?{_NAMED})"
    r"(?=,| said| told)"
)
_FIGURE = (
    r"(?:(?:about|some|around|more than|nearly|almost|at least|up to|only|a record) )?"
    r"(?P<value>\d(?:[\d,.]*\d)?(?: (?:million|billion))?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_NOUN = r"(?P<noun>(?!(?:was|has|is|does|others|less|points?)\b)[a-z]+s\b|people\b)"
_SUBJECT = r"(?P<subject>(?:[\w’'-]+ )+?)"
_COST = re.compile(rf"^{_SUBJECT}will cost {_FIGURE}(?= )")
_BASE = {
    "carried": "carry", "killed": "kill", "damaged": "damage", "injured": "injure", "sold": "sell", "bought": "buy", "won": "win",
    "lost": "lose", "hired": "hire", "fined": "fine", "received": "receive", "approved": "approve", "covered": "cover", "built": "build",
    "employed": "employ", "counted": "count", "recorded": "record", "attracted": "attract", "drew": "draw", "rescued": "rescue",
    "withdrew": "withdraw", "arrested": "arrest", "opened": "open", "closed": "close", "reopened": "reopen", "passed": "pass",
    "began": "begin", "started": "start", "ended": "end", "signed": "sign", "resigned": "resign", "died": "die", "elected": "elect",
    "published": "publish", "voted": "vote", "imposed": "impose", "ran": "run", "sank": "sink", "burned": "burn", "stopped": "stop",
    "broke": "break", "left": "leave", "arrived": "arrive", "landed": "land", "struck": "strike", "rejected": "reject",
}  # fmt: skip
"""Past tense to base, for "did": what news tells with a figure or a day."""
_COUNTED = re.compile(rf"^{_SUBJECT}(?:(?:has|have|had) )?(?P<verb>{'|'.join(_BASE)}) {_FIGURE} {_NOUN}(?P<rest>[^,.;:–—−]*)")
_SUBJECT_COUNTED = re.compile(rf"^(?i:{_FIGURE}) {_NOUN}(?P<rest> (?:were|died|[a-z]+ed)\b[^,.;:–—−]*)")
_WHEN = re.compile(rf"^{_SUBJECT}(?P<verb>will|was|were) (?P<rest>[a-z][\w ’'-]*?) (?:on|until|in) $")
_DONE = re.compile(rf"^{_SUBJECT}(?P<verb>{'|'.join(_BASE)})(?P<rest>(?: [\w’'-]+)*?) (?:on|in) $")
_CHANGED = re.compile(
    r"^(?P<subject>(?i:the) (?:price|cost|number|rate|forecast|estimate|budget|toll|share|opening|size) (?:of|for) [\w’' -]+?)"
    r" (?:(?:has|have|had) )?(?:risen|rose|fallen|fell|grown|grew|dropped|climbed|doubled|was raised|was cut|is now|stands)\b"
)
_WHERE = re.compile(r"(?<=[a-z]) (?:at|in|near|on) [A-Z].*$")
_LEANS = re.compile(
    r"\b(?:he|she|it|its|they|them|their|his|her|this|that|these|those|who|which|last|next|also|again|not|never|there|then|here|now|so|we|i|you"
    r"|our|my|your|says?|said|than|more|other|another|both|such|same|already|earlier|later|first|yesterday|today|tomorrow|tonight"
    r"|extra|former|previous|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
"""Words whose meaning stands outside the sentence, or that age: no question is made with them."""
_CLAUSE = re.compile(r"\b(?:that|and|but|while) |, ")
LONGEST = 400
"""Characters in a sentence that is looked at: the rules' time grows with its square."""
MOST_WORDS = 16
"""Of a question that is still read at a glance. Set by hand, as LONGEST_SUBJECT."""
LONGEST_SUBJECT = 10
"""Words before the verb."""
_MONEY = word_set("tallars dollars pounds euros crowns francs kroner rupees roubles pesos")


@dataclass(frozen=True, slots=True)
class Made:
    """A question with the words of the article that answer it."""

    kind: Kind
    question: str
    value: str
    article: Article


def questions_of(article: Article) -> Iterator[Made]:
    """In the order of the text. Only what is understood without the article: a name stands in each, and nothing that leans."""
    for span in split_sentences(article.text):
        if span.end - span.start > LONGEST:
            continue
        sentence = " ".join(article.text[span.start : span.end].split())
        if '"' in sentence or "“" in sentence or addresses_machine(sentence):
            continue
        clauses = (sentence, *(sentence[found.end() :] for found in _CLAUSE.finditer(sentence)))
        made = [*_who(sentence), *(one for clause in clauses for make in (_numbers, _days, _changes) for one in make(clause))]
        for kind, question, value in made:
            if _whole(question):
                yield Made(kind, question, value, article)


def _whole(question: str) -> bool:
    inside = question.split(" ", 2)[-1]
    if len(question.split()) > MOST_WORDS or _LEANS.search(inside) or re.search(r" and [a-z]", inside):
        return False
    return any(name.sure for name in find_names(inside))


def _who(sentence: str) -> Iterator[tuple[Kind, str, str]]:
    for found in _WHO.finditer(sentence):
        yield "who", f"Who is the {found['role']}?", found["value"]


def _numbers(sentence: str) -> Iterator[tuple[Kind, str, str]]:
    if (found := _COST.search(sentence)) and (subject := _named(sentence, found["subject"])):
        yield "number", f"How much will {subject} cost?", found["value"]
        yield "change", f"How has the cost of {subject} changed?", found["value"]
    found = _COUNTED.search(sentence)
    counts = found and found["noun"] not in _MONEY and not found["rest"].startswith(" of ")
    if found and counts and (subject := _named(sentence, found["subject"])):
        done = f"{_BASE[found['verb']]}{_until_a_clause(found['rest'])}"
        yield "number", f"How many {found['noun']} did {subject} {done}?", found["value"]
    if found := _SUBJECT_COUNTED.search(sentence):
        yield "number", f"How many {found['noun']}{_until_a_clause(found['rest'])}?", found["value"]


def _days(sentence: str) -> Iterator[tuple[Kind, str, str]]:
    for day in find_dates(sentence):
        before = re.sub(r"(?i:\b[a-z]+day )$", "", sentence[: day.start])
        if not (day.day and day.month):
            continue
        if (found := _WHEN.search(before)) and (subject := _named(sentence, found["subject"])):
            yield "when", f"When {found['verb']} {subject} {found['rest']}?", sentence[day.start : day.end]
        elif (found := _DONE.search(before)) and (subject := _named(sentence, found["subject"])):
            yield "when", f"When did {subject} {_BASE[found['verb']]}{found['rest']}?", sentence[day.start : day.end]


def _changes(sentence: str) -> Iterator[tuple[Kind, str, str]]:
    """With the thing named in short first: other articles seldom say where it is."""
    if found := _CHANGED.search(sentence):
        thing = found["subject"][0].lower() + found["subject"][1:]
        for said in dict.fromkeys((_WHERE.sub("", thing), thing)):
            yield "change", f"How has {said} changed?", ""


def _named(sentence: str, subject: str) -> str | None:
    """The subject as it stands inside a question; None where it is no whole thing with a name."""
    subject = subject.strip()
    names = [name for name in find_names(sentence) if name.sure and name.end <= len(subject)]
    if (
        not names
        or len(subject.split()) > LONGEST_SUBJECT
        or re.search(r"\b(?:and|but|while|when|because|that|if|as|after|before)\b", subject)
    ):
        return None
    if re.match(r"(?i:an?) ", subject):
        return None
    if re.match(r"(?i:the) ", subject):
        return subject[0].lower() + subject[1:]
    return subject if names[0].start == 0 else None


def _until_a_clause(rest: str) -> str:
    """Without a clause that hangs on it, and without a day that ages ("this week", "on Saturday")."""
    rest = re.split(r" (?:and [a-z]+ed|when|because|while|but|after|before|since|as|according|compared|against|in (?:its|their))\b", rest)[
        0
    ]
    return re.sub(r" (?:(?:this|last) \w+|on \w+day|(?:on|in) [A-Z][a-z]{2,3}t?)$", "", rest.rstrip())
