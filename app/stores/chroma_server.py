"""A Chroma server (`chroma run`, distributed Chroma): how it is reached, and what is said when it is not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx

from app.errors import DatelineError, Unavailable, first_line, without_credentials

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 60.0
"""Of one request. Chroma's own client waits without end; a batch of 5,000 vectors is written in 3 s."""
ARCHIVE = "archive"
"""Under which a collection notes whose vectors it has."""
START = "Start it: chroma run"


def connect(url: str) -> Any:
    """A client of the server. Raises Unavailable if it does not answer, DatelineError if `url` cannot be meant."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError:
        host = None
    if host is None or parts.scheme not in ("http", "https") or parts.username is not None or parts.path.strip("/"):
        raise DatelineError(
            f"DATELINE_CHROMA_URL is no address of a Chroma server (got {without_credentials(url)!r}).",
            "Write it as http://127.0.0.1:8000.",
        )
    try:
        # Before Chroma's client, which would wait for a server that hangs as long as that hangs.
        httpx.get(f"{parts.scheme}://{host}:{port}/api/v2/heartbeat", timeout=CONNECT_SECONDS).raise_for_status()
        client = chromadb.HttpClient(host=host, port=port, ssl=parts.scheme == "https", settings=ChromaSettings(anonymized_telemetry=False))
    except Exception as error:  # Chroma raises ValueError, httpx's and its own errors alike
        raise away(url, error) from error
    # There is no setting for it. `_session` is httpx's client, in which it says `timeout=None`.
    client._server._session.timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)  # type: ignore[attr-defined]
    return client


def away(url: str, error: BaseException) -> Unavailable:
    """What is said of a request that failed."""
    where = f"the Chroma server {without_credentials(url)}"
    if isinstance(error, httpx.TimeoutException):
        return Unavailable(f"{where} does not answer in time.", "See what it is doing.")
    if isinstance(error, httpx.TransportError | ConnectionError):
        return Unavailable(f"{where} does not answer: {first_line(error)}.", START)
    if isinstance(error, httpx.HTTPStatusError):
        return Unavailable(f"{where} is none: it answers {error.response.status_code}.", "Mend DATELINE_CHROMA_URL.")
    if type(error).__name__ == "NotFoundError":
        return Unavailable(f"{where} has lost this home's vectors.", "Stop `serve` and run: python -m app reindex")
    return Unavailable(f"{where} fails: {first_line(error)}.", "See its log.")


def check_owner(url: str, collection: Any, archive: str) -> None:
    """Note in the collection whose vectors it has, or raise DatelineError if they are another home's."""
    known = dict(collection.metadata or {})
    owner = known.setdefault(ARCHIVE, archive)
    if owner != archive:
        raise DatelineError(
            f"the collection {collection.name} of the Chroma server {without_credentials(url)} has the vectors of another home.",
            "Set DATELINE_CHROMA_COLLECTION to a name of its own for this home.",
        )
    if known != (collection.metadata or {}):
        collection.modify(metadata=known)
