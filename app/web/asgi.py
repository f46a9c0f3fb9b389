"""What stands before page and API has in common: the answer to a request that goes no further."""

from __future__ import annotations

import json
from dataclasses import dataclass

from starlette.types import Scope, Send


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """A request that goes no further."""

    status: int
    detail: str
    wait: int = 0
    """Seconds until it may be tried again."""


async def refuse(scope: Scope, send: Send, refused: Refused) -> None:
    """Answer with the refusal."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": refused.detail})
        return
    body = json.dumps({"detail": refused.detail}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    if refused.status == 401:
        headers.append((b"www-authenticate", b'Basic realm="Dateline", charset="UTF-8"'))
    if refused.wait:
        headers.append((b"retry-after", str(refused.wait).encode()))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
