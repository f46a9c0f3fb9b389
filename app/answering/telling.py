"""What an answer is made of: the readings to quote, what is told as older, and the conflict as callers receive it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.answer import AnswerSentence, Citation, Claim, Conflict
from app.answering.choice import choose
from app.answering.citing import cite, outlet_name
from app.answering.counting import amount_of, unit_of
from app.answering.disagreement import Told, Weighed, comparable, statements_of, weigh, weigh_sides
from app.answering.readers.counted import BARE
from app.answering.readers.reading import Reading, Readings
from app.answering.speakers import speaker_of
from app.answering.statements import Statement
from app.answering.story_state import STORY_KNOWN, newest_of_story
from app.answering.validity import ReadValue, read_values, value_of
from app.answering.yes_or_no import asks_yes_or_no, stances
from app.retrieval.plain_question import asks_for_the_state
from app.retrieval.profile import QuestionProfile
from app.retrieval.wish import Wish
from app.text.months import day_words
from app.text.names import same_name

LESS_LIKELY = 0.4
"""The share of the first value's chance that one which fits the question better must have to go before it. Set by hand."""
OF_ANOTHER_LESS = 0.2
"""The same of a figure that counts the thing asked for, before one that counts another."""
SPEAKER_WITHIN = 6.0
"""Of the first reading's score (a logit) a reading must be for its speaker to put it first. Set by hand."""
LESS_PLAIN = 4.0
"""A place whose span leads "not here" by so much less than the value's best is not quoted for being newer. Set by hand."""
LOOKED_AT = 12
"""Readings, best first, that may be of the speaker asked for; values, likeliest first, of which one may be the newest state."""
PLACES = 6
"""Further places under one claim."""
OLDER = 3
"""Overtaken values that the answer itself names; the rest stand in the conflict."""


@dataclass(frozen=True, slots=True)
class Telling:
    """`quoted`: the readings to answer with, in order; `older`: values that were overtaken, newest first; `conflict`: both as data;
    `lead`: words of ours before the first quote; `sure`: how likely at least (0 to 1) it answers, whatever the reader thought."""

    quoted: list[Reading]
    older: list[Told] = field(default_factory=list)
    conflict: Conflict | None = None
    lead: str = ""
    sure: float = 0.0


def what_to_tell(question: str, asked: QuestionProfile, wish: Wish, readings: Readings) -> Telling:
    """The values that were read, weighed against each other: a conflict where they do not agree, else the likeliest readings; for a
    question on a story as a whole, its newest articles.

    `question` as it was asked, `asked` as it was put to each article."""
    if asks_for_the_state(question) and (newest := newest_of_story(asked, readings.spans)):
        return Telling(newest, lead=_as_of(newest[0]), sure=STORY_KNOWN)
    if not readings.found:
        return Telling([])
    found = said_by(wish.speaker, readings.found) if wish.speaker else readings.found
    values = read_values(asked, readings.spans)
    likeliest = value_of(values, found[0])
    first = _leading(likeliest, values)
    weighed = Weighed(None)
    if asks_yes_or_no(question) and (sides := stances(asked, readings.spans)):
        weighed = weigh_sides(sides)
    elif first is not None:
        weighed = weigh(asked, first, values, readings.spans)
    if weighed.kind is not None:
        return tell(asked, weighed, found, wish)
    chosen = choose(question, found)
    if first is not None and (wish.newest or first is not likeliest):
        told = _newest(asked, first, values) if wish.newest else Told(first, statements_of(first))
        lead = _reading(_last(told) if wish.newest else _likeliest(told), found)
        return Telling([lead, *chosen[1:]], lead=_as_of(lead) if wish.newest else "")
    return Telling(chosen)


def said_by(speaker: str, found: Sequence[Reading]) -> list[Reading]:
    """Those in which the speaker says it first, if they are near the first in score; nothing is lost."""
    near = [one for one in found[:LOOKED_AT] if one.score >= found[0].score - SPEAKER_WITHIN and _says(speaker, one)]
    return [*near, *(one for one in found if all(one is not other for other in near))]


def _says(speaker: str, reading: Reading) -> bool:
    who = speaker_of(reading.article, reading.sentence, reading.span)
    return who is not None and (same_name(who, speaker) or speaker.lower() in who.lower() or who.lower() in speaker.lower())


def _as_of(reading: Reading) -> str:
    """ "As of 3 Mar 2026: ", before the words of an article that says how things stand."""
    return f"As of {day_words(reading.article.published.day)}: " if reading.article.published else ""


def _newest(asked: QuestionProfile, first: ReadValue, values: Sequence[ReadValue]) -> Told:
    """Of the values that are not much less likely and can be values of the same thing, the one that was last given."""
    near = [
        one for one in values[:LOOKED_AT] if one is first or (one.chance >= LESS_LIKELY * first.chance and comparable(asked, first, one))
    ]
    told = [Told(one, statements_of(one)) for one in near]
    return max(told, key=lambda one: (_printed(_last(one)), one.read.chance))


