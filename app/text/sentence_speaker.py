"""Who says what stands at a place of a sentence, from the sentence's own words, by rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from app.text.names import find_names
from app.text.speaker_names import has_verb, is_role, named, subject_of

_SAY = (
    r"(?:said|says|say|told|tells|announced|announces|confirmed|confirms|estimated|estimates|claimed|claims|warned|warns|believes?|"
    r"believed|reported|reports|denied|denies|insisted|insists|argued|argues|added|adds|revealed|reveals|indicated|indicates|mentioned|"
    r"noted|notes|stated|states|stressed|explained|predicted|predicts|forecast|forecasts|maintained|maintains|wrote|writes|acknowledged|"
    r"admitted|admits|replied|countered|conceded|promised|suggested|suggests|concluded|concludes|disputed|disputes|rejected|rejects|"
    r"declared|published|pointed out|made clear|held to|stood by|corrected|recalled|complained|accused|blames?|blamed|counts?|counted|"
    r"puts?(?! (?:off|back|forward|out|up|on|in|together))|expects?|expected|calculates?|calculated|found|has it|holds to|stuck to|"
    r"stands by|speaks of|spoke of|reckons?|accuses)"
)
_WANT = (
    r"(?:hopes?|hoped|plans?|planned|offered|offers|demands?|demanded|wants?|wanted|aims?|intends?|proposes?|proposed|asks for|"
    r"is asking for)"
)
"""Of somebody who says it only by what he wants: taken where nobody else is said to say it."""
_ADVERBS = (
    r"(?:(?:has|have|had|also|now|later|earlier|then|still|again|first|only|previously|already|since|repeatedly|originally|initially|"
    r"meanwhile|however|itself|himself|herself|themselves|on \w+day|in \w+) ){0,3}"
)
_SAYS, _WANTS = re.compile(rf" {_SAY}\b", re.IGNORECASE), re.compile(rf" {_WANT}\b", re.IGNORECASE)
_WHO = r"(?P<who>[^.;!?“”\"]{2,160}?),? "
_WHO_SAYS = re.compile(rf"{_WHO}{_ADVERBS}(?P<verb>{_SAY})\b(?! by\b)", re.IGNORECASE)
_WHO_WANTS = re.compile(rf"{_WHO}{_ADVERBS}(?P<verb>{_WANT})\b", re.IGNORECASE)
_STRETCH = re.compile(r"[^.;!?“”\"]+")
"""What a subject and its verb stand in."""
LOOK_AHEAD = 12
"""Characters behind a verb that these patterns look at, and more."""
_SAYS_WHO = re.compile(
    r"[,”\"’?!] ?(?:said|says|added|wrote|explained|argued|insisted|warned|replied|recalled) (?P<who>[A-Z“\"]?[^.;!?“”\"]{2,160})"
)
_ACCORDING = re.compile(
    r"\b(?:according to|in the words of|in the view of|by the account of|figures? (?:from|by|of)|data (?:from|by)|"
    r"an? (?:estimate|count|statement|report|analysis|survey|study) (?:by|from|of)) (?P<who>[^.;!?“”\"]{2,120})",
    re.IGNORECASE,
)
_OPENS = re.compile(r"\w+(?: out| clear)? (?:that|it|its|the|a|an|they|he|she|there|this|some|about|up|more|at least|\d)\b", re.IGNORECASE)
_SHOWS = re.compile(rf" (?:{_SAY}|shows?|showed|has|had|is|was|will|would)\b", re.IGNORECASE)
"""What ends the name of a body whose report or figures say something: "a report by the audit office found …"."""
_SAID_NOT_WHO = re.compile(r"(?:that|it|on|in|at)\b")
_ENDS_A_CLAUSE = re.compile(r"; |\.”|\.\"")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=1024)
def speaker_in(text: str, at: int) -> str | None:
    """The nearest one whose words hold the place `at`: what follows "X said", what stands before ", said X" or "according to X"."""
    plain = _SPACES.sub(" ", text)
    at -= len(text[:at]) - len(_SPACES.sub(" ", text[:at]))
    before: tuple[int, str] | None = None
    after: str | None = None
    for found in _subjects(_WHO_SAYS, _SAYS, plain):
        who = subject_of(plain[: found.end("who")])
        if who is None or who.lower() in ("we", "i"):  # whoever says "we" is named outside the quotation
            continue
        if found.end() <= at:
            before = (found.end(), who)
        elif after is None and _trails(plain, found.start("verb")):
            after = who
    for way in (_ACCORDING, _SAYS_WHO):
        for found in way.finditer(plain):
            who = named(_SHOWS.split(found["who"])[0] if way is _ACCORDING else found["who"])
            if who is None or (way is _SAYS_WHO and not _is_somebody(found["who"], who)):
                continue
            if found.start() >= at or way is _SAYS_WHO:
                # Nearer than what stands behind the claim is only a verb that governs it: "which announced it would send 20,000, …".
                governed = before is not None and before[0] <= at and "," not in plain[before[0] : at]
                return before[1] if before and governed and found.start() >= at else who
            before = (found.end(), who)
    if before is not None and (after is None or not _ENDS_A_CLAUSE.search(plain, before[0], at)):
        return before[1]
    return after or (before[1] if before else _who_wants(plain, at))


def _subjects(way: re.Pattern[str], verbs: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """`way.finditer(text)`, where its verbs are: with none ahead it would try every start to the end of the stretch."""
    for stretch in _STRETCH.finditer(text):
        last = None
        for found in verbs.finditer(text, *stretch.span()):
            last = found
        if last is not None:
            space = text.find(" ", last.end() + LOOK_AHEAD, stretch.end())
            yield from way.finditer(text, stretch.start(), stretch.end() if space < 0 else space)


def _who_wants(text: str, at: int) -> str | None:
    wanting = [subject_of(text[: found.end("who")]) for found in _subjects(_WHO_WANTS, _WANTS, text) if found.end() <= at]
    return next((who for who in reversed(wanting) if who), None)


def _is_somebody(rest: str, who: str) -> bool:
    """Whether what follows "said" is who said it, and not what was said."""
    return not has_verb(rest.split(",")[0]) and (is_role(who) or bool(find_names(who))) and not _SAID_NOT_WHO.match(rest)


def _trails(text: str, verb: int) -> bool:
    """Whether "X said" closes what it is said of: "1,740 homes, the council said on Friday", and opens nothing of its own."""
    return not _OPENS.match(text[verb:])
