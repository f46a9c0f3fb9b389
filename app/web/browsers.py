"""Which browser asks: where several people use one service, each browser has its own history, known by a signed cookie."""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Any

from fastapi import Depends, HTTPException, Request
from itsdangerous import BadSignature, Signer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "dateline"
SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie (RFC 6265bis); each visit begins it anew."""


class Browsers:
    """`each` False: whoever comes is one owner, as on a machine of one's own."""

    def __init__(self, secret: str, *, each: bool) -> None:
        self._signer = Signer(secret, salt="dateline.browser")
        self._each = each

    def owner(self, cookies: str) -> str | None:
        """Whose history the header `Cookie` names; None where each browser has its own and this one has no valid cookie."""
        if not self._each:
            return ""
        try:
            morsel = SimpleCookie(cookies).get(COOKIE)
            return self._signer.unsign(morsel.value).decode() if morsel else None
        except (BadSignature, CookieError, UnicodeError):
            return None

    def header(self, cookies: str) -> str | None:
        """What `Set-Cookie` says with the page; None where no cookie is needed. A known browser stays who it is."""
        if not self._each:
            return None
        name = self.owner(cookies) or secrets.token_urlsafe(18)
        # Lax, not Strict: with Strict a link from a mail would come without it, and be answered with a new one.
        return f"{COOKIE}={self._signer.sign(name).decode()}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax"


class Greeting:
    """An ASGI application around the page: its document brings the cookie."""

    def __init__(self, app: ASGIApp, browsers: Browsers) -> None:
        self._app = app
        self._browsers = browsers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookie = None
        if scope["type"] == "http" and scope["path"] == "/":
            cookie = self._browsers.header(cookies_of(scope))
        if cookie is None:
            await self._app(scope, receive, send)
            return
        pair = (b"set-cookie", cookie.encode())

        async def greet(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), pair]}
            await send(message)

        await self._app(scope, receive, greet)


def owned_by(browsers: Browsers) -> Any:
    """For a route's parameter: whose history the browser that asks may see; 403 for one that has none."""

    def whose(http: Request) -> str:
        owner = browsers.owner(cookies_of(http.scope))
        if owner is None:
            raise HTTPException(403, "This browser has no history: load the page first, with cookies allowed.")
        return owner

    return Depends(whose)


def cookies_of(scope: Scope) -> str:
    """The header `Cookie` of a request; browsers may send it in pieces."""
    return "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
