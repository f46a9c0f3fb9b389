"""One request to an OpenAI-compatible embedding server: its bounds, and what its answer must be."""

from __future__ import annotations

import base64
import binascii
import json
import ssl
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np

from app.encoding.encoder import Vectors
from app.errors import DatelineError, Unavailable, without_credentials

SETTING, KEY_SETTING = "DATELINE_EMBEDDING_URL", "DATELINE_EMBEDDING_API_KEY"
CONNECT_SECONDS = 5.0
MOST_BYTES = 64_000_000
"""Of an answer: 32 vectors of 8,192 numbers, written out, are 6 MB."""
SAID = 200
"""Characters of a server's own words that are told on."""
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
KEY_REFUSED = frozenset({401, 403})


class Busy(Unavailable):
    """It is not there or overloaded at the moment. `seconds`: how long it asks to be left alone, 0 where it does not say."""

    def __init__(self, what: str, do: str = "", seconds: float = 0.0) -> None:
        super().__init__(what, do)
        self.seconds = seconds


class Refused(Unavailable):
    """It will not take this request, however often it comes."""


class Wire:
    """The way to one address and no other: no proxy, no redirect. Thread safe."""

    def __init__(self, url: str, model: str, key: str | None) -> None:
        """Raises DatelineError if `url` is no address of a server, or `key` can be no key."""
        self.address = _endpoint(url)
        key = (key or "").strip()
        if not (key.isascii() and key.isprintable()):
            raise DatelineError(f"{KEY_SETTING} has letters that no key has.", "Set it anew.")
        self.where = f"the embedding server {without_credentials(self.address)}"
        self._model = model
        self._client = httpx.Client(
            trust_env=False,
            follow_redirects=False,
            # As the system trusts, with SSL_CERT_FILE for an authority of one's own.
            verify=ssl.create_default_context() if self.address.startswith("https:") else False,
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )

    def ask(self, texts: Sequence[str], encoding: str, seconds: float) -> Vectors:
        """float32 [len(texts), dimension], in the order of `texts`, as the server gives them: finite, none of length 0. `encoding`:
        float or base64; whatever comes is taken. Raises Busy, Refused or Unavailable."""
        asked = {"model": self._model, "input": [_clean(text) for text in texts], "encoding_format": encoding}
        try:
            status, headers, body = self._post(asked, seconds)
        except httpx.TimeoutException:
            raise Unavailable(f"{self.where} did not answer within {seconds:g} s.", "See what it is doing.") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Busy(
                f"{self.where} does not answer: {_line(str(error)) or type(error).__name__}.", f"Start it, or mend {SETTING}."
            ) from None
        if status != 200:
            raise self._fault(status, headers, body)
        return self._read(body, len(texts))

    def _post(self, asked: dict[str, Any], seconds: float) -> tuple[int, httpx.Headers, bytes]:
        deadline = time.monotonic() + seconds
        timeout = httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
        with self._client.stream("POST", self.address, json=asked, timeout=timeout) as response:
            body = b""
            for piece in response.iter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise Unavailable(f"{self.where} sends more than {MOST_BYTES // 1_000_000} MB.", f"Mend {SETTING}.")
                if time.monotonic() > deadline:  # its timeouts are those of one read
                    raise httpx.ReadTimeout("")
            return response.status_code, response.headers, body

    def _fault(self, status: int, headers: httpx.Headers, body: bytes) -> Unavailable:
        said = f"{self.where} answers {status}{_words(body)}."
        if status in BUSY:
            after = headers.get("retry-after", "")
            return Busy(said, "See its log.", float(after) if after.isdecimal() else 0.0)
        if status in KEY_REFUSED:
            return Refused(said, f"Set {KEY_SETTING} to its key.")
        if 300 <= status < 400:
            return Refused(f"{said[:-1]} and points elsewhere, where nothing is sent.", f"Mend {SETTING}.")
        return Refused(said, f"Mend {SETTING} or DATELINE_EMBEDDING_MODEL ({self._model}).")

    def _read(self, body: bytes, count: int) -> Vectors:
        try:
            items = json.loads(body)["data"]
            if len(items) != count:
                raise ValueError(f"{len(items)} vectors for {count} texts")
            places = [int(item.get("index", place)) for place, item in enumerate(items)]
            if sorted(places) != list(range(count)):
                raise ValueError("numbers that name no text, or one twice")
            vectors = [_vector(item["embedding"]) for item in items]
            if len({len(vector) for vector in vectors}) != 1:
                raise ValueError("vectors of unlike lengths")
            ordered = np.zeros((count, len(vectors[0])), np.float32)
            ordered[places] = vectors
            norms = np.linalg.norm(ordered.astype(np.float64), axis=1)
            if not ordered.shape[1] or not np.isfinite(norms).all() or not norms.all():
                raise ValueError("numbers that are no vector")
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, binascii.Error, RecursionError) as error:
            why = f"what is no list of embeddings ({type(error).__name__})" if not _told(error) else str(error)
            raise Unavailable(f"{self.where} gives {_line(why)}.", f"Mend {SETTING}: it must speak OpenAI's /v1/embeddings.") from None
        return ordered


def _endpoint(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise DatelineError(
            f"{SETTING} is no address of a server (got {without_credentials(url)!r}).", "Write it as http://127.0.0.1:8080/v1."
        )
    path = parts.path.rstrip("/") or "/v1"
    return parts._replace(path=path if path.endswith("/embeddings") else f"{path}/embeddings", query="", fragment="").geturl()


def _vector(given: Any) -> Vectors:
    if isinstance(given, str):
        return np.frombuffer(base64.b64decode(given, validate=True), "<f4")
    if not isinstance(given, list) or any(isinstance(one, bool) or not isinstance(one, int | float) for one in given):
        raise ValueError("what is no list of numbers")
    return np.array(given, np.float32)


def _told(error: Exception) -> bool:
    return type(error) is ValueError


def _clean(text: str) -> str:
    """Half of a surrogate pair is no Unicode, and servers refuse it."""
    return text.encode("utf-8", "replace").decode()


def _words(body: bytes) -> str:
    """ ": what it says", of the forms that servers have for it; else nothing."""
    try:
        said = json.loads(body)
        for key in ("error", "message", "detail"):
            if isinstance(said, dict) and key in said:
                said = said[key]
    except ValueError:
        said = body.decode("utf-8", "replace")
    line = _line(said if isinstance(said, str) else "")
    return f": {line}" if line else ""


def _line(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:SAID].rstrip(".")
