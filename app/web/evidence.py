"""The articles that an answer rests on and those that were read beside them: of which day, in which outlet, cited or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.answer import Citation, SeenArticle
from app.article import Published
from app.web.axis import EPOCH, Axis, day_axis
from app.web.render_answer import verdicts
from app.web.turn import Turn, place

FEWEST = 3
"""Dated articles that make a picture."""

LANES = 6
"""Outlets with a lane of their own, where there are more."""

FREE = 0.04
"""What part of the days is left free at either end."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An article: `day` since 1970 in UTC, None if not known; `start` and `end` are the words to open it at.

    `numbers` are those of its citations or, for an abstention, of its nearest passages; without any it was read and not cited.
    `name` and `kind` are its citation's, as `data-cite` and `data-kind` have them.
    """

    article_id: str
    title: str
    source: str | None
    published: str | None
    start: int
    end: int
    day: int | None
    name: str = ""
    kind: str = "seen"
    numbers: tuple[int, ...] = ()
    said_until: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """The articles of one outlet, or of several that have no lane of their own; `stated`: whether `name` is an outlet's."""

    name: str
    stated: bool
    articles: list[Seen] = field(default_factory=list)


def find_evidence(turn: Turn) -> list[Seen]:
    """What was read for the answer, and what is cited though it was not ranked (a copy); oldest first, undated last.

    None while it is being answered, and of a turn kept by a version that did not tell what it had read.
    """
    if turn.busy or turn.evidence is None or not turn.evidence.seen:
        return []
    found = {one.article_id: _seen(one) for one in turn.evidence.seen}
    silent, kinds = turn.state == "abstained", verdicts(turn)
    for n, citation in enumerate(turn.nearest if silent else turn.numbered(), 1):
        known = found.get(citation.article_id)
        if known is not None and known.numbers:
            found[citation.article_id] = replace(known, numbers=(*known.numbers, n))
        else:
            kind = "nearest" if silent else kinds.get(place(citation), "claim")
            found[citation.article_id] = replace(_seen(citation), name=f"{turn.id}.{n}", kind=kind, numbers=(n,))
    ordered = sorted(found.values(), key=lambda one: (one.day is None, one.day or 0))
    # Passages that are not cited are a row of their own for the panel, beside that of the citations.
    return [one if one.numbers else replace(one, name=f"{turn.id}e.{n}") for n, one in enumerate(ordered, 1)]


def _seen(one: SeenArticle | Citation) -> Seen:
    seen = Seen(one.article_id, one.title, one.source, one.published, one.start, one.end, day_number(one.published))
    return replace(seen, said_until=one.said_until)


def day_number(published: str | None) -> int | None:
    """The day since 1970 in UTC; None for what is no date."""
    try:
        return (Published.parse(published).day - EPOCH).days if published else None
    except (ValueError, OverflowError):
        return None


def drawable(evidence: Sequence[Seen]) -> bool:
    """Whether there are days enough to draw."""
    return sum(one.day is not None for one in evidence) >= FEWEST


def lanes(evidence: Sequence[Seen]) -> list[Lane]:
    """The dated articles by outlet: those with most citations first, then those with most articles, then what states none."""
    by_outlet: dict[str | None, list[Seen]] = {}
    for one in evidence:
        if one.day is not None:
            by_outlet.setdefault(one.source, []).append(one)
    unstated = by_outlet.pop(None, [])
    ordered = sorted(by_outlet.items(), key=lambda pair: (-sum(bool(one.numbers) for one in pair[1]), -len(pair[1])))
    found = [Lane(name or "", True, articles) for name, articles in ordered]
    if len(found) > LANES + 1:
        rest = sorted((one for lane in found[LANES:] for one in lane.articles), key=lambda one: one.day or 0)
        found[LANES:] = [Lane(f"{len(found) - LANES} other outlets", False, rest)]
    return [*found, Lane("Outlet not stated", False, unstated)] if unstated else found


def days_shown(turn: Turn, evidence: Sequence[Seen]) -> Axis:
    """From the oldest article to the newest, and to the filters' days where those are near enough not to press the rest together."""
    days = sorted(one.day for one in evidence if one.day is not None)
    near = max(7, (days[-1] - days[0]) / 2)
    edges = (day_number(turn.as_of), *(day_number(turn.filters.get(key)) for key in ("since", "until")))
    kept = [day for day in edges if day is not None and days[0] - near <= day <= days[-1] + near]
    return day_axis([*days, *kept], room=FREE)
