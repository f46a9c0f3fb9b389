"""The evidence of an answer by date and outlet, as a picture: pure, drawn on the server, at home in any width.

A dot is an article, in the lane of its outlet: cited ones with their numbers, the others pale. Lines and days are an SVG whose x is in
per cent; dots are buttons laid over it, as in the picture of a conflict (`timeline.py`), which shows values. The script beside it
(`static/evidence.js`) lets a stretch of days be chosen, and reads what a hover card says from the table that only screen readers meet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.text.months import day_words
from app.web.axis import FIRST, LAST, Axis, date_of
from app.web.dots import SIZE, Laid, stack
from app.web.evidence import Lane, Seen, day_number, days_shown, drawable, find_evidence, lanes
from app.web.markup import count, date_words, esc
from app.web.turn import Turn

NARROW, WIDE = 252, 460
"""Pixels of a lane at the least: where the outlet's name stands above it, on the smallest phone, and where it stands beside it."""

LETTER = 6.6
"""Pixels of a figure in a dot, at most."""

UNDATED = 6
"""Articles without a date that are told in words; the table has all."""


def render_evidence(turn: Turn) -> str:
    """The picture, folded under a line that says what it holds; nothing where fewer than three articles have a date."""
    evidence = find_evidence(turn)
    if not drawable(evidence):
        return ""
    axis, rows = days_shown(turn, evidence), {one.name: n for n, one in enumerate(evidence, 1)}
    drawn = lanes(evidence)
    # One stop for Tab; arrow keys go on from there.
    stop = next((one for lane in drawn for one in lane.articles if one.numbers), drawn[0].articles[0])
    inside = "".join(_lane(turn, lane, axis, rows, stop) for lane in drawn)
    return (
        f'<details class="dates"><summary>{_summary(evidence, axis)}</summary><figure aria-label="Evidence by date">'
        f'<div class="plot" style="--low:{axis.low:.2f};--high:{axis.high:.2f}">'
        f'<div class="across">{_lines(turn, axis)}<div class="band"></div></div>'
        f"{inside}{_ends(axis)}</div>{_legend(evidence)}{_bar()}{_undated(evidence, rows, turn)}{_table(turn, evidence)}</figure></details>"
    )


def _summary(evidence: Sequence[Seen], axis: Axis) -> str:
    """How many articles and outlets, of which days, and the picture itself in one line."""
    outlets = len({one.source for one in evidence if one.source})
    days = [one.day for one in evidence if one.day is not None]
    said = [count(len(evidence), "article"), *([count(outlets, "outlet")] if outlets else []), days_words(days[0], days[-1])]
    paths = []
    for name, cited in (("pale", False), ("cited", True)):
        marks = "".join(f"M{100 * axis.share(one.day):.1f} 2v8" for one in evidence if one.day is not None and bool(one.numbers) == cited)
        paths.append(f'<path class="{name}" d="{marks}"/>')
    strip = (
        f'<svg class="strip" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" focusable="false">{"".join(paths)}</svg>'
    )
    return f"<b>Evidence by date:</b> {', '.join(said)}{strip}"


def days_words(first: int, last: int) -> str:
    """`3 May to 9 Jun 2025`; one day alone if both are the same."""
    one, other = date_of(first), date_of(last)
    return day_words(one) if one == other else f"{day_words(one, year=one.year != other.year)} to {day_words(other)}"


def _lines(turn: Turn, axis: Axis) -> str:
    """The days with their labels, the days that the filters leave, and the as-of day."""
    out = []
    since, until = (day_number(turn.filters.get(key)) for key in ("since", "until"))
    as_of = day_number(turn.as_of)
    if since is not None or until is not None:
        left = _percent(axis, -math.inf if since is None else since - 0.5)
        right = _percent(axis, min((day + 0.5 for day in (until, as_of) if day is not None), default=math.inf))
        if left < right:
            out.append(f'<rect class="within" x="{left:.2f}%" width="{right - left:.2f}%" height="100%"/>')
    for value, words in axis.ticks:
        x = f"{_percent(axis, value):.2f}%"
        out.append(f'<line x1="{x}" x2="{x}" y1="0" y2="100%"/><text x="{x}" y="100%" dy="37" text-anchor="middle">{esc(words)}</text>')
    if as_of is not None and axis.low <= as_of <= axis.high:
        x, side = f"{_percent(axis, as_of):.2f}%", "end" if axis.share(as_of) > 0.5 else "start"
        out.append(
            f'<line class="asof" x1="{x}" x2="{x}" y1="-4" y2="100%"/>'
            f'<text class="asof" x="{x}" y="-9" text-anchor="{side}">as of {esc(day_words(date_of(as_of)))}</text>'
        )
    return f'<svg class="axes" aria-hidden="true" focusable="false">{"".join(out)}</svg>'


def _percent(axis: Axis, day: float) -> float:
    return 100 * min(max(axis.share(day), 0.0), 1.0)


