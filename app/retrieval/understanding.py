"""What is read into a question before anything is looked for: a Request in, one Understood out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.answer import Request, Understanding
from app.article import Published
from app.retrieval.profile import QuestionProfile, profile
from app.retrieval.query import Query, condense
from app.retrieval.scope import resolve_scope
from app.stores.catalog import Catalog
from app.stores.scope import Scope


@dataclass(frozen=True, slots=True)
class Understood:
    """`text` is what is searched (a follow-up made whole), `scope` the articles that may be seen, `asked` the profile of
    `text`, `told` what the asker is told of it."""

    text: str
    scope: Scope
    asked: QuestionProfile
    told: list[Understanding]


def understand(request: Request, catalog: Catalog) -> Understood:
    """Read a request, the same way for answers and for search. Needs no model."""
    query = condense(request.question, request.history)
    return Understood(query.text, resolve_scope(request, catalog), profile(query.text), _told(request, query))


def _told(request: Request, query: Query) -> list[Understanding]:
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
