"""Finds names of people, places and organisations in English prose, and tells whether two names mean one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.article import Span
from app.text.nations import nation
from app.text.tables import word_set
from app.text.words import STOP_WORDS

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ"
_WORD = rf"(?:(?:[{_UPPER}]\.){{2,}}|\b(?:al-|el-|[dl]['’])?[{_UPPER}]\w*(?:['’-](?!s\b)\w+)*)"
_LINK = r"(?: (?:of|of the|de|de la|del|della|di|da|du|van|van der|van den|von|bin|ibn|al|el|&) | |-)"
_AFTER_INITIAL = rf"(?<=\b[{_UPPER}])\.(?: |(?=[{_UPPER}][a-z]))"
_TRAILING_FIGURE = r"(?:(?<=[a-z]) \d{1,3}\b(?![,.%]\d| (?:million|billion|percent)))?"
_NAME = re.compile(rf"(?:\b[{_UPPER}]{_AFTER_INITIAL})*{_WORD}(?:(?:{_LINK}|{_AFTER_INITIAL}){_WORD})*{_TRAILING_FIGURE}")
_TOKEN = re.compile(_WORD)
_LOWER = re.compile(r"\b[a-z]+\b")
_TITLE_BEFORE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Col|Capt|Lt|Maj|Sgt|Adm|Rev)\.\s$")
_INITIAL = re.compile(r"(?:^|[.!?…:;\"“‘(\[*•–—\n])[\"“‘'(\[\s]*$")

_TITLES = word_set(
    "mr mrs ms miss dr prof professor sir dame lord lady president prime minister chancellor senator sen rep representative "
    "congressman congresswoman governor gov mayor general gen colonel col captain capt lieutenant lt major sergeant sgt admiral judge "
    "justice king queen prince princess pope secretary ambassador envoy spokesman spokeswoman chief chairman chairwoman deputy former "
    "rev reverend sheikh mp"
)
# Words that open sentences of news and are seldom names; a function word is known from STOP_WORDS.
_OPENERS = word_set(
    "according additionally administration ahead aid amid analysts apart army attacks authorities aides asked banks besides budget "
    "business campaign children citizens city clearly climate coach companies concerns conditions construction councillors council "
    "countries court critics crowds currently data deaths demand despite details diplomats doctors drivers due earlier early "
    "economists economy education eight eighteen election elections eleven employees engineers environmental everyone everything "
    "experts families farmers fewer fifteen fifty finally firefighters first five forces foreign former forty four fourteen fuel "
    "further government governments half health hence higher hospital hospitals hotel hours housing hundreds hours indeed inflation "
    "initially inside insiders investigators investors issues jobs journalists judges knowing labour last latest lawmakers lawyers "
    "leaders least life local long lots lower managers manufacturers market markets meanwhile media meeting members men military "
    "millions ministers money moreover nearly negotiations neighbours never nevertheless new news next nine nineteen nobody none "
    "nonetheless nothing observers office officers officials oil old opponents opposition organisers otherwise parents parliament "
    "part passengers past patients pay peace people photographs plans players please police policy politicians polls power prices "
    "profits prosecutors protesters public rain recent recently regional regulators relations repairs reporters reports rescuers "
    "research researchers residents results rising roughly sales schools science scientists second security seven seventeen several "
    "shares shops short similarly six sixteen sixty social soldiers someone something sources speaking spokesman spokeswoman staff "
    "state still students studies sunday supporters supply talks tax teachers teams ten tens thank third thirteen thirty thousands "
    "three tickets time today together tomorrow tonight top trade traders traffic trains troops twelve twenty two unemployment unions "
    "unless unlike usually victims villagers violence visitors voters voting wages war warnings water weather weeks western witnesses "
    "women work workers world yes yesterday young"
)
_INSTITUTIONS = word_set(
    "post times bank university college journal news herald tribune institute hospital airport company corporation group foundation "
    "club city united council ministry department agency street stadium bridge station party union church museum court school courier "
    "mail gazette"
)
_ALSO_WORDS = word_set("us turkey pole poles polish dane finn scot chad guinea jordan")
_DEMONYM = re.compile(r"(?:n|an|ian|ean|ese|ish|i|ic|er|ite)$")


@dataclass(frozen=True, slots=True)
class Name(Span):
    """A name in text, without title or possessive. Not `sure`: a lone word that opens a sentence."""

    text: str
    sure: bool = True


def find_names(text: str, taken: Sequence[Span] = ()) -> list[Name]:
    """The names in `text`, in order, disjoint: runs of capitalised words, acronyms, "Bank of Velm", "van Osk".

    A word that opens a sentence counts if it is neither a common opener nor written in lower case elsewhere in
    `text`. `taken` are spans to leave alone, such as dates ("March", "Tuesday").
    """
    lower = set(_LOWER.findall(text))
    dates = iter(taken)
    date = next(dates, None)
    names: list[Name] = []
    for found in _NAME.finditer(text):
        start, end = found.span()
        initial = bool(_INITIAL.search(text, max(0, start - 6), start)) and not _TITLE_BEFORE.search(text, max(0, start - 6), start)
        while date is not None and date.end <= start:
            date = next(dates, None)
        if date is not None and date.start < end:
            if date.start <= start:
                start = min(date.end, end)
            else:
                end = date.start
        name = _trim(text, start, end, initial, lower)
        if name:
            names.append(name)
    return names


def _trim(text: str, start: int, end: int, initial: bool, lower: Collection[str]) -> Name | None:
    """Cut openers and titles from the front of a run of capitalised words."""
    words = list(_TOKEN.finditer(text, start, end))
    first = True
    # "Foreign Minister Ilse Corrin": what stands before a title describes it.
    titled = [place for place, word in enumerate(words[:4]) if word[0].lower() in _TITLES and place + 1 < len(words)]
    if titled and text[words[titled[-1]].end()] == " " and words[titled[-1] + 1].start() == words[titled[-1]].end() + 1:
        words, first = words[titled[-1] + 1 :], False
    while words:
        word = re.split(r"['’]", words[0][0].rstrip("."))[0].lower()
        opener = first and initial and (word in _OPENERS or (word in lower and nation(word) is None))
        if not (opener or (word in STOP_WORDS and not words[0][0].isupper()) or word in {"i", "a"} or word in _TITLES):
            break
        initial = initial and word not in _TITLES
        words.pop(0)
        first = False
    if not words:
        return None
    start = words[0].start()
    if text[end - 1].isspace():
        end = words[-1].end()
    piece = text[start:end]
    if len(piece) < 2:
        return None
    sure = not initial or len(words) > 1 or nation(plain(piece)) is not None or piece[1:].lower() != piece[1:] or not first
    return Name(start, end, piece, sure)


def names_in_question(question: str, vocabulary: Collection[str] = (), taken: Sequence[Span] = ()) -> list[Name]:
    """`find_names`, and for questions typed in lower case also countries and the names in `vocabulary` (lower case)."""
    names = find_names(question, taken)
    words = list(re.finditer(r"[\w’'-]+", question))
    for size in (3, 2, 1):
        for first in range(len(words) - size + 1):
            start, end = words[first].start(), words[first + size - 1].end()
            piece = re.sub(r"['’]s$", "", question[start:end])
            known = piece.lower() in vocabulary or (nation(plain(piece)) is not None and piece.lower() not in _ALSO_WORDS)
            if known and not any(name.start < end and start < name.end for name in names):
                names.append(Name(start, start + len(piece), piece))
    return sorted(names, key=lambda name: name.start)


@lru_cache(maxsize=20_000)
def plain(name: str) -> str:
    """A name for comparison: lower case, no accents, no points or possessive, no leading "the" or title."""
    text = unicodedata.normalize("NFKD", name)
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower().replace("’", "'")
    text = re.sub(r"'s?$", "", text).replace(".", "")
    words = re.findall(r"[\w']+", text)
    while len(words) > 1 and (words[0] == "the" or words[0] in _TITLES):
        words.pop(0)
    return " ".join(words)


def same_name(one: str, two: str) -> bool:
    """Whether two names may mean the same: by equality, surname, people of a country, or acronym.

    Never by likeness of letters: Austria is not Australia, and Ilse Corrin is not Jan Corrin.
    """
    a, b = plain(one), plain(two)
    if a == b:
        return True
    if not a or not b:
        return False
    here, there = nation(a), nation(b)
    if here or there:
        return here == there or _part_of(a, b) or _part_of(b, a)
    return _acronym(one, two) or _acronym(two, one) or _people_of(a, b) or _people_of(b, a) or _part_of(a, b) or _part_of(b, a)


def _part_of(short: str, long: str) -> bool:
    """A surname or a shortened name: all words of the short one stand in the long one, its end or its start."""
    a, b = short.split(), long.split()
    if len(a) >= len(b):
        if len(a) == len(b) > 1 and a[-1] == b[-1]:
            return all(x == y or (min(len(x), len(y)) == 1 and x[0] == y[0]) for x, y in zip(a, b, strict=True))
        return len(a) == len(b) == 1 and a[0].removesuffix("s") == b[0].removesuffix("s") and len(a[0]) > 3
    if a[0] in {"north", "south", "east", "west", "new"} and len(a) == 1:
        return False
    if b[-len(a) :] == a:
        return b[0] not in {"north", "south", "east", "west", "new"} or len(a) > 1
    if b[: len(a)] == a or (len(a) > 1 and a[0] == b[0] and a[-1] == b[-1]):
        return not (len(a) == 1 and b[-1] in _INSTITUTIONS)
    return "of" in b and any(b[start : start + len(a)] == a for start in range(len(b)))


def _acronym(short: str, long: str) -> bool:
    letters = short.replace(".", "").strip()
    if not (2 <= len(letters) <= 6 and letters.isupper()):
        return False
    words = [word for word in re.findall(r"\w+", long) if word.lower() not in {"the", "of", "and", "for", "de"}]
    return len(words) >= 2 and "".join(word[0].upper() for word in words) == letters


def _people_of(place: str, people: str) -> bool:
    """Whether the second names the people of the first by its ending: Velm, Velmian; Valdora, Valdoran."""
    if " " in place or " " in people:
        return False
    people = people.removesuffix("s") if people.endswith(("ns", "is", "ers", "ites")) else people
    if len(place) < 4 or len(people) <= len(place) - 1 or not _DEMONYM.search(people):
        return False
    if place.endswith("a") and people == place + "n":
        return True
    base = re.sub(r"(?:ia|a|e|o|y)$", "", place)
    return len(base) >= 3 and people.startswith(base) and people[len(base) :] in {"an", "ian", "ean", "ese", "ish", "i", "ic", "er", "ite"}
