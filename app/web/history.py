"""What the rail fetches and sends of the conversations that are kept: the list, new names, deleting and its undoing."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from pydantic import StringConstraints

from app.answer import Strict
from app.stores.conversations import Conversations, Listed
from app.web.browsers import Browsers, owned_by
from app.web.render_history import render_cited, render_history

AT_ONCE = 50
"""Conversations in one piece of the list."""
MINUTES = 14 * 60
"""No clock is further from UTC."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Words = Annotated[str, Query(max_length=200)]
After = Annotated[str, Query(pattern=r"^(\d{1,15}-[A-Za-z0-9_-]{1,32})?$")]
Clock = Annotated[int, Query(ge=-MINUTES, le=MINUTES, description="The browser's clock, minutes ahead of UTC.")]


class Renamed(Strict):
    title: Name


def histories(kept: Conversations, browsers: Browsers) -> APIRouter:
    """Routes under `page/conversations`; each sees and changes its own browser's alone."""
    router = APIRouter(prefix="/page/conversations", include_in_schema=False)

    owned = owned_by(browsers)

    @router.get("")
    def listing(owner: str = owned, words: Words = "", after: After = "", minutes: Clock = 0) -> HTMLResponse:
        found = kept.listing(owner, words=words, after=_from(after), limit=AT_ONCE + 1)
        html = render_history(found[:AT_ONCE], minutes=minutes, words=words, after=_from(after), more=len(found) > AT_ONCE)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    @router.get("/citing/{article}")
    def citing(article: str, owner: str = owned, minutes: Clock = 0) -> HTMLResponse:
        html = render_cited(kept.cited(owner, article), minutes=minutes)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    @router.patch("/{id}")
    def rename(id: str, new: Renamed, owner: str = owned) -> Response:
        return _said(kept.rename(owner, id, re.sub(r"\s+", " ", new.title)))

    @router.delete("/{id}")
    def delete(id: str, owner: str = owned) -> Response:
        return _said(kept.delete(owner, id))

    @router.post("/{id}/restore")
    def restore(id: str, owner: str = owned) -> Response:
        return _said(kept.restore(owner, id))

    return router


def _from(text: str) -> Listed | None:
    if not text:
        return None
    touched, _, conversation = text.partition("-")
    return Listed(conversation, "", int(touched))


def _said(there: bool) -> Response:
    return Response(status_code=204 if there else 404)
