"""A Turn as HTML. Pure: the same turn gives the same text, and every word in it is escaped."""

from __future__ import annotations

import json

from app.installed import as_started
from app.web.claims import HEADINGS
from app.web.evidence_timeline import render_evidence
from app.web.markup import count, esc, icon, span_words
from app.web.render_answer import render_nearest, render_sentences, render_sources
from app.web.render_chips import render_chips, render_offers
from app.web.render_conflicts import render_conflicts, render_picture
from app.web.render_tools import render_tools
from app.web.turn import FILTERS, Turn

DOES_NOT_SAY = "The articles do not say."
WORD_FOR_WORD = "These are the sentences found, word for word."
DOCTOR = "python -m app doctor"


def render(turn: Turn, before: int = 0, conversation: str = "") -> str:
    """The whole turn, with `before` citations of its conversation above it; `conversation` is where it is kept, empty where it is not.

    Its slots are always the same ones in the same order, since Gradio morphs the page by position.
    """
    slots = (
        ("chips", render_chips(turn)),
        ("card", _failure(turn)),
        ("picture", render_picture(turn)),
        ("answer", _answer(turn)),
        ("progress", _progress(turn)),
        ("conflicts", render_conflicts(turn)),
        ("notes", _notes(turn)),
        ("evidence", render_evidence(turn)),
        ("sources", "" if turn.busy else render_sources(turn) or render_nearest(turn)),
        ("tools", "" if turn.busy else render_tools(turn, conversation)),
    )
    inside = "".join(f'<div class="{name}">{html}</div>' for name, html in slots)
    filters = json.dumps({key: turn.filters[key] for key in FILTERS if key in turn.filters})
    return (
        f'<article class="turn" id="{turn.id}" data-key="{esc(turn.key)}" data-before="{before}" '
        f'data-state="{turn.state}" aria-busy="{str(turn.busy).lower()}" '
        f'aria-labelledby="{turn.id}-q" data-q="{esc(turn.question)}" data-filters="{esc(filters)}" '
        f'data-ignore="{esc(json.dumps(turn.ignore))}" data-say="{esc(spoken(turn))}">'
        f'<h2 id="{turn.id}-q" dir="auto">{esc(turn.question)}</h2>{inside}</article>'
    )


def spoken(turn: Turn) -> str:
    """What the status line says to a screen reader when the turn has come to this state."""
    if turn.state == "working":
        return "Searching the articles."
    if turn.state == "abstained":
        return f"{why_silent(turn)[0]} {count(len(turn.nearest), 'nearest passage')}."
    if turn.state == "stopped":
        return "Stopped."
    made = f"{count(len(turn.sentences), 'sentence')}, {count(len(turn.numbered()), 'citation')}"
    if turn.state == "failed":
        said = turn.failure.message.removesuffix(WORD_FOR_WORD).strip() if turn.failure else "The answer failed."
        return f"{said} {made}." if turn.sentences else said
    kinds = dict.fromkeys(conflict.kind for conflict in turn.conflicts)
    return " ".join([f"Answer ready: {made}.", *(f"{HEADINGS[kind]}." for kind in kinds)])


def _failure(turn: Turn) -> str:
    if turn.state != "failed" and not (turn.busy and turn.failure):
        return ""
    message = turn.failure.message.removesuffix(WORD_FOR_WORD).strip() if turn.failure else "The answer failed."
    detail = turn.failure.detail if turn.failure else ""
    held = "<p>The search worked. These are the sentences it found, word for word.</p>" if turn.sentences else ""
    more = f"<pre>{esc(detail)}</pre>" if detail and detail != DOCTOR else ""
    doctor = esc(as_started(DOCTOR))
    return (
        f'<div class="bad"><p class="what">{icon("alert")}<span dir="auto">{esc(message)}</span></p>{held}'
        f'<div class="row"><button type="button" class="plain" data-act="again">{icon("again")}Try again</button>'
        f"<details><summary>Details</summary>{more}<p>To see what is wrong: <code>{doctor}</code></p></details></div></div>"
    )


def _answer(turn: Turn) -> str:
    if turn.state == "abstained":
        what, more = why_silent(turn)
        why = f'<p class="reason" dir="auto">{esc(more)}</p>' if more else ""
        return f'<p class="none">{esc(what)}</p>{why}{render_offers(turn)}'
    ghost = '<span class="ghost" aria-hidden="true"></span>' if turn.busy and turn.sentences else ""
    return f'<p dir="auto">{render_sentences(turn)}{ghost}</p>' if turn.sentences else ""


def why_silent(turn: Turn) -> tuple[str, str]:
    """What is missing (the answer, or anything to search) in its first sentence, and what more there is to say of it."""
    what, stop, more = (turn.reason or (turn.answer.missing if turn.answer else None) or DOES_NOT_SAY).partition(". ")
    return what + stop.strip(), more.strip()


def _progress(turn: Turn) -> str:
    if turn.state == "stopped":
        kept = "Stopped. What was checked stays." if turn.sentences else "Stopped before a sentence was checked."
        return (
            f'<div class="stopped"><span>{icon("stop")}{kept}</span>'
            f'<button type="button" class="plain" data-act="again">{icon("again")}Ask again</button></div>'
        )
    if not turn.busy:
        return ""
    if turn.sentences:
        return '<p class="checking"><span class="dot"></span>Checking the next sentence</p>'
    seen = turn.evidence
    if seen:
        dates = span_words(seen.oldest, seen.newest)
        read = f"Read {count(seen.passages, 'passage')} from {count(seen.articles, 'article')}" + (f", {dates}" if dates else "")
    else:
        read = "Read the nearest passages"
    # Without evidence yet, the first step runs; with it, the third: reading is over by the time it is reported.
    states = ("done", "done", "now") if seen else ("now", "next", "next")
    steps = zip(states, ("Search the articles", read, "Check each sentence against them"), strict=True)
    dot = '<span class="dot"></span>'
    items = "".join(f'<li class="{state}">{icon("check") if state == "done" else dot}{esc(words)}</li>' for state, words in steps)
    return f'<ol class="steps" role="list">{items}</ol><span class="ghost" aria-hidden="true"></span>'


def _notes(turn: Turn) -> str:
    if not turn.answer or turn.state == "stopped":
        return ""
    # Said above already: the reason of an abstention, which `missing` repeats, and the failure, which a note repeats.
    told = {None, "", DOES_NOT_SAY, turn.reason, turn.failure.message if turn.failure else ""}
    if turn.state == "abstained" and not turn.reason:
        told.add(turn.answer.missing)
    lines = dict.fromkeys([turn.answer.missing, *turn.answer.notes])
    return "".join(f'<p dir="auto">{esc(line)}</p>' for line in lines if line not in told)
