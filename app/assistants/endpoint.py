"""`/mcp` while `serve` runs: streamable HTTP beside the API, behind the same guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from anyio import CapacityLimiter
from fastapi import FastAPI
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.archive import Archive
from app.assistants.server import make_server
from app.web.guard import API_BYTES, MCP_PATH


class _PostOnly:
    """A GET would open a stream on which nothing is ever said, and hold a connection. Refused here, since the page, mounted after, answers
    what no other address takes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"detail": "Assistants ask with POST."}, 405, {"Allow": "POST"})(scope, receive, send)


def add_mcp(api: FastAPI, archive: Archive, places: CapacityLimiter) -> None:
    """Add the address to `api`, which must not have started. `places` bounds the answers under way.

    Without sessions: nothing is pushed to an assistant, so there is nothing to remember between two requests. A restart costs it
    nothing, and clients that never say goodbye hold no memory. Host and Origin are the guard's, which stands before it.
    """

    @asynccontextmanager
    async def lent() -> AsyncIterator[Archive]:
        yield archive

    manager = StreamableHTTPSessionManager(make_server(lent, places), stateless=True, max_request_body_size=API_BYTES)
    api.router.routes.append(Route(MCP_PATH, _PostOnly(manager.handle_request), include_in_schema=False))
    started = api.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        inner: AbstractAsyncContextManager[Any] = started(app)
        async with manager.run(), inner as state:
            yield state

    api.router.lifespan_context = lifespan
