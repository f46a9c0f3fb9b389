"""Which words of a clause are its verb, by tables: without a tagger, so only where hardly anything else can be meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.support.tokens import Token
from app.text.tables import word_set

AUXILIARIES = word_set(
    "is are was were has have had will would shall should can cannot could may might must does did do isn't aren't wasn't weren't hasn't "
    "haven't hadn't won't wouldn't can't couldn't shouldn't doesn't didn't don't"
)
REPORTING = re.compile(
    r"\b(?:said|says?|saying|told|tells|according to|announce[sd]?|confirm(?:s|ed)|estimate[sd]?|claim(?:s|ed)|warn(?:s|ed)|"
    r"believe[sd]?|report(?:s|ed)|blame[sd]?|den(?:y|ies|ied)|insist(?:s|ed)?|argue[sd]?|add(?:s|ed)|accuse[sd]?|reveal(?:s|ed)|indicate[sd]?|"
    r"mention(?:s|ed)|state[sd]|expect(?:s|ed)?|predict(?:s|ed)?|forecasts?|suggest(?:s|ed)?|think|thinks|thought|denounce[sd]?|"
    r"conclude[sd]?|found|finds|shows?|showed|puts?|written|wrote|writes|repeat(?:s|ed)|testif(?:y|ies|ied)|concede[sd]?|complain(?:s|ed))\b",
    re.IGNORECASE,
)
"""Words by which a sentence gives what another says."""
# Preterites and third persons that are no noun, no participle of a shortened clause and no infinitive.
_FINITE = word_set(
    "said says told fell rose grew began went came took gave got kept knew saw became led left lost won met held stood spoke wrote broke "
    "chose drew flew sank stole swore threw withdrew overtook fought sought lay ran sat sent sold spent thought brought remains becomes "
    "belongs means wants expects includes contains employs begins goes comes takes gives gets keeps lies believes denies says owns "
    "follows replaces serves stands sits allows requires costs runs opens closes starts ends plays lives works makes needs leaves"
)
_UNCHANGED = word_set("put set cut hit shut let bid")
_OBJECT = word_set(
    "the a an its his her their our it them him that this these those us me all both two three four five six seven eight nine ten"
)
_VERB_TO = word_set(
    "agreed refused decided failed voted continued tried managed started helped needed wanted planned promised threatened declined "
    "returned moved opted pledged vowed offered intended hoped expected"
)
_ARTICLES = word_set("the a an its his her their our to")
_BEFORE_ADJECTIVES = _ARTICLES | word_set("of in on at by for with from and or was were is are been be being had has have")


def finite(words: Sequence[Token], index: int) -> bool:
    """Whether a clause surely has its verb here: "was", "fell", "approved the", "agreed to"."""
    low = words[index].low
    if low in AUXILIARIES or low in _FINITE:
        # "the thought", "a stand": a noun.
        return index == 0 or words[index - 1].low not in _ARTICLES
    if not (low.endswith("ed") or low in _UNCHANGED) or (index and words[index - 1].low in _BEFORE_ADJECTIVES):
        return False
    after = words[index + 1] if index + 1 < len(words) else None
    if after is None or after.clause != words[index].clause:
        return False
    return after.low in _OBJECT or after.low[0].isdigit() or (after.low == "to" and low in _VERB_TO)


def verb_at(words: Sequence[Token]) -> int | None:
    """The index of the first sure verb, None without one."""
    return next((index for index in range(len(words)) if finite(words, index)), None)
