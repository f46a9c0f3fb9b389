"""Addresses of articles and of words in them, as assistants get and open them."""

from __future__ import annotations

import re
from datetime import datetime

from mcp_types import ResourceLink

from app.answer import Citation, Hit
from app.article import Span
from app.assistants.machine_text import plain_title
from app.errors import DatelineError

TEMPLATE = "dateline://article/{id}{?start,end,until}"
"""RFC 6570; `start` and `end` in code points of the article's text, `until` the Unix second until which it said so, if it says something
else now."""
MIME = "text/plain"
QUOTED = 300
"""Code points of a quote or passage that a link's description shows."""
_ID = re.compile(r"[0-9a-f]{20}")
_ADDRESS = re.compile(
    r"dateline://article/(?P<id>[0-9a-f]{20})"
    r"(?:\?start=(?P<start>[0-9]{1,9})&end=(?P<end>[0-9]{1,9})(?:&until=(?P<until>[0-9]{1,11}))?)?"
)


def address(article_id: str, start: int | None = None, end: int | None = None) -> str:
    """Of an article; with `start` and `end`, of these words of it."""
    place = "" if start is None else f"?start={start}&end={end}"
    return f"dateline://article/{article_id}{place}"


def place_address(place: Citation | Hit) -> str:
    """Of the words of a citation or hit, in the version that has them."""
    until = f"&until={int(datetime.fromisoformat(place.said_until).timestamp())}" if place.said_until else ""
    return address(place.article_id, place.start, place.end) + until


def read_until(text: str) -> int | None:
    """The second until which the version meant was said; None for what the article says now."""
    found = _ADDRESS.fullmatch(text)
    return int(found["until"]) if found and found["until"] else None


def read_address(text: str) -> tuple[str, Span | None]:
    """The article's id and the words meant. Raises DatelineError if it is no such address."""
    found = _ADDRESS.fullmatch(text)
    if found is None or (found["start"] and int(found["start"]) >= int(found["end"])):
        raise DatelineError("this is no address of an article.", f"Write {address('ID')} or {address('ID')}?start=0&end=80", http=422)
    return found["id"], Span(int(found["start"]), int(found["end"])) if found["start"] else None


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def link_to_quote(citation: Citation) -> ResourceLink:
    return _link(citation, citation.quote)


def link_to_passage(hit: Hit) -> ResourceLink:
    return _link(hit, hit.passage)


def _link(place: Citation | Hit, words: str) -> ResourceLink:
    quoted = words if len(words) <= QUOTED else words[:QUOTED].rsplit(" ", 1)[0] + " …"
    described = f"{place.source or 'outlet not stated'}, {place.published or 'date not stated'}: “{quoted}”"
    return ResourceLink(uri=place_address(place), name=plain_title(place.title), description=described, mime_type=MIME)
