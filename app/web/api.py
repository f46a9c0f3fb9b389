"""The HTTP API."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

from anyio import CapacityLimiter
from fastapi import Depends, FastAPI, Header, HTTPException, Query
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException as AnyHTTPException

from app import __version__
from app.answer import Answer, Done, Health, Hit, IngestReport, Request, SearchRequest, SourceSummary, Version
from app.article import Article
from app.doctor import Finding, examine
from app.errors import DatelineError
from app.follow import Action, Follow, Outcome, Watched
from app.refusal import read_request, refused
from app.stopping import Stop, Stopped
from app.web.bodies import ArticleText, FollowRequest, IngestRequest, Name, Removed, RemoveRequest, SearchQuery
from app.web.stream import ANSWERS_AT_ONCE, follow, frames, shown

if TYPE_CHECKING:
    from app.service import Service

NO_ARTICLE = "There is no such article."
LEFT = 499
"""What servers log for a reader who hung up; nobody receives it."""

log = logging.getLogger(__name__)


def make_api(service: Service, token: str, wake: Callable[[], None] | None = None, places: CapacityLimiter | None = None) -> FastAPI:
    """The API over one service.

    `token` guards what changes the collection. `wake` is called after articles came in, since their vectors
    are still to be made. `places` bounds the answers under way, if others than the API ask too.
    """
    api = FastAPI(
        title="Dateline",
        version=__version__,
        description="Questions answered from dated news articles, every sentence cited.",
        docs_url=None,
        redoc_url=None,
    )
    _add_errors(api)
    _add_questions(api, service, places or CapacityLimiter(ANSWERS_AT_ONCE))
    _add_collection(api, service)
    _add_owner(api, service, token, wake)

    @api.get("/docs", include_in_schema=False)
    def docs(http: HttpRequest) -> HTMLResponse:
        from app.web.docs_page import POLICY, docs_page

        return HTMLResponse(docs_page(api.openapi(), str(http.base_url).rstrip("/")), headers={"Content-Security-Policy": POLICY})

    return api


def _add_questions(api: FastAPI, service: Service, limiter: CapacityLimiter) -> None:
    @api.post("/api/ask", response_model=Answer, summary="Answer a question, every sentence cited")
    async def ask(request: Request, http: HttpRequest) -> Response:
        """With the header Accept: text/event-stream it streams the events started, understood, evidence, sentence…,
        abstained or failed, and done, whose data is the whole answer."""
        if "text/event-stream" in http.headers.get("accept", ""):
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return StreamingResponse(frames(service, request, limiter), media_type="text/event-stream", headers=headers)
        stop = Stop()
        watch = asyncio.ensure_future(_left(http, stop))
        try:
            async with aclosing(follow(service, request, limiter, stop)) as events:
                async for event in events:
                    if isinstance(event, Done):
                        return JSONResponse(shown(event, request))
        except Stopped:
            return Response(status_code=LEFT)
        finally:
            watch.cancel()
        raise DatelineError("the answer ended early.", "Ask again.", http=500)

    @api.post("/api/search", summary="Find the nearest passages, best first")
    def search(request: SearchRequest) -> list[Hit]:
        return service.search(request)

    @api.get("/api/search", summary="The same by address")
    def search_by_address(query: Annotated[SearchQuery, Query()]) -> list[Hit]:
        fields = query.model_dump(exclude_none=True)
        return service.search(read_request({"question": fields.pop("q"), **fields}, SearchRequest, _as_asked))


async def _left(http: HttpRequest, stop: Stop) -> None:
    """Say `stop` when the reader hangs up."""
    while (await http.receive())["type"] != "http.disconnect":
        pass
    stop.say()


def _as_asked(field: str) -> str:
    return "q" if field == "question" else field


def _add_collection(api: FastAPI, service: Service) -> None:
    @api.get("/api/articles/{id}", summary="One article, with the text that citations point into")
    def article(id: str) -> ArticleText:
        return _text_of(service.article(id))

    @api.get("/api/articles/{id}/versions", summary="What it says and what it said before, the last first")
    def versions(id: str) -> list[Version]:
        found = service.versions(id)
        if not found or found[0].article_id != id:
            raise HTTPException(404, NO_ARTICLE)
        return found

    @api.get("/api/sources", summary="The outlets of the collection")
    def sources() -> list[SourceSummary]:
        return service.sources()

    @api.get("/api/watch", summary="What watching did last: feeds, sitemaps, pages and folders that are followed")
    def watched() -> Watched:
        return service.following.watched()

    @api.get("/api/health", summary="How much is there and what works")
    def health() -> Health:
        return service.health()


def _text_of(article: Article | None) -> ArticleText:
    if article is None:
        raise HTTPException(404, NO_ARTICLE)
    return ArticleText.of(article)


def _add_owner(api: FastAPI, service: Service, token: str, wake: Callable[[], None] | None) -> None:
    expected = f"Bearer {token}".encode()

    def owner(authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization.encode(), expected):
            raise HTTPException(403, "This needs the token that stands in owner.json in the home.")

    guarded: dict[str, Any] = {"dependencies": [Depends(owner)]}

    @api.post("/api/ingest", summary="Read files of this machine into the collection", **guarded)
    def ingest(request: IngestRequest) -> IngestReport:
        # Searchable by words on return; the background makes the vectors, so that the caller need not wait.
        report = service.ingest(request.paths, embed=False)
        if wake is not None:
            wake()
        return report

    @api.post("/api/remove", summary="Take articles out of the collection", **guarded)
    def remove(request: RemoveRequest) -> Removed:
        removed, unknown = service.remove(request.keys, erase=request.erase)
        return Removed(removed=removed, unknown=unknown)

    @api.get("/api/find", summary="The article of a path, URL or id", **guarded)
    def find(key: Annotated[Name, Query()]) -> ArticleText:
        return _text_of(service.find(key))

    @api.get("/api/versions", summary="The versions of the article of a path, URL or id", **guarded)
    def versions_of(key: Annotated[Name, Query()]) -> list[Version]:
        return service.versions(key)

    @api.get("/api/feeds", summary="What is followed, and what came of it last", **guarded)
    def follows() -> list[Follow]:
        return service.following.follows()

    @api.post("/api/feeds/{action}", summary="Follow feeds, sitemaps, pages and folders, or stop", **guarded)
    def follow(action: Action, request: FollowRequest) -> list[Outcome]:
        return service.following.change(action, request.places, gone=request.gone)

    @api.get("/api/doctor", summary="What is wrong, and the command that mends it", **guarded)
    def doctor() -> list[Finding]:
        return examine(service.settings, service.stores)


def _add_errors(api: FastAPI) -> None:
    @api.exception_handler(DatelineError)
    def ours(_: HttpRequest, error: DatelineError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, error.http)

    @api.exception_handler(RequestValidationError)
    def invalid(http: HttpRequest, error: RequestValidationError) -> JSONResponse:
        errors = [{**one, "loc": one["loc"][1:]} for one in error.errors()]
        if errors[0]["type"] == "json_invalid":
            return JSONResponse({"detail": 'The body is not JSON: send an object such as {"question": "…"}.'}, 422)
        kind = SearchRequest if http.url.path == "/api/search" else Request
        known = SearchQuery.model_fields if http.method == "GET" else kind.model_fields
        return JSONResponse({"detail": str(refused(errors, known))}, 422)

    @api.exception_handler(AnyHTTPException)
    def plain(http: HttpRequest, error: AnyHTTPException) -> JSONResponse:
        if error.status_code == 400 and http.url.path.startswith("/api/"):
            # FastAPI says 400 for a body that its parser gave up on, such as one nested thousands deep.
            return JSONResponse({"detail": "The body could not be read as JSON."}, 422)
        return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)

    @api.exception_handler(Exception)
    def unexpected(_: HttpRequest, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": f"An unexpected error ({type(error).__name__}); the log has the details."}, 500)
