"""A small web on loopback: servers that send any bytes, names that the test resolves, and a count of who was connected to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpcore

from app.fetching import Fetcher
from app.settings import load_settings

PUBLIC = "93.184.216.34"
INNER = "10.0.0.5"
Send = Callable[[bytes], None]
Page = bytes | Callable[[Send], None]


def reply(body: bytes = b"", status: str = "200 OK", kind: str = "text/html", **headers: str) -> bytes:
    """A whole answer; `headers` with `_` for `-`."""
    named = {"Content-Type": kind, "Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items() if value), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def moved(to: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, Location=to)


class Server(socketserver.ThreadingTCPServer):
    """`pages` by `host/path` or `/path`; `asked`: host and path of every request; `heads`: their headers, lower case."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.heads: list[dict[str, str]] = []
        self.together = self.most_together = 0
        self.lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, *_: Any) -> None:
        """A client that leaves in the middle is what many a test is about."""


class _Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        first = self.rfile.readline().decode().split()
        lines = iter(lambda: self.rfile.readline().decode("latin-1").strip(), "")
        head = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        host = head.get("host", "").partition(":")[0]
        with self.server.lock:
            self.server.asked.append(host + first[1])
            self.server.heads.append(head)
            self.server.together += 1
            self.server.most_together = max(self.server.most_together, self.server.together)
        try:
            page = self.server.pages.get(host + first[1], self.server.pages.get(first[1], reply(b"", "404 Not Found")))
            if isinstance(page, bytes):
                self.wfile.write(page)
            else:
                page(self.wfile.write)
        finally:
            with self.server.lock:
                self.server.together -= 1


class Web(httpcore.SyncBackend):
    """`names` and what each resolves to, one answer after the other, the last for good; `dialled`: every address connected to."""

    def __init__(self, public: Server, inner: Server) -> None:
        self.public, self.inner = public, inner
        self.names: dict[str, list[Sequence[str]]] = {"news.example": [[PUBLIC]], "other.example": [[PUBLIC]], "inner.example": [[INNER]]}
        self.dialled: list[str] = []
        self.looked_up: list[str] = []

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.looked_up.append(host)
        answers = self.names.get(host)
        if answers is None:
            raise OSError(f"no host {host}")
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.dialled.append(host)
        server = {PUBLIC: self.public, INNER: self.inner}.get(host)
        if server is None:
            raise httpcore.ConnectError("connection refused")
        return super().connect_tcp("127.0.0.1", server.port, timeout, local_address, socket_options)

    def fetcher(self, **changes: Any) -> Fetcher:
        """A fetcher on this web, without pauses unless the test says otherwise."""
        settings = load_settings(**({"fetch_pause": 0.0, "fetch_seconds": 5.0} | changes))
        return Fetcher(settings, resolve=self.resolve, network=self)

    def pages_asked(self) -> list[str]:
        """What was asked of the public server beside robots.txt."""
        return [one for one in self.public.asked if not one.endswith("/robots.txt")]


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def small_web() -> Iterator[Web]:
    with serving(Server()) as public, serving(Server()) as inner:
        yield Web(public, inner)