def _leading(first: ReadValue | None, values: Sequence[ReadValue]) -> ReadValue | None:
    """The first value, unless another that is not much less likely fits better: a day with its month before a mere weekday, a figure of
    the thing asked for before one of another thing."""
    if first is None:
        return None
    near = [one for one in values if one.chance >= LESS_LIKELY * first.chance]
    if first.value.dates and not first.value.dates[0].month:
        return next((one for one in near if one.value.dates and one.value.dates[0].month), first)
    if first.counted < BARE:
        return next((one for one in values if one.counted > BARE and one.chance >= OF_ANOTHER_LESS * first.chance), first)
    return first


def tell(asked: QuestionProfile, weighed: Weighed, found: Sequence[Reading], wish: Wish) -> Telling:
    """What values that do not agree are told as; `weighed` has a kind. One who asks for the newest state is given the last article
    that says it, and so is one who is told of a change; one who asks for the beginning the oldest value; else the likeliest place of each
    current value is quoted."""
    assert weighed.kind is not None
    current = [one for one in weighed.told if not one.overtaken]
    older = [one for one in weighed.told if one.overtaken]
    conflict = conflict_of(asked, weighed)
    if wish.first and older:
        return Telling([_reading(_likeliest(older[-1]), found)], [], conflict)
    newest = wish.newest or (weighed.kind == "change" and not wish.first)
    quoted = [_reading(_last(one) if newest else _likeliest(one), found) for one in current]
    return Telling(quoted, older, conflict, _as_of(quoted[0]) if wish.newest else "")


def conflict_of(asked: QuestionProfile, weighed: Weighed) -> Conflict:
    """The conflict, a claim for each value, newest first."""
    assert weighed.kind is not None
    claims = [_claim(one) for one in weighed.told]
    scale, unit = unit_of([one.best.found for one in weighed.told])
    for claim, one in zip(claims, weighed.told, strict=True):
        claim.amount = amount_of(one.read.value, one.best.day, scale)
    if any(claim.amount is None for claim in claims):
        scale = None
        for claim in claims:
            claim.amount = None
    return Conflict(about=asked.text, kind=weighed.kind, claims=claims, scale=scale, unit=unit if scale else "")


def _claim(told: Told) -> Claim:
    best = told.best
    places = [_place(one) for one in told.statements if one is not best and not one.stale]
    return Claim(
        text=" ".join(best.found.said.split()),
        value=" ".join(best.found.text.split()),
        speaker=best.speaker,
        date=str(best.day) if best.day else None,
        citation=_place(best),
        places=places[:PLACES],
        sources=told.sources,
        earlier=told.overtaken,
        correction=told.corrects and not told.overtaken,
    )


def _place(one: Statement) -> Citation:
    return cite(one.found.passage.article, one.found.sentence, 1.0)


def older_line(older: Sequence[Told]) -> AnswerSentence | None:
    """Overtaken values told as older: "Earlier: 97 million tallars (Ministry of Works, 20 Nov 2025)". None if there are none."""
    if not older:
        return None
    parts, citations = [], []
    for one in older[:OLDER]:
        best = one.best
        outlet = outlet_name(best.found.passage.article)
        who = re.sub(r"^(The|An?)(?= )", lambda found: found[0].lower(), best.speaker) if best.speaker else outlet
        beside = ", ".join(part for part in (who, day_words(best.day) if best.day else "") if part)
        parts.append(" ".join(best.found.text.split()) + (f" ({beside})" if beside else ""))
        citations.append(_place(best))
    text = f"Earlier: {'; '.join(parts)}."
    return AnswerSentence(text=text, verdict="supported", citations=citations, quoted=True)


def _likeliest(told: Told) -> Statement:
    """The direct one that the reader thought most of."""
    return max(told.direct or told.statements, key=lambda one: (one.found.counted, one.found.lead + one.found.liked))


def _last(told: Told) -> Statement:
    """The last that says it about as plainly as any."""
    given = told.direct or told.statements
    plainest = max(one.found.lead for one in given)
    return max((one for one in given if one.found.lead >= plainest - LESS_PLAIN), key=lambda one: (_printed(one), one.found.lead))


def _printed(one: Statement) -> date:
    published = one.found.passage.article.published
    return published.day if published else date.min


def _reading(one: Statement, found: Sequence[Reading]) -> Reading:
    """The reading of that sentence, which knows its copies, with this span."""
    article = one.found.passage.article
    known = next((r for r in found if r.article.id == article.id and r.sentence.start == one.found.sentence.start), None)
    copies = known.copies if known else []
    return Reading(article, one.found.sentence, one.found.span, known.score if known else one.found.lead, list(copies))