def _lane(turn: Turn, lane: Lane, axis: Axis, rows: dict[str, int], stop: Seen) -> str:
    """An outlet's name and its dots, oldest first, laid out for both of the lane's least widths."""
    shares = [axis.share(one.day or 0) for one in lane.articles]
    sizes = [dot_size(one) for one in lane.articles]
    strong = [bool(one.numbers) for one in lane.articles]
    narrow, wide = (stack(shares, sizes, strong, width) for width in (NARROW, WIDE))
    high = "".join(f"--{key}:{1 + max(one.row for one in laid)};" for key, laid in (("n", narrow), ("w", wide)))
    pairs = zip(lane.articles, sizes, narrow, wide, strict=True)
    dots = "".join(_dot(turn, one, rows[one.name], size, *laid, stop=one is stop) for one, size, *laid in pairs)
    tag, name = "span" if lane.stated else "em", esc(lane.name)
    named = f'<{tag} class="name" dir="auto" title="{name}">{name}</{tag}>'
    return f'<div class="lane" style="{high}">{named}<div class="track">{dots}</div></div>'


def dot_words(one: Seen) -> str:
    """The numbers in a dot: both of two, of more the first and how many."""
    shown = one.numbers if len(one.numbers) < 3 else one.numbers[:1]
    return " ".join(map(str, shown)) + (f" +{len(one.numbers) - 1}" if len(shown) < len(one.numbers) else "")


def dot_size(one: Seen) -> int:
    """Pixels that it takes from side to side."""
    return max(SIZE, math.ceil(LETTER * len(dot_words(one))) + 14)


def _dot(turn: Turn, one: Seen, row: int, size: int, narrow: Laid, wide: Laid, *, stop: bool) -> str:
    # What is nought, or the same in both layouts, is left to the style sheet.
    laid = {"d": f"{one.day}", "r": narrow.row, "s": narrow.shift, "R": wide.row, "S": wide.shift}
    style = ";".join(f"--{key}:{value}{'px' if key in 'sS' else ''}" for key, value in laid.items() if value)
    wider = f";--size:{size}px" if size > SIZE else ""
    tab = "" if stop else ' tabindex="-1"'
    return (
        f'<button type="button" class="point"{tab} style="{style}{wider}"{_opens(one)} aria-labelledby="{turn.id}-e{row}">'
        f"<i>{dot_words(one)}</i></button>"
    )


def _opens(one: Seen) -> str:
    """Attributes that make a button open the article at these words."""
    data = {"cite": one.name, "article": one.article_id, "start": one.start, "end": one.end, "kind": one.kind}
    if one.said_until:
        data["until"] = one.said_until
    return "".join(f' data-{key}="{esc(value)}"' for key, value in data.items())


def _ends(axis: Axis) -> str:
    """The line under the lanes with its two ends, which move to choose a stretch of days."""
    first, last = max(math.floor(axis.low), FIRST), min(math.ceil(axis.high), LAST)
    ends = "".join(
        f'<span class="end {name.lower()}" role="slider" tabindex="0" aria-label="{name}" aria-valuemin="{first}" aria-valuemax="{last}" '
        f'aria-valuenow="{at}" aria-valuetext="{day_words(date_of(at))}"></span>'
        for name, at in (("Since", first), ("Until", last))
    )
    return f'<div class="ends">{ends}</div>'


def _bar() -> str:
    buttons = "".join(
        f'<button type="button" class="plain" data-days="{name}">{words}</button>'
        for name, words in (("again", "Ask again within"), ("next", "Use for the next question"), ("clear", "Clear"))
    )
    return (
        '<div class="stretch"><p class="hint">Drag over days, or move the ends of the line, to ask within them.</p>'
        f'<p class="chosen"></p><div class="row" hidden>{buttons}</div></div>'
    )


def _legend(evidence: Sequence[Seen]) -> str:
    """What strong, outlined and pale dots mean, of those that are there."""
    kinds = {"nearest" if one.kind == "nearest" else "cited" if one.numbers else "seen" for one in evidence if one.day is not None}
    words = {"cited": "cited, by its numbers", "nearest": "nearest, not an answer", "seen": "read, not cited"}
    items = "".join(f'<li data-kind="{kind}"><i></i>{said}</li>' for kind, said in words.items() if kind in kinds)
    return f'<ul class="legend" role="list">{items}</ul>'


def _undated(evidence: Sequence[Seen], rows: dict[str, int], turn: Turn) -> str:
    missing = sorted((one for one in evidence if one.day is None), key=lambda one: not one.numbers)
    if not missing:
        return ""
    names = [
        f'<button type="button"{_opens(one)} dir="auto">{esc(one.title)}</button>{f" ({dot_words(one)})" if one.numbers else ""}'
        for one in missing[:UNDATED]
    ]
    more = f", and {count(len(missing) - UNDATED, 'more', 'more')}" if len(missing) > UNDATED else ""
    return f'<p class="undated">Date not stated: {", ".join(names)}{more}</p>'


def _table(turn: Turn, evidence: Sequence[Seen]) -> str:
    """The picture for those who do not see it; a dot's name is its row."""
    rows = "".join(
        f'<tr id="{turn.id}-e{n}"><td>{_cited_as(one)}</td><td>{esc(date_words(one.published))}</td>'
        f'<td dir="auto">{esc(one.source or "Outlet not stated")}</td><th scope="row" dir="auto">{esc(one.title)}</th></tr>'
        for n, one in enumerate(evidence, 1)
    )
    heads = "".join(f'<th scope="col">{words}</th>' for words in ("Cited", "Date", "Outlet", "Article"))
    return f'<div class="vh"><table><caption>The same articles</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cited_as(one: Seen) -> str:
    if not one.numbers:
        return "Not cited"
    name = "Nearest passage" if one.kind == "nearest" else "Citation"
    return f"{name}{'s' if len(one.numbers) > 1 else ''} {', '.join(map(str, one.numbers))}"
