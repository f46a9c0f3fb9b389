"""A conflict's values over time as a picture: pure, drawn on the server, at home in any width.

Its lines are an SVG whose x is in per cent, so that it stretches while text keeps its size. Its points are buttons laid
over it: what a number does, a point does. The same values stand in a table that only screen readers meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from app.answer import Claim, Conflict
from app.article import Published
from app.text.months import day_words
from app.web.axis import FIRST, LAST, Axis, date_of, day_axis, figure_axis, figure_words
from app.web.cite import cite_data
from app.web.claims import marks_of, when_said, who_says
from app.web.labels import HEIGHT, Mark, arrange
from app.web.markup import date_words, esc
from app.web.turn import Turn, place

FEWEST = 3
"""Points that make a picture: two values are told sooner than drawn."""

LETTER = 7.1
"""Pixels that a letter of a tick takes on the average."""

LONGEST_LABEL = 18
"""Letters of a value that stand beside its point; of a longer one, only the figure."""

SHAPES = (
    '<circle r="5.5"/>',
    '<path d="M-5-5h10v10h-10z"/>',
    '<path d="M0-6.6L6.4 4.8H-6.4z"/>',
    '<path d="M0-7L7 0L0 7L-7 0z"/>',
    '<path d="M-2.2-6.5h4.4v4.3h4.3v4.4h-4.3v4.3h-4.4v-4.3h-4.3v-4.4h4.3z"/>',
    '<path d="M0 6.6L6.4-4.8H-6.4z"/>',
)
"""A shape and, in the style sheet, a colour for each outlet; the last is for all further ones."""


@dataclass(frozen=True, slots=True)
class Point:
    """A claim that can be drawn: `day` and `amount` as numbers, `shape` that of its outlet."""

    claim: Claim
    day: float
    amount: float
    shape: int


def drawable(conflict: Conflict) -> bool:
    """Whether there is enough to draw: values on a scale, at three known moments or more."""
    return len(find_points(conflict)) >= FEWEST


def find_points(conflict: Conflict) -> list[Point]:
    """The claims with a date and an amount, oldest first. None where the values are words."""
    found = []
    outlets = _outlets(conflict)
    for claim in conflict.claims if conflict.scale else []:
        day = _day(claim.date)
        if day is not None and claim.amount is not None and _fits(conflict, claim.amount):
            found.append(Point(claim, day, claim.amount, min(outlets.index(claim.citation.source), len(SHAPES) - 1)))
    # They come newest first; the order of equal days is turned round with the rest.
    found.reverse()
    return sorted(found, key=lambda one: one.day)


def _day(text: str | None) -> float | None:
    """Days since 1970 in UTC, with their fraction where a time is known."""
    try:
        return Published.parse(text).first_second / 86_400 if text else None
    except (ValueError, OverflowError):
        return None


def _fits(conflict: Conflict, amount: float) -> bool:
    """Not what no axis could show: a figure beyond all news, a day beyond the calendar."""
    return math.isfinite(amount) and (FIRST < amount < LAST if conflict.scale == "day" else abs(amount) < 1e15)


def _outlets(conflict: Conflict) -> list[str | None]:
    """The outlets by how many claims they have, so that the commonest gets the plainest shape."""
    named = [claim.citation.source for claim in conflict.claims]
    return sorted(dict.fromkeys(named), key=lambda one: -named.count(one))


@dataclass(frozen=True, slots=True)
class _Scene:
    """The points, oldest first, between the axes of a conflict."""

    conflict: Conflict
    points: list[Point]
    across: Axis
    up: Axis

    @property
    def joined(self) -> bool:
        """Whether a line leads from value to value: of one thing that changed, not of sources that disagree."""
        return self.conflict.kind == "change"

    def x(self, day: float) -> str:
        return f"{100 * self.across.share(day):.2f}%"

    def y(self, amount: float) -> float:
        return round(HEIGHT * (1 - self.up.share(amount)), 1)


def render_timeline(turn: Turn, conflict: Conflict, name: str, *, alone: bool = False) -> str:
    """The picture as a figure whose caption has the id `name`. `alone`: it stands by itself and says what it is about."""
    points = find_points(conflict)
    amounts = [one.amount for one in points]
    up = day_axis(amounts, years=True, room=0.17) if conflict.scale == "day" else figure_axis(amounts)
    scene = _Scene(conflict, points, day_axis([one.day for one in points]), up)
    gutter = round(max(3, *(len(words) for _, words in up.ticks)) * LETTER) + 10
    title = f'<b dir="auto">{esc(conflict.about)}</b> ' if alone else ""
    unit = conflict.unit.strip() if conflict.scale == "figure" else "Day given"
    measured = f"{unit[:1].upper()}{unit[1:]}, by date" if unit else "By date"
    return (
        f'<figure class="timeline" data-kind="{conflict.kind}" aria-labelledby="{name}">'
        f'<figcaption id="{name}">{title}<span class="unit" dir="auto">{esc(measured)}</span></figcaption>'
        f'<div class="plot" style="--gutter:{gutter}px;--high:{HEIGHT}px">{_lines(scene)}{_points(turn, scene)}</div>'
        f"{_legend(scene)}{_table(points)}</figure>"
    )


def _lines(scene: _Scene) -> str:
    """Axes with their labels, and for a change the line from value to value."""
    out = []
    for value, words in scene.up.ticks:
        y = scene.y(value)
        out.append(f'<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>')
        out.append(f'<text x="-10" y="{y}" dy=".34em" text-anchor="end">{esc(words)}</text>')
    out.append(f'<line class="base" x1="0" x2="100%" y1="{HEIGHT}" y2="{HEIGHT}"/>')
    for value, words in scene.across.ticks:
        x = scene.x(value)
        out.append(f'<line class="base" x1="{x}" x2="{x}" y1="{HEIGHT}" y2="{HEIGHT + 5}"/>')
        out.append(f'<text x="{x}" y="{HEIGHT + 21}" text-anchor="middle">{esc(words)}</text>')
    for one, after in pairwise(scene.points) if scene.joined else ():
        ends = f'x1="{scene.x(one.day)}" x2="{scene.x(after.day)}" y1="{scene.y(one.amount)}" y2="{scene.y(after.amount)}"'
        out.append(f'<line class="series" {ends}/>')
    return f'<svg class="axes" width="100%" height="{HEIGHT}" aria-hidden="true" focusable="false">{"".join(out)}</svg>'


def _points(turn: Turn, scene: _Scene) -> str:
    """A button for each point, oldest first, with its value beside it where there is room."""
    numbers = turn.numbers()
    labels = [_label(scene.conflict, one) for one in scene.points]
    marks = [Mark(scene.across.share(one.day), scene.y(one.amount), label) for one, label in zip(scene.points, labels, strict=True)]
    out = []
    for one, label, laid in zip(scene.points, labels, arrange(marks, joined=scene.joined), strict=True):
        claim = one.claim
        told = [" ".join(claim.value.split()), who_says(claim), when_said(claim)]
        # The name begins with what is seen.
        name = esc(", ".join(dict.fromkeys([label, *told, *marks_of(claim)])))
        data = cite_data(turn, numbers[place(claim.citation)], claim.citation, "claim", card=True, lead=_lead(claim))
        style = f"left:calc({scene.x(one.day)} + {laid.shift}px);top:{scene.y(one.amount)}px"
        beside = f'<span class="label" data-side="{laid.side}" dir="auto">{esc(label)}</span>' if laid.side else ""
        past = " past" if claim.earlier else ""
        out.append(
            f'<button type="button" class="point{past}" style="{style}"{data} aria-label="{name}">{_marker(one.shape)}{beside}</button>'
        )
    return "".join(out)


def _lead(claim: Claim) -> str:
    """What the hover card begins with: what is not in its line of date and outlet."""
    earlier = claim.date and when_said(claim) != date_words(claim.citation.published)
    said = [" ".join(claim.value.split()), claim.speaker, when_said(claim) if earlier else None]
    return ", ".join(one for one in said if one)


def _label(conflict: Conflict, point: Point) -> str:
    value = " ".join(point.claim.value.split())
    if len(value) <= LONGEST_LABEL:
        return value
    return day_words(date_of(point.amount)) if conflict.scale == "day" else figure_words(point.amount)


def _marker(shape: int) -> str:
    return f'<svg class="marker" data-shape="{shape + 1}" viewBox="-9 -9 18 18" aria-hidden="true" focusable="false">{SHAPES[shape]}</svg>'


def _legend(scene: _Scene) -> str:
    """Which outlet has which shape, and what a hollow one means."""
    last = len(SHAPES) - 1
    outlets = _outlets(scene.conflict)
    names = {n: outlet or "Outlet not stated" for n, outlet in enumerate(outlets[: last + 1])}
    if len(outlets) > last + 1:
        names[last] = "Other outlets"
    drawn = {one.shape for one in scene.points}
    items = [f'<li>{_marker(n)}<span dir="auto">{esc(name)}</span></li>' for n, name in names.items() if n in drawn]
    if any(one.claim.earlier for one in scene.points):
        items.append('<li class="past">Hollow: since overtaken</li>')
    return f'<ul class="legend" role="list">{"".join(items)}</ul>'


def _table(points: list[Point]) -> str:
    """The picture for those who do not see it."""
    rows = "".join(
        f'<tr><th scope="row">{esc(" ".join(one.claim.value.split()))}</th><td>{esc(who_says(one.claim))}</td>'
        f"<td>{esc(one.claim.citation.source or 'Outlet not stated')}</td><td>{esc(when_said(one.claim))}</td></tr>"
        for one in points
    )
    heads = "".join(f'<th scope="col">{words}</th>' for words in ("Value", "Said by", "Outlet", "Date"))
    return f'<div class="vh"><table><caption>The same values</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
