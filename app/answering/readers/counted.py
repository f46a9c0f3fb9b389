"""Whether a figure counts what the question asks for: "How many homes?" is answered by "1,180 homes", not by "4,100 people"."""

from __future__ import annotations

import re
from functools import lru_cache

from app.retrieval.profile import QuestionProfile
from app.support.tokens import stem
from app.text.numbers import Number
from app.text.tables import word_set

COUNTED, BARE, OTHER = 1.0, 0.5, 0.0
"""A figure of the thing asked for; one that stands without a noun, or where the question names no thing; one of another thing."""
_ASKS = re.compile(
    r"\bhow many\s+(?:more\s+|other\s+|of\s+(?:the|its|their)\s+)?(?P<many>[\w’' -]+)|"
    r"\b(?:the\s+)?(?:total\s+|overall\s+)?(?:number|count|share|proportion|percentage)\s+of\s+(?:the\s+|all\s+)?(?P<of>[\w’' -]+)",
    re.IGNORECASE,
)
_ENDS = word_set(
    "did do does are is was were will would have has had can could may might must shall should be been being in of at on from by to for "
    "with that who which whom whose during after before since under over around near into per and or as than the a an its their his her "
    "there now still so out up down off about between against while when where how what why"
)
_SAME = [
    frozenset(stem(word) or word for word in group.split())
    for group in (
        "people persons men women residents inhabitants citizens",
        "troops soldiers peacekeepers servicemen personnel",
        "homes houses households dwellings",
        "workers employees staff dockers strikers members labourers",
        "jobs posts positions",
        "deaths dead fatalities victims killed lives",
        "injured wounded injuries casualties hurt",
        "passengers travellers riders",
        "ships vessels boats",
        "pupils students children",
        "votes ballots",
        "cases infections",
        "planes aircraft jets",
    )
]
_NUMBER_OF = re.compile(r"\b(?:number|count|total|toll|share|proportion) of ((?:[\w’'-]+ ){1,3})", re.IGNORECASE)
_WORD = re.compile(r"[\w’'-]+|[^\w\s]")
NOUN_WORDS = 3
"""How many words after a figure may still be its noun: "1,200 young Indonesian soldiers"."""


@lru_cache(maxsize=256)
def things_asked(question: str) -> frozenset[str]:
    """Stems of the nouns that the question wants counted, with those that news uses for them; empty where it names none."""
    found = _ASKS.search(question)
    if not found:
        return frozenset()
    words: list[str] = []
    for word in _WORD.findall(found["many"] or found["of"]):
        low = word.lower()
        if low in _ENDS or (words and low.endswith(("ed", "ing"))):
            break
        words.append(low)
    # Of "damaged homes" the last word is the thing, of "people work" the first: which is a verb no rule tells.
    nouns = [word for n, word in enumerate(words[:NOUN_WORDS]) if n + 1 == len(words) or not word.endswith("ed")]
    things = {one for word in nouns if (one := stem(word))}
    return frozenset(things).union(*(group for group in _SAME if things & group))


def counts(asked: QuestionProfile, sentence: str, number: Number) -> float:
    """COUNTED, BARE or OTHER: what the figure counts beside what the question asks for."""
    things = things_asked(asked.text)
    if not things:
        return BARE
    if number.kind in ("money", "time", "ordinal") or (number.unit and number.kind == "plain"):
        return OTHER
    nouns = nouns_after(sentence, number)
    if not nouns:
        named = _NUMBER_OF.findall(sentence[: number.start])
        if named and not things & {stem(word) for word in re.findall(r"[\w’']+", named[-1].lower())}:
            return OTHER
        before = {stem(word.lower()) for word in re.findall(r"[\w’']+", sentence[: number.start])}
        return COUNTED if things & before else BARE
    # "seabirds" are birds, "housing posts" posts.
    return COUNTED if any(noun in things or any(len(thing) > 3 and noun.endswith(thing) for thing in things) for noun in nouns) else OTHER


def nouns_after(sentence: str, number: Number) -> list[str]:
    """Stems of what stands right after the figure, up to a stop or a word that begins something else."""
    found: list[str] = []
    for word in _WORD.findall(sentence[number.end : number.end + 60])[:NOUN_WORDS]:
        low = word.lower()
        if not word[0].isalnum() or low in _ENDS:
            break
        if low.endswith("ed") and low not in ("injured", "wounded"):
            continue  # "1,180 damaged homes"
        if one := stem(low):
            found.append(one)
    return found
