"""A citation's number, and what any element needs to open the article at a citation's words."""

from __future__ import annotations

from app.answer import Citation
from app.web.markup import date_words, esc
from app.web.turn import Turn


def cite_data(turn: Turn, n: int, citation: Citation, kind: str, *, card: bool = False, lead: str = "") -> str:
    """Attributes that make a button open citation `n`. `kind` is supported, unsupported, nearest or claim.

    `card` adds what the hover card shows; `lead` is a line above it.
    """
    data = {
        "cite": f"{turn.id}.{n}",
        "article": citation.article_id,
        "start": citation.start,
        "end": citation.end,
        "kind": kind,
    }
    if citation.said_until:
        data["until"] = citation.said_until
    if card:
        when = date_words(citation.published) if citation.published else "date not stated"
        data |= {"quote": citation.quote, "title": citation.title, "outlet": citation.source or "Outlet not stated", "date": when}
    if lead:
        data["lead"] = lead
    return "".join(f' data-{key}="{esc(value)}"' for key, value in data.items())


def cite_button(turn: Turn, n: int, citation: Citation, kind: str, *, card: bool = False) -> str:
    """A citation's number as a button."""
    where = citation.source or "outlet not stated"
    when = date_words(citation.published) if citation.published else "date not stated"
    name = "Nearest passage" if kind == "nearest" else "Citation"
    data = cite_data(turn, n, citation, kind, card=card)
    return f'<button type="button" class="cite"{data} aria-label="{esc(f"{name} {n}: {where}, {when}")}">{n}</button>'
