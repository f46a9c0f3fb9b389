"""What the page fetches beside Gradio: an article with its marks, the state of the collection, the static files."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from app.article import Span
from app.web.needs import PageService
from app.web.render_article import render_article, render_gone
from app.web.render_collection import render_banner, render_facts, render_welcome, settled
from app.web.render_versions import render_versions

STATIC = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
SPAN = r"\d{1,9}-\d{1,9}"
"""A citation's place in an address, `start-end` in code points; nine digits are more than any article has."""

Spans = Annotated[str, Query(pattern=rf"^({SPAN}(,{SPAN})*)?$", max_length=4_000)]
OneSpan = Annotated[str, Query(pattern=rf"^({SPAN})?$")]
Time = Annotated[str, Query(max_length=40)]
"""Until when the archive saw the article say what is cited; without it, what it says now."""


def fragments(service: PageService) -> APIRouter:
    """Routes under `page/`; they belong to the page alone and stay out of the API's description."""
    router = APIRouter(prefix="/page", include_in_schema=False)

    @router.get("/article/{id}")
    def article(id: str, hl: Spans = "", at: OneSpan = "", until: Time = "") -> HTMLResponse:
        found, when = (service.article_until(id, until) if until else None) or service.article(id), service.changed(id)
        if found is None:
            return HTMLResponse(render_gone(when), 404)
        asked = read_spans(at)
        html = render_article(found, read_spans(hl), asked[0] if asked else None, when, render_versions(service.versions(id)))
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    @router.get("/status")
    def status() -> JSONResponse:
        health, sources = service.health(), service.sources()
        examples = service.examples() if health.articles else []
        state = {
            "articles": health.articles,
            "settled": settled(health),
            "banner": render_banner(health),
            "facts": render_facts(health, sources),
            "welcome": render_welcome(health, examples),
            "sources": [one.source for one in sources if one.source],
        }
        return JSONResponse(state, headers={"Cache-Control": "no-store"})

    @router.get("/here")
    async def here() -> Response:
        """Whether the server is there: answered by the event loop itself, however many threads are at work."""
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    @router.get("/{name}")
    def static(name: str, request: Request, v: str = "") -> Response:
        if name not in names():
            return Response(status_code=404)
        body, packed, tag = load(name)
        # A versioned address never changes its content; one without asks each time and mostly hears 304.
        cache = "public, max-age=31536000, immutable" if v == tag else "no-cache"
        headers = {"Cache-Control": cache, "ETag": f'"{tag}"', "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == f'"{tag}"':
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = packed, "gzip"
        return Response(body, media_type=TYPES[Path(name).suffix], headers=headers)

    return router


def read_spans(text: str) -> list[Span]:
    """`12-40,55-60` as spans; empty ones are left out."""
    pairs = (one.split("-") for one in text.split(",") if one)
    return [Span(int(start), int(end)) for start, end in pairs if int(start) < int(end)]


@lru_cache
def names() -> frozenset[str]:
    """The static files there are; no other path is ever looked up."""
    return frozenset(path.name for path in STATIC.iterdir() if path.suffix in TYPES)


@lru_cache
def load(name: str) -> tuple[bytes, bytes, str]:
    """A static file, the same gzipped, and a tag of its content."""
    body = (STATIC / name).read_bytes()
    return body, gzip.compress(body, mtime=0), hashlib.sha256(body).hexdigest()[:12]


def address(name: str) -> str:
    """Where the page finds a static file: relative, and new whenever the file is."""
    return f"page/{name}?v={load(name)[2]}"
