"""WARC: the pages of a crawl, by warcio. What came with status 200 and is HTML is read as a page that was fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from app.article import Article
from app.reading.draft import is_web_address
from app.reading.html import NO_ARTICLE, PAGE_LIMIT, read_html
from app.reading.origin import Known, Origin, Problem
from app.reading.sites import host_of

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_PAGES = ("text/html", "application/xhtml+xml")
_FIRST_YEAR = 1991
"""Of the web: an earlier day of a crawl is a mistake."""


def read_warc(stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    """Each page with its address (`WARC-Target-URI`) and the second in which it was seen (`WARC-Date`), which is no day of publication.

    Pictures, redirects and records of other kinds are passed over. Front pages, and pages without an article, are counted in one line.
    """
    from warcio.archiveiterator import ArchiveIterator

    pages = empty = 0
    records = iter(ArchiveIterator(stream))
    try:
        for record in records:
            if not _is_page(record):
                continue
            pages += 1
            place, data, problem = _taken(record, origin)
            if urlsplit(place.address).path in ("", "/"):
                empty += 1
                continue
            if problem:
                yield Problem(place.where, problem, fatal=True)
                continue
            for item in read_html(io.BytesIO(data), place):
                if isinstance(item, Problem) and item.message == NO_ARTICLE:
                    empty += 1
                else:
                    yield replace(item, seen=_seen(record)) if isinstance(item, Article) else item
    except (MemoryError, OSError, EOFError):
        # Of the file, or of its packing: whoever opened it says so.
        raise
    except Exception:
        # warcio raises errors of many kinds for what is no record; none says where the next one begins.
        what = "What follows is no record of a crawl: the rest is lost." if pages else "It is not a WARC file."
        yield Problem(origin.where, what, fatal=True)
        return
    if not pages:
        yield Problem(origin.where, "There is no page in it: no response of HTML with status 200.", fatal=True)
    elif empty:
        yield Problem(
            origin.where, f"{empty:,} of its {pages:,} pages are front pages or hold no article's text: passed over.", fatal=empty == pages
        )


def _is_page(record: ArcWarcRecord) -> bool:
    headers = record.http_headers
    if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
        return False
    return _header(headers.get_header("Content-Type")).get_content_type() in _PAGES


def _taken(record: ArcWarcRecord, origin: Origin) -> tuple[Origin, bytes, str]:
    """The place of a page, its bytes, and why it cannot be read, if so."""
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    charset = _header(record.http_headers.get_header("Content-Type")).get_content_charset() or ""
    place = replace(origin, address=address, known=Known(source=host_of(address), charset=charset))
    if not is_web_address(address):
        return place, b"", "Its address is not a web address (http or https)."
    if record.rec_headers.get_header("WARC-Truncated"):
        return place, b"", "The crawler cut this page short (WARC-Truncated)."
    coding = (record.http_headers.get_header("Content-Encoding") or "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate", "br"):
        return place, b"", f"This page is packed as “{coding[:20]}”, which is not read. Known: gzip, deflate, br."
    body, data = record.content_stream(), b""
    while len(data) <= PAGE_LIMIT and (piece := body.read(1 << 16)):
        data += piece
    if len(data) <= PAGE_LIMIT and getattr(record.raw_stream, "limit", 0) > 0 and not record.raw_stream.read(1):
        return place, b"", "The file ends in the middle of this page."
    return place, data, ""


def _header(value: str | None) -> Message:
    message = Message()
    message["Content-Type"] = " ".join((value or "").split())
    return message


def _seen(record: ArcWarcRecord) -> int | None:
    """The Unix second of WARC-Date; None where there is none that can be right."""
    try:
        when = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return int(when.timestamp()) if when.year >= _FIRST_YEAR and when <= datetime.now(UTC) else None
