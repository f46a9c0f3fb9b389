"""What the reader says of an answer or a citation: kept, shown again, taken back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints, model_validator

from app.answer import Strict
from app.stores.conversations import Conversations
from app.web.browsers import Browsers, owned_by

Verdict = Literal["good", "bad", "should-have-answered", "wrong-citation"]
Number = Annotated[int, Path(ge=1, le=1_000_000)]


class Judgement(Strict):
    """`citation` 0 is the answer as a whole; of a citation only `wrong-citation` can be said. No verdict takes back what was said."""

    citation: int = Field(0, ge=0, le=100_000)
    verdict: Verdict | None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] = ""

    @model_validator(mode="after")
    def _fitting(self) -> Judgement:
        if self.verdict is not None and (self.verdict == "wrong-citation") != (self.citation > 0):
            raise ValueError("wrong-citation is said of a citation, and nothing else is")
        return self


def judgements(kept: Conversations, browsers: Browsers) -> APIRouter:
    """Routes under `page/conversations/ID`, each browser's own alone."""
    router = APIRouter(prefix="/page/conversations", include_in_schema=False)

    @router.get("/{id}/feedback")
    def said(id: str, owner: str = owned_by(browsers)) -> JSONResponse:
        return JSONResponse([asdict(one) for one in kept.feedback.of(owner, id)], headers={"Cache-Control": "no-store"})

    @router.put("/{id}/turns/{number}/feedback")
    def say(id: str, number: Number, new: Judgement, owner: str = owned_by(browsers)) -> Response:
        there = kept.feedback.judge(owner, id, number, new.citation, new.verdict, new.note)
        return Response(status_code=204 if there else 404)

    return router
