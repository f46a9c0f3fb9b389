"""The answer: question to events. Here the steps only stand in their order; each is a room of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.answer import Abstained, Answer, Done, Event, Evidence, Failed, Request, SeenArticle, SentenceReady, Started, Timings
from app.answer import Understood as UnderstoodEvent
from app.answering.abstention import is_silent, nearest, silent_below, why_silent
from app.answering.composing import Composer, short_answer
from app.answering.following import View, take
from app.answering.generation import ModelFailed
from app.answering.loosening import what_to_loosen
from app.answering.readers.reading import Reader, Readings
from app.answering.revisions import Revisions
from app.answering.telling import what_to_tell
from app.article import Published
from app.installed import as_started
from app.retrieval.retriever import Ranked, Retriever
from app.retrieval.understanding import Understood, understand, understand_as_follow_up
from app.stores.scope import Scope
from app.stores.stores import Stores


@dataclass(frozen=True, slots=True)
class Parts:
    """What answering works with."""

    stores: Stores
    retriever: Retriever
    reader: Reader
    composer: Composer
    model_name: str
    abstain_below: float | None
    notes: tuple[str, ...] = ()

    @property
    def silent_below(self) -> float:
        """The probability under which silence is the better answer."""
        return silent_below(self.reader.name, self.abstain_below)


def answer(request: Request, parts: Parts, config: Any = None) -> Iterator[Event]:
    """Events in order: started, understood, evidence, then sentences or `abstained`, `failed` if the model did, done.

    Every sentence was checked before it is yielded and never changes. `config` is passed to the model (callbacks).
    """
    since = _clock()
    yield Started(question=request.question, as_of=request.as_of)
    view = view_of(request, parts)
    understood, asked = view.understood, view.asked
    if understood.told:
        yield UnderstoodEvent(items=understood.told)
    result = _opened(request, understood, parts, Timings(retrieve_s=since()))
    yield _evidence(view.ranked)
    readings = view.readings or parts.reader.read(asked, view.ranked)
    telling = what_to_tell(request.question, asked, understood.wish, readings)
    readings = replace(readings, answerable=max(readings.answerable, telling.sure))
    result.confidence = readings.answerable
    revised = Revisions(parts.stores.catalog)
    if is_silent(readings, parts.silent_below):
        yield _abstain(result, request, readings, parts.stores, revised)
    else:
        result.short = short_answer(telling.quoted[0])
        result.conflicts = [telling.conflict] if telling.conflict else []
        revised.tell([result.short.citation] if result.short else [])
        revised.tell(one for conflict in result.conflicts for claim in conflict.claims for one in (claim.citation, *claim.places))
        try:
            for sentence in parts.composer.compose(asked, request.question, telling, readings.found, config):
                revised.tell(sentence.citations)
                result.timings.first_token_s = result.timings.first_token_s or since()
                yield SentenceReady(index=len(result.sentences), **sentence.model_dump())
                result.sentences.append(sentence)
        except ModelFailed as error:
            note = f"{error.what} These are the sentences found, word for word."
            result.notes.append(note)
            yield Failed(message=note, detail=error.what)
        result.answer = " ".join(sentence.text for sentence in result.sentences)
    result.timings.total_s = since()
    yield Done(answer=result)


def view_of(request: Request, parts: Parts) -> View:
    """How a request is taken, as it stands alone or as a follow-up, and what was found for it."""
    catalog = parts.stores.catalog
    alone, following = understand(request, catalog), understand_as_follow_up(request, catalog)
    return take(alone, following, parts.retriever, parts.reader, parts.silent_below)


def _opened(request: Request, understood: Understood, parts: Parts, timings: Timings) -> Answer:
    """The result so far: what was asked and under which filters, and what they leave out."""
    notes = [*parts.retriever.troubles.lines(), *parts.notes, *_scope_notes(request, parts.stores, understood.scope)]
    later = parts.stores.catalog.later_than(Published.parse(request.as_of).last_second) if request.as_of else 0
    return Answer(
        question=request.question, as_of=request.as_of, model=parts.model_name, notes=notes, understood=understood.told,
        later_left_out=later, timings=timings,
    )  # fmt: skip


def _abstain(result: Answer, request: Request, readings: Readings, stores: Stores, revised: Revisions) -> Abstained:
    result.abstained = True
    result.loosen = what_to_loosen(request, stores)
    result.missing = why_silent(stores, result.loosen)
    result.nearest = nearest(readings.found, result.confidence)
    revised.tell(result.nearest)
    return Abstained(reason=result.missing, nearest=result.nearest)


def _evidence(ranked: Sequence[Ranked]) -> Evidence:
    dates = sorted((r.article.published for r in ranked if r.article.published), key=lambda p: p.last_second)
    best: dict[str, Ranked] = {}
    for one in ranked:
        best.setdefault(one.article.id, one)
    return Evidence(
        passages=len(ranked),
        articles=len(best),
        oldest=str(dates[0]) if dates else None,
        newest=str(dates[-1]) if dates else None,
        seen=[_seen(one) for one in best.values()],
    )


def _seen(ranked: Ranked) -> SeenArticle:
    article, passage = ranked.article, ranked.stored.passage
    published = str(article.published) if article.published else None
    return SeenArticle(
        article_id=article.id, title=article.title, source=article.source, published=published, start=passage.start, end=passage.end,
        said_until=article.said_until_time,
    )  # fmt: skip


def _scope_notes(request: Request, stores: Stores, scope: Scope) -> list[str]:
    notes = []
    if scope.dated and (undated := stores.catalog.undated()):
        notes.append(f"{undated} undated article{'s were' if undated > 1 else ' was'} left out, because a date filter stands.")
    if scope.sources is not None and not scope.sources:
        notes.append(as_started("No article states this outlet. `python -m app sources` lists those that are there."))
    return notes


def _clock() -> Callable[[], float]:
    started = time.monotonic()
    return lambda: round(time.monotonic() - started, 4)
