"""A real site on loopback: pages, feeds and sitemaps that a test puts there and changes, with ETags, and what was asked of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Page:
    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""


class NewsSite:
    """`asked`: every request but for robots.txt, in order, with `*` before those that were answered 304."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200, location: str = "") -> str:
        """Returns the page's address. `{SITE}` in a text stands for the site's."""
        data = body.replace("{SITE}", self.address).encode() if isinstance(body, str) else body
        self.pages[path] = Page(data, kind, status, location)
        return f"{self.address}{path}"

    def take_asked(self) -> list[str]:
        asked, self.asked = self.asked, []
        return asked


@contextmanager
def news_site() -> Iterator[NewsSite]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = site.pages.get(self.path)
            etag = f'"{hashlib.sha256(page.body).hexdigest()[:12]}"' if page and page.status == 200 else ""
            same = bool(etag) and self.headers.get("If-None-Match") == etag
            if self.path != "/robots.txt":
                site.asked.append(f"*{self.path}" if same else self.path)
            self.send_response(304 if same else page.status if page else 404)
            body = b"" if same or page is None else page.body
            if page is not None:
                self.send_header("Content-Type", page.kind)
                if etag:
                    self.send_header("ETag", etag)
                if page.location:
                    self.send_header("Location", page.location)
            if not same:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = NewsSite(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
