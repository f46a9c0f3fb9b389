"""What is read into a question before anything is looked for: a Request in, one Understood out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from app.answer import Request, Understanding
from app.article import Published
from app.retrieval.filters import resolve_scope
from app.retrieval.follow_up import FollowUp, follow_up
from app.retrieval.profile import QuestionProfile, profile
from app.retrieval.wish import Wish
from app.retrieval.wishes import Reading, read
from app.stores.catalog import Catalog
from app.stores.scope import Scope
from app.text.days_label import days_label
from app.text.months import day_words

WHY_LENGTH = 40
"""Characters of the question that stand beside what was read from them."""


@dataclass(frozen=True, slots=True)
class Understood:
    """`text` is what is searched (a follow-up made whole, as `following` says), `scope` the articles that may be seen, `asked` the
    profile of `text`, `told` what the asker is told of it. `wish` ranks and never filters."""

    text: str
    scope: Scope
    asked: QuestionProfile
    told: list[Understanding]
    wish: Wish = field(default_factory=Wish)
    following: FollowUp | None = None


def understand(request: Request, catalog: Catalog) -> Understood:
    """Read a request as it stands, without its conversation; the same way for answers and for search. Needs no model. What
    `request.ignore` names is not read into it.

    "Last week" counts from the request's `as_of`, else from `until`, else from today.
    """
    return _understood(request, catalog, None)


def understand_as_follow_up(request: Request, catalog: Catalog) -> Understood | None:
    """The same, as a question that goes on from the one before; None where there is nothing to go on from or it is ignored."""
    following = None if "follow_up" in request.ignore else follow_up(request.question, request.history)
    return _understood(request, catalog, following) if following else None


def _understood(request: Request, catalog: Catalog, following: FollowUp | None) -> Understood:
    text = following.text if following else request.question
    reading = read(following.wishes if following else text, _today(request), catalog.outlets(), request.ignore)
    told = [*_filters(request), *_follow_up(following), *_readings(reading)]
    asked = replace(profile(text), period=reading.wish.period)
    return Understood(text, resolve_scope(request, catalog), asked, told, reading.wish, following)


def _today(request: Request) -> date:
    """The day on which the question counts as asked, in UTC."""
    day = request.as_of or request.until
    return Published.parse(day).day if day else datetime.now(UTC).date()


def _filters(request: Request) -> Iterator[Understanding]:
    """One entry for each filter."""
    for key, word in (("as_of", "As of"), ("since", "Since"), ("until", "Until")):
        value = getattr(request, key)
        if value:
            yield Understanding(key=key, label=f"{word} {_moment(value)}", why="set by you")
    if request.source:
        yield Understanding(key="source", label=request.source, why="set by you")
    if request.urls:
        yield Understanding(key="urls", label=f"{len(request.urls)} articles only", why="set by you")
    if request.exclude:
        yield Understanding(key="exclude", label=f"{len(request.exclude)} articles left out", why="set by you")


def _follow_up(following: FollowUp | None) -> Iterator[Understanding]:
    if following:
        yield Understanding(key="follow_up", label=", ".join(following.carried), why="from the question before", removable=True)


def _readings(reading: Reading) -> Iterator[Understanding]:
    """What the words say, each with the words that said it."""
    wish = reading.wish
    labels = {
        "time": days_label(wish.period.first, wish.period.last) if wish.period else "",
        "newest": "The newest state",
        "first": "How it began",
        "change": "How it changed",
        "speaker": f"Said by {wish.speaker}",
        "outlet": f"Printed by {wish.outlet}",
        "phrase": ", ".join(f"“{phrase}”" for phrase in wish.phrases),
    }
    for key, words in reading.words.items():
        yield Understanding(key=key, label=labels[key], why=f"“{shortened(words)}”", removable=True)


def shortened(words: str) -> str:
    """At most some 40 characters: the beginning and the last word of what is longer."""
    if len(words) <= WHY_LENGTH:
        return words
    parts = words.split()
    head = ""
    while len(head) + len(parts[0]) + len(parts[-1]) + 3 <= WHY_LENGTH and len(parts) > 1:
        head += parts.pop(0) + " "
    return f"{head or parts[0][:WHY_LENGTH] + ' '}… {parts[-1]}" if len(parts) > 1 else f"{words[:WHY_LENGTH]}…"


def _moment(text: str) -> str:
    moment = Published.parse(text)
    return day_words(moment.value) + (f", {moment.value:%H:%M}" if isinstance(moment.value, datetime) else "")
