"""What the status of an answer means for whoever asked."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from app.fetching.body import check_kind, content_type_of, read_body
from app.fetching.fetched import Fetched
from app.fetching.manners import Manners
from app.fetching.refused import Refused, shown
from app.fetching.urls import host_of

if TYPE_CHECKING:
    import httpx

    from app.fetching.exchange import Answer, Take

CONTENT = {200, 203}
"""The statuses that carry the page itself: 202, with which some sites meet programs, carries a promise."""
GONE = {404, 410}
BUSY = {429, 503}
MAX_VALIDATOR = 1024
"""Letters of an ETag or Last-Modified that is kept and sent back."""
_LASTING = {
    401: "it wants a password",
    402: "it wants to be paid",
    403: "it is not given to programs, or not to this one",
    406: "it has nothing of a kind that is read",
    451: "it is withheld by law",
}


def take_content(limit: int) -> Take:
    """Takes the body of an answer that is content: of a kind that is read, of at most `limit` bytes."""

    def take(response: httpx.Response) -> bytes:
        if response.status_code not in CONTENT:
            return b""
        check_kind(response)
        return read_body(response, limit)

    return take


def outcome(asked: str, answer: Answer, moved: bool, sent: dict[str, str], manners: Manners) -> Fetched:
    """The answer as a Fetched. Raises Refused for a status that brings nothing; a host that is busy gets rest."""
    host, status, where = host_of(answer.at), answer.status, shown(str(answer.at))
    if status in BUSY:
        seconds = manners.failed(host, f"it answered {status}", rest_asked(answer), rest=True)
        raise Refused(f"{where}: the site is busy or has had enough ({status}).", "Try again later.", retry_after=seconds, answered=status)
    if status >= 500 or status in (408, 425):
        seconds = manners.failed(host, f"it answered {status}", rest_asked(answer))
        raise Refused(f"{where}: the site fails ({status}).", "Try again later.", retry_after=seconds, answered=status)
    manners.answered(host)
    etag, last_modified = validator(answer, "etag"), validator(answer, "last-modified")
    gone = Fetched(asked, str(answer.at), "gone", moved=moved, http_status=status)
    if status in GONE:
        return gone
    if status == 304 and sent:
        etag, last_modified = etag or sent.get("If-None-Match"), last_modified or sent.get("If-Modified-Since")
        return replace(gone, status="unchanged", etag=etag, last_modified=last_modified)
    if status not in CONTENT:
        reason = _LASTING.get(status, "an answer without the page")
        what_to_do = "Open it in a browser; a page that you save there can be added as a file."
        raise Refused(f"{where}: {reason} ({status}).", what_to_do, answered=status)
    return replace(
        gone,
        status="fresh",
        body=answer.body,
        content_type=content_type_of(answer.headers),
        charset=answer.charset,
        etag=etag,
        last_modified=last_modified,
    )


def rest_asked(answer: Answer) -> float | None:
    """Seconds that Retry-After names, as a number or a date; None where it names none that can be read."""
    value = (answer.header("retry-after") or "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        if len(value) > 64:
            return None  # no date is as long
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def validator(answer: Answer, name: str) -> str | None:
    """An ETag or date that can be sent back as it is; None where it is missing or no plain line."""
    return plain(answer.header(name))


def plain(value: str | None) -> str | None:
    """A value fit for a header, or None."""
    value = (value or "").strip()
    return value if 0 < len(value) <= MAX_VALIDATOR and value.isascii() and value.isprintable() else None
