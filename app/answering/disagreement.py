"""Values that do not agree: one thing that changed, sources that cannot both be right, or two things that only look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.answering.disputes import disputes
from app.answering.links import corrected
from app.answering.origins import independent
from app.answering.pairing import Pair, Weighted, joins
from app.answering.rarity import rarity
from app.answering.readers.reading import Found
from app.answering.readers.values import same_value
from app.answering.statements import Statement, statement_of
from app.answering.validity import ReadValue
from app.retrieval.profile import QuestionProfile
from app.text.names import same_name

SURE_AT = 0.16
"""The chance of the likeliest value under which nothing is said of change or dispute."""
SET_BESIDE_AT = 0.03
"""The same where an article sets the two values beside each other."""
NEAR_LEAD, CUED_LEAD = 7.0, 14.0
"""A place that the reader thought so much less of than of the value's best does not count; one that tells it as overtaken may."""
LOOKED_AT = 20
"""Values, likeliest first, that are compared with the one to answer with."""
PLACES = 12
"""Places of a value that are read for what is said of it."""
MOST = 5
"""Values that are told of one thing."""
DAYS_APART = 3
"""A value that was first given so many days after another was last given has overtaken it; nearer in time, two sources disagree."""


@dataclass(slots=True)
class Told:
    """A value with all that was said of it, oldest first; `overtaken` by a later one of the same thing; `corrects`:
    takes the place of a wrong one."""

    read: ReadValue
    statements: list[Statement]
    overtaken: bool = False
    corrects: bool = False

    @property
    def direct(self) -> list[Statement]:
        """What gives it as it stands, not as overtaken."""
        return [one for one in self.statements if not one.stale]

    @property
    def first(self) -> date | None:
        return min((one.day for one in self.direct or self.statements if one.day), default=None)

    @property
    def last(self) -> date | None:
        return max((one.day for one in self.direct or self.statements if one.day), default=None)

    @property
    def best(self) -> Statement:
        """The one to cite: the earliest that gives it directly and says who says so, else the earliest."""
        given = self.direct or self.statements
        return next((one for one in given if one.speaker), given[0])

    @property
    def sources(self) -> int:
        """Independent articles that give it directly."""
        return independent(self.direct)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the values say together: `kind` None where they agree, or say nothing of one another; `told` newest first."""

    kind: Literal["change", "disagreement"] | None
    told: list[Told] = field(default_factory=list)


def weigh(asked: QuestionProfile, first: ReadValue, values: Sequence[ReadValue], spans: Sequence[Found]) -> Weighed:
    """`first`, the value to answer with, and those of `values` that answer beside it, told apart. At least two stand in what has a
    kind."""
    if first.chance < SET_BESIDE_AT:
        return Weighed(None)
    return _told_apart(_without_lookalikes(_that_answer(asked, first, values, spans)))


def weigh_sides(sides: Sequence[ReadValue]) -> Weighed:
    """Yes and no, each with who says so."""
    return _told_apart([Told(side, statements_of(side)) for side in sides])


def _told_apart(told: list[Told]) -> Weighed:
    if len(told) < 2:
        return Weighed(None, told)
    for one in told:
        one.overtaken = any(_overtakes(other, one) for other in told if other is not one)
        one.corrects = any(corrected(wrong, right) for other in told for wrong in other.statements for right in one.statements)
    current = [one for one in told if not one.overtaken]
    if not current:  # each told as older than another: the newest stands
        current = [max(told, key=_moment)]
        current[0].overtaken = False
    kind: Literal["change", "disagreement"] = "disagreement" if len(current) > 1 else "change"
    return Weighed(kind, sorted(told, key=lambda one: (not one.overtaken, _moment(one)), reverse=True))


def _that_answer(asked: QuestionProfile, first: ReadValue, values: Sequence[ReadValue], spans: Sequence[Found]) -> list[Told]:
    """The first value, then the others that answer beside it."""
    rare = rarity(asked, spans)
    told = [Told(first, statements_of(first))]
    for value in values[:LOOKED_AT]:
        if value is not first and len(told) < MOST and comparable(asked, first, value):
            one = Told(value, [s for s in statements_of(value) if _of_one_unit(first, s)])
            if not one.statements:
                continue
            pair = Pair(Weighted(first, told[0].statements), Weighted(value, one.statements))
            if joins(asked, rare, pair) and (first.chance >= SURE_AT or pair.told_together):
                told.append(one)
    return told


def _of_one_unit(first: ReadValue, statement: Statement) -> bool:
    """ "Nine" people are not told of by "four tonnes", though "four" alone might be."""
    mine, theirs = first.value.figure, statement.value.figure
    return mine is None or theirs is None or theirs.unit in ("", mine.unit)


def statements_of(value: ReadValue) -> list[Statement]:
    """What was said of a value, oldest first; a place that the reader thought much less of than its best is left out."""
    best = value.found[0]
    near = [one for one in value.found if one.lead >= best.lead - NEAR_LEAD or (one.lead >= best.lead - CUED_LEAD and _has_cue(one))]
    said: dict[tuple[str, int], Statement] = {}
    # Of two spans of one sentence the shorter holds the value alone.
    for one in sorted(near[:PLACES], key=lambda found: len(found.text)):
        if (place := (one.passage.article.id, one.sentence.start)) not in said:
            said[place] = statement_of(one)
    return sorted(said.values(), key=lambda one: (one.day or date.min, one.found.sentence.start))


def _has_cue(found: Found) -> bool:
    one = statement_of(found)
    return one.stale or one.corrects


def comparable(asked: QuestionProfile, first: ReadValue, other: ReadValue) -> bool:
    """Whether two values can be values of one thing: figures of one unit, days, names, or words that are neither."""
    a, b = first.value, other.value
    if same_value(a, b):
        return False
    if a.dates or b.dates:
        return bool(a.dates and b.dates) and (a.dates[0].month or 0) > 0 and _as_fine(a.dates[0], b.dates[0])
    if a.figure or b.figure:
        return a.figure is not None and b.figure is not None and a.figure.unit == b.figure.unit
    if asked.kind == "name" and a.names and b.names:
        return not any(same_name(x, y) for x in a.names for y in b.names)
    return not (a.words <= b.words or b.words <= a.words)


def _as_fine(one: object, two: object) -> bool:
    """Whether two dates name a day, or both only a month, a year, a weekday."""
    fields = ("month", "day", "weekday")
    return all((getattr(one, name) is None) == (getattr(two, name) is None) for name in fields[:2])


def _without_lookalikes(told: list[Told]) -> list[Told]:
    """Two values that one voice gives in one sentence, or in one article as they stand, are of two things: the likelier stays."""
    kept: list[Told] = []
    for one in told:
        if not any(_one_voice(one, other) for other in kept):
            kept.append(one)
    return kept


def _one_voice(weaker: Told, stronger: Told) -> bool:
    if any(one.stale or one.corrects for one in weaker.statements) or any(one.stale or one.corrects for one in stronger.statements):
        return False
    places = {one.found.passage.article.id: one for one in stronger.direct}
    shared = [(one, places.get(one.found.passage.article.id)) for one in weaker.direct]
    if not shared or any(other is None for _, other in shared):
        return False
    return all(other is not None and _voice(one) == _voice(other) for one, other in shared)


def _voice(one: Statement) -> str:
    return one.speaker.lower() if one.speaker else ""


def _overtakes(newer: Told, older: Told) -> bool:
    """Whether the one took the other's place, rather than contradict it."""
    if _both_voices(newer, older):
        return False
    retold = [one for one in older.statements if one.stale]
    given = {one.found.passage.article.id for one in newer.statements if not one.stale}
    still = {one.found.passage.article.id for one in older.direct}
    if any(one.found.passage.article.id in given - still for one in retold):
        return True
    if not newer.direct:
        return False
    if not older.direct:  # it is told as overtaken wherever it is told
        return True
    if not (newer.first and older.last and older.first):
        return False
    if any(one.corrects and one.day and one.day >= older.first for one in newer.direct) and newer.first >= older.first:
        return not any(one.corrects for one in older.direct)
    if newer.first <= older.first:
        return False
    apart = (newer.first - older.last).days
    if apart <= 0:
        return False
    if any(one.fresh for one in newer.direct):
        return True
    if _same_origin(newer, older):
        return True
    disputed = any(disputes(one.found.said) for one in newer.direct)
    return apart >= DAYS_APART and not disputed


def _both_voices(one: Told, two: Told) -> bool:
    """Whether an article gives both as they stand, each in another's words."""
    voices = {s.found.passage.article.id: _voice(s) for s in one.direct}
    return any(_voice(s) not in ("", voices.get(s.found.passage.article.id, _voice(s))) for s in two.direct)


def _same_origin(one: Told, two: Told) -> bool:
    """Whether one speaker, or one outlet in its own words, gave both."""
    for a in one.direct:
        for b in two.direct:
            if a.speaker and b.speaker:
                if a.speaker.lower() == b.speaker.lower() or same_name(a.speaker, b.speaker):
                    return True
            elif not a.speaker and not b.speaker and a.found.passage.article.source == b.found.passage.article.source is not None:
                return True
    return False


def _moment(one: Told) -> tuple[date, float]:
    return (one.last or date.min, one.read.chance)
