"""What does not agree: a card for each conflict, a row for each claim, and the picture of those that can be drawn."""

from __future__ import annotations

from app.answer import Claim, Conflict
from app.web.cite import cite_button
from app.web.claims import HEADINGS, cited_by, when_said, who_says
from app.web.markup import count, esc, icon
from app.web.timeline import drawable, render_timeline
from app.web.turn import Turn, place

ICONS = {"change": "change", "disagreement": "fork"}


def render_conflicts(turn: Turn) -> str:
    """Every conflict as a card, with its picture under the rows unless that stands above the answer."""
    first = _pictured_first(turn)
    return "".join(_card(turn, n, conflict, pictured=n != first) for n, conflict in enumerate(turn.conflicts))


def render_picture(turn: Turn) -> str:
    """For a question on change: the picture that comes before the answer."""
    n = _pictured_first(turn)
    return "" if n is None else render_timeline(turn, turn.conflicts[n], f"{turn.id}-p{n}", alone=True)


def _pictured_first(turn: Turn) -> int | None:
    """Which conflict's picture stands above the answer: where change is asked for, that of a change before others."""
    if not turn.asks_change:
        return None
    found = [n for n, conflict in enumerate(turn.conflicts) if drawable(conflict)]
    return min(found, key=lambda n: (turn.conflicts[n].kind != "change", n), default=None)


def _card(turn: Turn, n: int, conflict: Conflict, *, pictured: bool) -> str:
    name = f"{turn.id}-c{n}"
    about = f'<p class="about" dir="auto">{esc(conflict.about)}</p>' if conflict.about.strip() else ""
    rows = "".join(_row(turn, claim) for claim in conflict.claims)
    picture = render_timeline(turn, conflict, f"{turn.id}-p{n}") if pictured and drawable(conflict) else ""
    return (
        f'<div role="group" class="conflict" data-kind="{conflict.kind}" aria-labelledby="{name}">'
        f'<h3 id="{name}">{icon(ICONS[conflict.kind])}{HEADINGS[conflict.kind]}</h3>{about}'
        f'<ol role="list">{rows}</ol>{picture}</div>'
    )


def _row(turn: Turn, claim: Claim) -> str:
    """Value, who says it and where, when, and the numbers."""
    numbers = turn.numbers()
    buttons = "".join(cite_button(turn, numbers[place(one)], one, "claim", card=True) for one in cited_by(claim))
    value = " ".join(claim.value.split())
    return (
        f'<li class="claim{" past" if claim.earlier else ""}"><b class="value" dir="auto">{esc(value)}</b>'
        f'<span class="who"><span class="says" dir="auto">{esc(who_says(claim))}</span>{_beside(claim)}</span>'
        f'<span class="when">{esc(when_said(claim))}</span><span class="numbers">{buttons}</span></li>'
    )


def _beside(claim: Claim) -> str:
    """The line under who says it: where that was printed, how many say so, and its tags."""
    said = [f'<span dir="auto">in {esc(claim.citation.source)}</span>'] if claim.speaker and claim.citation.source else []
    if claim.sources > 1:
        said.append(f"<span>{count(claim.sources, 'independent source')}</span>")
    tags = [
        f'<span class="tag" data-tag="{tag}">{tag}</span>'
        for tag, on in (("correction", claim.correction), ("earlier", claim.earlier))
        if on
    ]
    return f' <span class="beside">{" ".join(said + tags)}</span>' if said or tags else ""
