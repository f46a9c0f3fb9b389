"""What the articles view fetches and sends: the list, files to add, removals and their undoing, the state of the archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import StringConstraints
from starlette.requests import ClientDisconnect

from app.answer import Filters, Strict
from app.collection import Added
from app.doctor import examine
from app.installed import as_started
from app.refusal import read_request
from app.stores.listing import Order
from app.web.checking import Checking
from app.web.markup import date_words
from app.web.needs import PageService
from app.web.render_state import render_coming, render_findings, render_state
from app.web.render_watched import render_watched

BODIES = 6
"""Files in memory at once, of up to 20 MB each."""
WAIT = {"Retry-After": "2"}
LEFT = 499
FRESH = {"Cache-Control": "no-store"}


class Undo(Strict):
    """The word that a removal gave."""

    undo: Annotated[str, StringConstraints(max_length=64)]


class Which(Strict):
    """One article."""

    id: Annotated[str, StringConstraints(max_length=64)]


def _from_page(x_dateline: Annotated[str, Header()] = "") -> None:
    # A form of another website cannot set a header, and a script of one may not without being asked first.
    if x_dateline != "page":
        raise HTTPException(403, as_started("This is for the page alone: python -m app ingest and remove do the same."))


def articles(service: PageService, wake: Callable[[], None] | None = None) -> APIRouter:
    """Routes under `page/articles/`. `wake` is called after articles came in, since their vectors are still to be made."""
    router = APIRouter(prefix="/page/articles", include_in_schema=False)
    changes: dict[str, Any] = {"dependencies": [Depends(_from_page)]}
    checking = Checking(lambda: examine(service.settings, service.stores))
    # Of all that is handed in one file is read at a time; the others wait here, not in the threads that everyone shares.
    one = CapacityLimiter(1)
    held = 0

    def woken() -> None:
        if wake is not None:
            wake()

    @router.get("/list")
    def listed(
        offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 100,
        words: Annotated[str, Query(max_length=200)] = "",
        source: str = "",
        since: str = "",
        until: str = "",
        sort: Literal[Order, ""] = "",
    ) -> JSONResponse:
        wanted = {key: value for key, value in (("source", source), ("since", since), ("until", until)) if value}
        order: Order = sort or ("best" if words.strip() else "newest")
        found = service.collection.listed(read_request(wanted, Filters), words, order, offset, limit)
        rows = [[one.id, one.title, one.source, date_words(one.published)] for one in found.articles]
        return JSONResponse({"total": found.total, "order": order, "rows": rows}, headers=FRESH)

    @router.get("/state")
    def state() -> JSONResponse:
        health, held = service.health(), service.collection
        html = render_state(health, held.undated(), held.embedding_model(), held.room())
        outlets = [[one.source, one.articles] for one in service.sources() if one.source]
        settled = health.status in ("ok", "words-only")
        coming, watched = render_coming(health), render_watched(service.following.watched(), on=service.settings.watch)
        return JSONResponse(
            {"html": html, "coming": coming, "watched": watched, "settled": settled, "articles": health.articles, "outlets": outlets},
            headers=FRESH,
        )

    @router.post("/add", **changes)
    async def add(http: Request, name: Annotated[str, Query(max_length=4_096)]) -> Response:
        nonlocal held
        if held >= BODIES:
            return JSONResponse({"detail": "Many files are being read."}, 503, headers=WAIT)
        held += 1
        try:
            body = await http.body()
            added: Added = await to_thread.run_sync(service.collection.add, name, body, limiter=one)
        except ClientDisconnect:
            return Response(status_code=LEFT)
        finally:
            held -= 1
        if added.state in ("added", "updated"):
            woken()
        return JSONResponse(added.model_dump())

    @router.post("/remove", **changes)
    def remove(which: Which) -> JSONResponse:
        removed = service.collection.take_out(which.id)
        if removed is None:
            raise HTTPException(404, "This article is no longer in the collection.")
        return JSONResponse({"undo": removed.undo, "title": removed.article.title})

    @router.post("/restore", **changes)
    def restore(undo: Undo) -> JSONResponse:
        article = service.collection.put_back(undo.undo)
        if article is None:
            raise HTTPException(410, "It was removed too long ago to be put back: add its file again.")
        woken()
        return JSONResponse({"id": article.id, "title": article.title})

    @router.post("/check", **changes)
    def check() -> JSONResponse:
        checking.start()
        return checked()

    @router.get("/check")
    def checked() -> JSONResponse:
        seconds, found = checking.state()
        return JSONResponse({"seconds": seconds, "html": None if found is None else render_findings(found)}, headers=FRESH)

    return router
