"""A conversation, or one answer of it, as a file to take away."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Response

from app.web.browsers import Browsers, owned_by
from app.web.conversing import read_turn
from app.web.exported import Exported, as_json, disposition
from app.web.needs import PageService
from app.web.render_csl import render_csl
from app.web.render_markdown import render_markdown

Form = Literal["markdown", "json", "csl"]
KINDS: dict[Form, tuple[str, str]] = {
    "markdown": (".md", "text/markdown; charset=utf-8"),
    "json": (".json", "application/json"),
    "csl": (".csl.json", "application/vnd.citationstyles.csl+json"),
}
"""Ending and media type."""

One = Annotated[int | None, Query(ge=1, le=1_000_000, description="The number of one turn, from 1; without it all of them.")]


def exports(service: PageService, browsers: Browsers) -> APIRouter:
    """`page/conversations/ID/export/FORM`, each browser's own alone."""
    router = APIRouter(prefix="/page/conversations", include_in_schema=False)

    @router.get("/{id}/export/{form}")
    def export(id: str, form: Annotated[Form, Path()], turn: One = None, owner: str = owned_by(browsers)) -> Response:
        kept, title = service.conversations.turns(owner, id), service.conversations.title(owner, id)
        said = service.conversations.feedback.of(owner, id)
        told = [
            Exported(read_turn(one), one.asked, tuple(judged for judged in said if judged.turn == one.number))
            for one in kept or []
            if turn in (None, one.number)
        ]
        if title is None or not told:
            raise HTTPException(404, "There is no such answer.")
        name = told[0].turn.question if turn else title
        if form == "markdown":
            body = render_markdown(title, told)
        else:
            body = json.dumps(as_json(title, told) if form == "json" else render_csl(told, service.article), ensure_ascii=False, indent=2)
        ending, kind = KINDS[form]
        headers = {"Content-Disposition": disposition(name, ending), "Cache-Control": "no-store"}
        return Response(body.encode("utf-8"), media_type=kind, headers=headers)

    return router
