"""An OpenAI-compatible server of the tests' own, which says exactly what it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HELD = "\0"
"""Where `words` stop until the test lets them go on."""


class ChatServer(ThreadingHTTPServer):
    """Streams `words` a few letters at a time. `status` other than 200 is an error, `raw` is sent in place of the
    stream, `delay` seconds pass before the first word and `pause` after each. What comes after the mark `HELD` in `words`
    waits until `go_on` is set. `prompts` holds what was asked."""

    daemon_threads = True
    words = ""
    status = 200
    raw: bytes | None = None
    delay = 0.0
    pause = 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.prompts: list[list[dict[str, Any]]] = []
        self.ended = threading.Event()
        self.go_on = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.prompts.append(body["messages"])
        if self.server.status != 200:
            self._send(self.server.status, b'{"error": {"message": "out of order"}}', "application/json")
            return
        if self.server.raw is not None:
            self._send(200, self.server.raw, "text/event-stream")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.flush()
        self.server.ended.wait(self.server.delay)
        for part, words in enumerate(self.server.words.split(HELD)):
            if part:
                self.server.go_on.wait()
            for start in range(0, len(words), 7):
                self._chunk({"content": words[start : start + 7]}, None)
                time.sleep(self.server.pause)
        self._chunk({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _chunk(self, delta: dict[str, str], reason: str | None) -> None:
        chunk = {
            "id": "1", "object": "chat.completion.chunk", "created": 1, "model": "said",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }  # fmt: skip
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: pytest's output is for failures."""


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    server = ChatServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
