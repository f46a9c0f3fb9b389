"""What it is that an address gave: a page, a feed, a sitemap, or a file of another kind."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from app.fetching import Fetched
from app.fetching.body import UNSAID
from app.reading.dispatch import ENDINGS, ending_of

FEED, SITEMAP = ".feed", ".sitemap"

_HEAD = 4096
"""Bytes within which the first element of a feed or sitemap stands; comments of their generators come before it."""
_BEFORE = rb"(?:<\?[^>]*>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\])?\s*>)\s*"
_FIRST_ELEMENT = re.compile(rb"\s*(?:" + _BEFORE + rb")*<(?:[\w.-]+:)?([\w.-]+)", re.IGNORECASE | re.DOTALL)
_ROOTS = {b"rss": FEED, b"feed": FEED, b"rdf": FEED, b"urlset": SITEMAP, b"sitemapindex": SITEMAP}
_TYPES = {
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/json-seq": ".jsonl",
    "application/warc": ".warc",
}
_VAGUE = ("", "text/plain", *UNSAID)
"""Types that servers name for what they do not know: then the ending of the address counts."""
_FOR_FILES_ALONE = (".eml", ".mbox")
"""Mail that a site hands out is nobody's newsletter; and it could take the place of one that came by its Message-ID."""


def ending_of_body(fetched: Fetched) -> str:
    """By which reader a fetched body is read: an ending that `File` knows. The bytes count for more than what the site calls them."""
    named = ending_of(PurePosixPath(unquote(urlsplit(fetched.url).path)).name)
    named = "" if named.removesuffix(".gz") in _FOR_FILES_ALONE else named
    if fetched.body.startswith(b"\x1f\x8b"):
        return named if named.endswith(".gz") else f"{SITEMAP}.gz"
    if fetched.body[:1024].lstrip().startswith(b"%PDF-"):
        return ".pdf"
    # UTF-16 has a zero beside each of the letters that matter here.
    head = fetched.body[:_HEAD].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    first = _FIRST_ELEMENT.match(head)
    root = first[1].lower() if first else b""
    if root in _ROOTS:
        return _ROOTS[root]
    if root == b"html":
        return ".html"
    if fetched.content_type in _VAGUE and named in ENDINGS and not named.endswith(".gz"):
        return named
    return _TYPES.get(fetched.content_type, ".html")
