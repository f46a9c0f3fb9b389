"""The body of an answer: of a kind that is read, unpacked within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from app.fetching.refused import Refused, shown

if TYPE_CHECKING:
    import httpx

ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, "
    "application/pdf;q=0.8, application/json;q=0.8, text/plain;q=0.8, */*;q=0.1"
)
CODING = "gzip"
"""The one content coding that is asked for: zlib unpacks it step by step, so that a bomb ends at the limit. Others unpack whole blocks."""
STEP = 64 * 1024
"""Bytes unpacked at a time."""
KINDS = "HTML, XML, feeds, text, Markdown, PDF, JSON, WARC, gz"
_TAKEN = {
    *("text/html", "text/plain", "text/xml", "text/markdown", "text/x-markdown"),
    *("application/xml", "application/json", "application/pdf", "application/x-pdf"),
    *("application/jsonl", "application/x-ndjson", "application/json-seq"),
    *("application/gzip", "application/x-gzip", "application/warc"),
    "",
}
"""Content types that are read; the empty one is a site that names none, whose content the reader knows by itself."""
UNSAID = ("application/octet-stream", "binary/octet-stream", "application/x-download")
"""What servers say of a file whose kind they do not know: then its ending counts."""
_ENDINGS = {".gz", ".warc", ".pdf", ".xml", ".rss", ".atom", ".json", ".jsonl", ".ndjson", ".html", ".htm", ".txt", ".md", ".markdown"}


def content_type_of(headers: httpx.Headers) -> str:
    """As the site names it, lower case, without parameters."""
    return str(headers.get("content-type", "")).split(";")[0].strip().lower()


def check_kind(response: httpx.Response) -> None:
    """Raises Refused for content that is not read, such as a picture, before any of it has come."""
    kind = content_type_of(response.headers)
    if kind in _TAKEN or (kind.startswith("application/") and kind.endswith(("+xml", "+json"))):
        return
    if kind in UNSAID and PurePosixPath(response.url.path).suffix.lower() in _ENDINGS:
        return
    raise Refused(f"{shown(str(response.url))}: its content is {shown(kind)}, which is not read.", f"What is read: {KINDS}.")


def read_body(response: httpx.Response, limit: int, *, cut: bool = False) -> bytes:
    """The content, of at most `limit` bytes after unpacking. What is longer is refused, or with `cut` ends there.

    Raises Refused, also for a coding that was not asked for and for broken packing.
    """
    where = shown(str(response.url))
    declared = response.headers.get("content-length", "")
    if not cut and declared.isdecimal() and int(declared) > limit:
        raise too_large(where, limit)
    coding = response.headers.get("content-encoding", "").strip().lower()
    pieces: Iterable[bytes] = response.iter_raw()
    if coding in ("gzip", "x-gzip"):
        pieces = unpacked(pieces, where)
    elif coding not in ("", "identity"):
        raise Refused(f"{where}: it comes packed as {shown(coding)}, which was not asked for.", "Open it in a browser.")
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            if not cut:
                raise too_large(where, limit)
            return bytes(body[:limit])
    return bytes(body)


def too_large(where: str, limit: int) -> Refused:
    return Refused(f"{where}: it has more than {limit / 1e6:g} MB.", "DATELINE_FETCH_MB sets the limit.")


def unpacked(pieces: Iterable[bytes], where: str) -> Iterator[bytes]:
    """gzip, one member or several, never more than STEP bytes at a time. Raises Refused where it is broken or ends too early."""
    unpack = zlib.decompressobj(wbits=31)
    begun = False
    for piece in pieces:
        while piece:
            if unpack.eof:
                if not piece.startswith(b"\x1f"):
                    return  # padding, which gzip itself ignores too
                unpack = zlib.decompressobj(wbits=31)
            begun = True
            try:
                yield unpack.decompress(piece, STEP)
            except zlib.error:
                raise _broken(where) from None
            piece = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    if begun and not unpack.eof:
        raise _broken(where)


def _broken(where: str) -> Refused:
    return Refused(f"{where}: its gzip packing is broken.", "Try again later.", retry_after=300.0)
