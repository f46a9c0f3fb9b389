"""What stands before page and API: whose requests are heard, how large they may be, what browsers may load."""

from __future__ import annotations

import base64
import logging
import math
import secrets
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.asgi import Refused, refuse
from app.web.guessing import Guessing

log = logging.getLogger(__name__)

USER = "dateline"
API_BYTES = 2_000_000
"""A request to the API; 10,000 addresses of 200 letters fit."""
MCP_PATH = "/mcp"
"""Where assistants ask; to the guard it is one more address of the API."""
PAGE_BYTES = 20_000_000
"""A request of the page's own."""
EVERYWHERE = frozenset({"0.0.0.0", "::"})
BARE_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""For answers of the API, which are no pages. /docs sends its own."""


class Guard:
    """An ASGI application around another.

    Any website that a user visits can send requests to this machine. So the Host must be ours (else a foreign
    name that resolves to 127.0.0.1 reads everything), and an Origin, where the browser sends one, must be the
    Host. With a password, all needs it (user `dateline`) or the token that only this user's processes can read.
    """

    def __init__(self, app: ASGIApp, *, host: str, token: str, password: str | None, page_policy: str) -> None:
        self._app = app
        # Who listens on every address cannot know its names; a password is required there and does the same work,
        # since browsers send it only to the address where it was typed.
        self._hosts = None if host in EVERYWHERE else {"localhost", "127.0.0.1", "::1", host.lower()}
        self._bearer = f"Bearer {token}".encode()
        self._basic = b"Basic " + base64.b64encode(f"{USER}:{password}".encode()) if password is not None else None
        self._page_policy = page_policy
        self._guessing = Guessing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        is_api = scope["path"].startswith("/api/") or scope["path"] == MCP_PATH
        try:
            self._check(headers, (scope.get("client") or ("",))[0], API_BYTES if is_api else PAGE_BYTES)
        except Refused as refused:
            await refuse(scope, send, refused)
            return
        policy = BARE_POLICY if is_api else self._page_policy
        limited = _limited(receive, API_BYTES if is_api else PAGE_BYTES)
        try:
            await self._app(scope, limited, _with_headers(send, policy))
        except Exception:  # by now the application has answered 500; the server would cut the connection as well
            log.exception("a request to %s failed", scope["path"])

    def _check(self, headers: dict[bytes, bytes], address: str, most: int) -> None:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if self._hosts is not None and _name(host) not in self._hosts:
            raise Refused(400, "This Host is not served here: use http://127.0.0.1 and the port.")
        origin = headers.get(b"origin")
        if origin is not None and origin.decode("latin-1").lower() not in (f"http://{host}", f"https://{host}"):
            raise Refused(403, "Requests from other websites are refused.")
        self._let_in(headers.get(b"authorization", b""), address)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > most:
            raise Refused(413, f"The request is too large: at most {most} bytes.")

    def _let_in(self, given: bytes, address: str) -> None:
        if self._basic is None or secrets.compare_digest(given, self._bearer):
            return
        wait = math.ceil(self._guessing.wait(address)) if given else 0
        if wait:
            raise Refused(429, f"Too many wrong passwords from this address: try again in {wait} s.", wait)
        if secrets.compare_digest(given, self._basic):
            self._guessing.right(address)
            return
        if given:  # a browser's first request bears none
            self._guessing.wrong(address)
        raise Refused(401, f"Give the user name {USER} and the password.")


def _name(host: str) -> str | None:
    """The host without its port, `[::1]` without brackets; None if it is no host at all."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _limited(receive: Receive, most: int) -> Receive:
    """Count a body that came without a length; one that is too large ends as if the sender had left."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > most else message

    return counted


def _with_headers(send: Send, policy: str) -> Send:
    safe = [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]

    async def safely(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _ in message.get("headers", [])}
            added = [*safe, (b"content-security-policy", policy.encode())]
            message = {**message, "headers": [*message.get("headers", []), *(pair for pair in added if pair[0] not in own)]}
        await send(message)

    return safely
