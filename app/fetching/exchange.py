"""One request to one host, in its turn and within its allowance."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import __version__
from app.fetching.allowance import Allowance
from app.fetching.body import ACCEPT, CODING
from app.fetching.manners import Manners
from app.fetching.refused import Closed, Unreachable, shown
from app.fetching.urls import host_of

if TYPE_CHECKING:
    import httpcore
    import httpx

    from app.fetching.wire import Resolve

AGENT = "Dateline"
"""The name that a robots.txt calls us by."""
USER_AGENT = f"{AGENT}/{__version__} (an archive of news articles, run by its reader)"

MAX_TYPE = 200
"""Letters of a Content-Type that is looked into for its charset."""

Take = Callable[["httpx.Response"], bytes]
"""What is taken of an answer's body, read off it."""


@dataclass(frozen=True)
class Answer:
    """What a host said to one request, its body as far as it was taken."""

    at: httpx.URL
    status: int
    headers: httpx.Headers
    charset: str | None
    body: bytes

    def header(self, name: str) -> str | None:
        found: str | None = self.headers.get(name)
        return found


class Exchange:
    """Asks hosts. httpx's Client is not used: it would keep cookies, read the environment and follow what a page says."""

    def __init__(self, manners: Manners, private: bool, resolve: Resolve | None, network: httpcore.NetworkBackend | None) -> None:
        self.manners = manners
        self._private = private
        self._resolve = resolve
        self._network = network
        self._context: ssl.SSLContext | None = None
        self._making = threading.Lock()

    def ask(self, at: httpx.URL, allowance: Allowance, take: Take, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a GET. Raises Refused; a host that cannot be reached gets rest."""
        import httpcore
        import httpx

        from app.fetching.wire import CheckedNetwork, CheckedTransport, system_resolve

        host = host_of(at)
        sent = {"User-Agent": USER_AGENT, "Accept": ACCEPT, "Accept-Encoding": CODING, "Connection": "close", **(headers or {})}
        request = httpx.Request("GET", at, headers=[(name.encode(), value.encode("latin-1")) for name, value in sent.items()])
        with self.manners.turn(host), allowance.running(shown(str(at))):
            network = CheckedNetwork(self._network or httpcore.SyncBackend(), self._resolve or system_resolve, self._private, allowance)
            try:
                with CheckedTransport(network, self._trusted() if at.scheme == "https" else None, allowance) as transport:
                    response = transport.handle_request(request)
                    try:
                        body = take(response)
                    finally:
                        response.close()
            except Closed:
                raise
            except Unreachable as error:
                error.retry_after = self.manners.failed(host, "it could not be reached", rest=True)
                raise
        return Answer(at, response.status_code, response.headers, charset_of(response), body)

    def _trusted(self) -> ssl.SSLContext:
        """The authorities that httpx brings, or those of SSL_CERT_FILE. Read once, and only for https: it takes a while."""
        import httpx

        with self._making:
            if self._context is None:
                self._context = httpx.create_ssl_context()
            return self._context


def charset_of(response: httpx.Response) -> str | None:
    """The charset that Content-Type names, lower case; None where it names none, or no name."""
    if len(response.headers.get("content-type", "")) > MAX_TYPE:
        return None  # the standard library's parser takes time in the square of its length
    try:
        found = response.charset_encoding
    except (LookupError, ValueError):
        return None
    return found if found and len(found) <= 40 and found.isprintable() else None
