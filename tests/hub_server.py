"""A hub on this machine: it gives the files of one model by the few addresses that huggingface_hub asks for."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class HubServer(ThreadingHTTPServer):
    """`asked`: method and path of every request."""

    daemon_threads = True

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name, self.folder = name, folder
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: HubServer

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub, path = self.server, self.path.split("?")[0]
        hub.asked.append(f"{self.command} {path}")
        api, _, file = path.partition(f"/{hub.name}")
        if (api, file) == ("/api/models", ""):
            names = [{"rfilename": one.name} for one in hub.folder.iterdir()]
            self._send(200, json.dumps({"id": hub.name, "modelId": hub.name, "sha": COMMIT, "siblings": names}).encode())
            return
        place = hub.folder / "/".join(file.split("/")[3:])  # behind /resolve/REVISION/
        if api == "" and file.startswith("/resolve/") and place.is_file():
            self._send(200, place.read_bytes())
        else:
            self._send(404, b"", ("X-Error-Code", "EntryNotFound" if path != api else "RepoNotFound"))

    def _send(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        tag = hashlib.sha256(body).hexdigest()
        for name, value in (("Content-Length", str(len(body))), ("X-Repo-Commit", COMMIT), ("ETag", f'"{tag}"'), *headers):
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests print what they look at."""


@contextmanager
def hub_server(name: str, folder: Path) -> Iterator[HubServer]:
    server = HubServer(name, folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
