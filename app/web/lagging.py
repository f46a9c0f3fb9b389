"""A server whose home is too far behind its catalog answers 503, so that a load balancer asks another."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.asgi import Refused, refuse

HEALTH = "/api/health"
WAIT_SECONDS = 2


class Lagging:
    """An ASGI application around another. `/api/health` answers all the same, under that status."""

    def __init__(self, app: ASGIApp, too_far_behind: Callable[[], str | None]) -> None:
        """`too_far_behind`: why others should be asked; None where they need not."""
        self._app = app
        self._too_far_behind = too_far_behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        why = self._too_far_behind() if scope["type"] == "http" else None
        if why is None:
            await self._app(scope, receive, send)
        elif scope["path"] == HEALTH:
            await self._app(scope, receive, _unavailable(send))
        else:
            await refuse(scope, send, Refused(503, f"{why[0].upper()}{why[1:]} Ask again in a moment.", WAIT_SECONDS))


def _unavailable(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            message = {**message, "status": 503}
        await send(message)

    return told
