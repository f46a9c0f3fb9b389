"""Text to HTML: escaping, icons, and the words for dates and counts."""

from __future__ import annotations

from datetime import UTC, datetime

from app.article import Published
from app.text.months import day_words

# Backticks, dollars and braces too: Gradio puts HTML values through JavaScript templates, so none may reach it bare.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
    | {"`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;", "\0": "\ufffd"}
)

_PATHS = {
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "prev": '<path d="M15 5l-7 7 7 7"/>',
    "next": '<path d="M9 5l7 7-7 7"/>',
    "check": '<path d="M4 12.5l5.5 5.5L20 7"/>',
    "copy": '<rect x="8" y="8" width="12" height="12" rx="2"/><path d="M16 8V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h2"/>',
    "again": '<path d="M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7"/>',
    "filter": '<path d="M4 6h16M4 12h11M4 18h14"/>',
    "calendar": '<rect x="4" y="5.5" width="16" height="15" rx="2"/><path d="M4 10.5h16M8.5 3v4M15.5 3v4"/>',
    "out": '<path d="M7 17L17 7M9 7h8v8"/>',
    "moon": '<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>',
    "sun": '<circle cx="12" cy="12" r="4.2"/><path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5"/>'
    '<path d="M5.3 5.3l1.8 1.8M16.9 16.9l1.8 1.8M18.7 5.3l-1.8 1.8M7.1 16.9l-1.8 1.8"/>',
    "alert": '<path d="M12 4L2.8 20h18.4zM12 10v4.5M12 17.3v.2"/>',
    "change": '<circle cx="5.5" cy="12" r="3"/><path d="M8.5 12h7"/><circle cx="18.5" cy="12" r="3" fill="currentColor"/>',
    "fork": '<path d="M12 20v-6M12 14C12 9 5 11 5 5M12 14c0-5 7-3 7-9M2 8l3-3 3 3M16 8l3-3 3 3"/>',
    "pen": '<path d="M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z"/>',
    "bin": '<path d="M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 10.5v6M13.5 10.5v6"/>',
    "good": '<path d="M7.5 11v9H4.5v-9zM7.5 11l3.8-7.5c1.6 0 2.6 1.1 2.5 2.7L13.4 10h4.7a2 2 0 0 1 2 2.3l-1 6a2 2 0 0 1-2 1.7H7.5"/>',
    "bad": '<path d="M7.5 13V4H4.5v9zM7.5 13l3.8 7.5c1.6 0 2.6-1.1 2.5-2.7L13.4 14h4.7a2 2 0 0 0 2-2.3l-1-6a2 2 0 0 0-2-1.7H7.5"/>',
    "link": '<path d="M10 14a4.5 4.5 0 0 0 6.4 0l3-3a4.5 4.5 0 0 0-6.4-6.4l-1 1"/>'
    '<path d="M14 10a4.5 4.5 0 0 0-6.4 0l-3 3a4.5 4.5 0 0 0 6.4 6.4l1-1"/>',
    "save": '<path d="M12 4v11M7.5 10.5L12 15l4.5-4.5M4.5 19.5h15"/>',
    "stop": '<rect x="7" y="7" width="10" height="10" rx="1.5"/>',
}

MARK = (
    '<svg class="mark" viewBox="0 0 8 32" aria-hidden="true" focusable="false"><path class="m1" d="M1 3h6v8H1zM1 14h6v4H1z"/>'
    '<path class="m2" d="M1 21h6v8H1z"/></svg>'
)
"""The brand's mark: a stretch of a time line."""


def esc(text: object) -> str:
    """The text as it can stand in an element or in a quoted attribute, whatever it holds."""
    return str(text).translate(_ESCAPES)


def icon(name: str) -> str:
    return f'<svg class="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{_PATHS[name]}</svg>'


def date_words(published: str | None, *, full: bool = False) -> str:
    """`30 Nov 2025`, or `30 November 2025`; the day is that in UTC. Text that is no date is given back as it is."""
    if not published:
        return "Date not stated"
    try:
        return day_words(Published.parse(published).day, full=full)
    except ValueError:
        return published


def span_words(first: str | None, last: str | None) -> str:
    """`1 Oct 2025 to 31 Mar 2026`; one day alone if both are the same, empty if neither is known."""
    known = list(dict.fromkeys(date_words(one) for one in (first, last) if one))
    return " to ".join(known)


def moment(published: str) -> int:
    """The last second (Unix time) that the date may mean, to order dates of unlike precision; 0 for text that is no date."""
    try:
        return Published.parse(published).last_second
    except ValueError:
        return 0


def clock(published: Published) -> str:
    """` · 08:15 UTC` for a time known to the minute, else nothing."""
    return f" · {datetime.fromtimestamp(published.first_second, UTC):%H:%M} UTC" if published.has_time else ""


def count(n: int, one: str, many: str = "") -> str:
    """`1 article`, `4,677 articles`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def outlet(source: str | None) -> str:
    """The outlet as HTML; one that is not stated is never guessed."""
    return f'<span class="outlet" dir="auto">{esc(source)}</span>' if source else '<em class="outlet">Outlet not stated</em>'
