"""What was read into a question, told back: the filters that were set, the follow-up made whole."""

from __future__ import annotations

from datetime import datetime

from app.answer import Request, Understanding
from app.article import Published
from app.retrieval.query import Query


def understood(request: Request, query: Query) -> list[Understanding]:
    """One entry for each filter, and one where words were taken from the conversation."""
    items = []
    for key, word in (("as_of", "As of"), ("since", "Since"), ("until", "Until")):
        value = getattr(request, key)
        if value:
            items.append(Understanding(key=key, label=f"{word} {_day(value)}", why="set by you"))
    if request.source:
        items.append(Understanding(key="source", label=request.source, why="set by you"))
    if request.urls:
        items.append(Understanding(key="urls", label=f"{len(request.urls)} articles only", why="set by you"))
    if request.exclude:
        items.append(Understanding(key="exclude", label=f"{len(request.exclude)} articles left out", why="set by you"))
    if query.added:
        items.append(Understanding(key="follow_up", label=" ".join(query.added), why="from the question before"))
    return items


def _day(text: str) -> str:
    moment = Published.parse(text)
    day = f"{moment.value.day} {moment.value:%b %Y}"
    return f"{day}, {moment.value:%H:%M}" if isinstance(moment.value, datetime) else day
