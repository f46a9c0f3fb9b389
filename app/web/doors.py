"""Which of Gradio's many addresses are open: those that the page asks for, with what the page sends. The rest is not there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from pydantic import BaseModel, Field, ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.asgi import Refused, refuse

if TYPE_CHECKING:
    import gradio

JOIN, RUN, CANCEL = "/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/cancel"
EVENTS = "/gradio_api/queue/data"
SESSION = r"[A-Za-z0-9]{1,64}"
PAGE_SENDS = 200_000
"""Bytes of one request of the page: a question of 2,000 characters and its filters are 30,000 at most, however they are escaped."""
SEEN = re.compile(
    r"/|/docs|/openapi\.json|/api/.*|/mcp|/page/.*|/(assets|static)(/[A-Za-z0-9_.@+~-]{1,200}){1,6}|/theme\.css|/favicon\.ico|/robots\.txt"
    rf"|{EVENTS}|/gradio_api/(app_id|heartbeat/{SESSION})",
    re.DOTALL,
)
"""What may be read."""
PLACES = re.compile(r"/articles|/c/[^/]{1,200}")
"""Addresses within the page: each gives the one document, whose script shows the place."""


class _Sent(BaseModel):
    """What Gradio's script in the page sends to one of its functions."""

    fn_index: int = Field(strict=True)
    session_hash: str = Field(pattern=f"^{SESSION}$")
    data: list[None]
    event_data: dict[str, Any] | None = None
    trigger_id: int | None = None


class _Cancelled(BaseModel):
    session_hash: str = Field(pattern=f"^{SESSION}$")
    fn_index: int
    event_id: str | None = Field(max_length=64)
    """None: of a function that the server has not heard of yet, so that there is nothing to cancel."""


class Doors:
    """An ASGI application around the site. Functions are reached as the page reaches them: what is queued through the queue, the
    others directly, each with its own number of inputs, and no field more than the page sends."""

    def __init__(self, app: ASGIApp, blocks: gradio.Blocks) -> None:
        self._app = app
        self._sessions = blocks._queue.pending_messages_per_session
        backed = [fn for fn in blocks.fns.values() if fn.fn is not None]
        self._inputs: Mapping[str, dict[int, int]] = {
            JOIN: {fn._id: len(fn.inputs) for fn in backed if fn.queue},
            RUN: {fn._id: len(fn.inputs) for fn in backed if not fn.queue},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and PLACES.fullmatch(scope["path"]):
            scope = {**scope, "path": "/", "raw_path": b"/"}
        path = scope["path"]
        try:
            if scope["type"] == "http" and scope["method"] == "POST" and path in (JOIN, RUN, CANCEL):
                body = self._checked(path, await _body(receive))
                if body is None:
                    await send({"type": "http.response.start", "status": 204, "headers": []})
                    await send({"type": "http.response.body", "body": b""})
                    return
                receive = _again(body, receive)
            elif scope["type"] == "websocket" or not SEEN.fullmatch(path):
                raise Refused(404, "Not Found")
            elif path == EVENTS and not self._is_waiting(scope["query_string"]):
                # Gradio notices only when its answer has begun, and the connection would be cut.
                raise Refused(404, "No question of this session is under way.")
        except Refused as refused:
            await refuse(scope, send, refused)
            return
        await self._app(scope, receive, send)

    def _is_waiting(self, query: bytes) -> bool:
        return any(one in self._sessions for one in parse_qs(query.decode("latin-1")).get("session_hash", [])[-1:])

    def _checked(self, path: str, body: bytes) -> bytes | None:
        """The body with nothing in it but what the page sends; None where there is nothing to do."""
        try:
            if path == CANCEL:
                cancelled = _Cancelled.model_validate_json(body)
                return cancelled.model_dump_json().encode() if cancelled.event_id is not None else None
            sent = _Sent.model_validate_json(body)
        except ValidationError:
            raise Refused(422, "This is not what the page sends.") from None
        if self._inputs[path].get(sent.fn_index) != len(sent.data):
            raise Refused(404, "Not Found")
        return json.dumps(sent.model_dump()).encode()


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "The request ended early.")
        body += message.get("body", b"")
        if len(body) > PAGE_SENDS:
            raise Refused(413, f"The request is too large: at most {PAGE_SENDS} bytes.")
        if not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give `body` to the application first, then what comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
