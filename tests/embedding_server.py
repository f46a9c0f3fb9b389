"""An OpenAI-compatible embedding server of the tests' own: it computes with the packaged model, and errs as it is told to."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from app.encoding import Encoder
from app.encoding.encoder import Vectors

MODEL = "all-minilm"
KEY = "key-of-the-test"


class EmbeddingServer(ThreadingHTTPServer):
    """`fault` names what is wrong with the next answers (see `_Handler`), for as many as `faults` says. `most`: texts that a request may
    have. `batches` holds how many texts each request had, `forms` the encoding that each asked for."""

    daemon_threads = True
    allow_reuse_address = True
    fault = ""
    faults = 1_000
    most = 32
    base64_known = True
    delay = 0.0

    def __init__(self, encoder: Encoder, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.encoder = encoder
        self.batches: list[int] = []
        self.forms: list[str] = []
        self.paths: list[str] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: EmbeddingServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts, form, server = body["input"], body.get("encoding_format", "float"), self.server
        server.batches.append(len(texts))
        server.forms.append(form)
        server.paths.append(self.path)
        if self.path != "/v1/embeddings":
            return self._send(404, {"error": "no such address"})
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return self._send(401, {"error": {"message": "who are you?"}})
        if body["model"] != MODEL:
            return self._send(404, {"error": {"message": f"model {body['model']} not found", "type": "invalid_request_error"}})
        if form == "base64" and not server.base64_known:
            return self._send(422, {"detail": "encoding_format: only float is known"})
        if len(texts) > server.most:
            return self._send(422, {"error": f"batch size {len(texts)} > maximum batch size {server.most}", "type": "Validation"})
        if any(len(text) > 5_000 for text in texts):
            return self._send(413, {"error": "`inputs` must have less than 512 tokens"})
        if server.faults and server.fault:
            server.faults -= 1
            return self._err(server.fault, texts)
        return self._send(200, answer(server.encoder.encode(texts), form))

    def _err(self, fault: str, texts: Sequence[str]) -> None:
        whole = answer(self.server.encoder.encode(texts), "float")
        first = whole["data"][0]
        if fault.isdecimal():
            return self._send(int(fault), {"error": {"message": "out of\norder"}})
        if fault == "slow":
            time.sleep(self.server.delay)
        elif fault == "drip":
            return self._drip()
        elif fault == "elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://203.0.113.7/v1/embeddings")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        elif fault == "fewer":
            whole["data"].pop()
        elif fault == "twice":
            for item in whole["data"]:
                item["index"] = 0
        elif fault == "nan":
            first["embedding"][3] = float("nan")
        elif fault == "zero":
            first["embedding"] = [0.0] * len(first["embedding"])
        elif fault == "narrow":
            for item in whole["data"]:
                item["embedding"] = item["embedding"][:100]
        elif fault == "ragged":
            first["embedding"] = first["embedding"][:100]
        elif fault == "words":
            first["embedding"] = ["much"] * 384
        elif fault == "broken":
            first["embedding"] = "A"
        elif fault == "page":
            return self._send(200, "<html>Welcome</html>")
        return self._send(200, whole)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(300):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.02)

    def _send(self, status: int, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: pytest's output is for failures."""


def answer(vectors: Vectors, form: str) -> dict[str, Any]:
    """As OpenAI's, in an order of its own: `index` says which text a vector is of. Not of length 1, as some models' are."""
    items = [{"object": "embedding", "index": place, "embedding": written(vector * 3, form)} for place, vector in enumerate(vectors)]
    return {"object": "list", "data": items[::-1], "model": MODEL, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def written(vector: Vectors, form: str) -> Any:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode() if form == "base64" else np.asarray(vector, float).tolist()


@contextmanager
def embedding_server(encoder: Encoder, port: int = 0) -> Iterator[EmbeddingServer]:
    server = EmbeddingServer(encoder, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
