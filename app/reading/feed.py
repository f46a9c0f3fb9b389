"""RSS and Atom, by feedparser: an entry that holds its whole text is an article, another leads to its page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO

from app.article import Article, article_id
from app.reading.cleaning import clean_text, one_line
from app.reading.decoding import NotTextError
from app.reading.draft import AUTHORS_LIMIT, SOURCE_LIMIT, TITLE_LIMIT, Draft, finish, is_web_address
from app.reading.fragment import fragment_text, has_markup
from app.reading.links import Link
from app.reading.origin import Known, Origin, Problem
from app.reading.published import read_published
from app.reading.sitemap import sortable
from app.reading.sites import host_of, same_site

FEED_LIMIT = 20 << 20
"""Most bytes of a feed; the fullest of news sites have 2 MB."""
ENTRIES_LIMIT = 2_000
"""Most entries of a feed that are read, from its top; usual are 10 to 100."""
WHOLE_CONTENT = 500
"""Characters from which on an entry's content passes for the whole text. Shorter is a teaser, or a note that its page has just as well."""
WHOLE_SUMMARY = 1_500
"""The same for what a feed calls a summary, where some write the whole text."""
_GOES_ON = re.compile(r"(?:…|\.\.\.|(?:read|learn|see) (?:more|on)|continue reading|full (?:story|article))[\W\d]{0,5}$", re.IGNORECASE)
"""How a text ends that is not whole."""
_WITH_MAIL = re.compile(r"\s*\S+@\S+\s*\((?P<name>[^()]+)\)\s*")
_NO_NAME = "@"

Entry = Mapping[str, Any]


def read_feed(stream: BinaryIO, origin: Origin) -> Iterator[Link | Problem]:
    """A Link for each entry, from the top. What a feed says of pages of other sites than its own is not taken as theirs: such an entry's
    article bears the link, but its identity is the entry's."""
    data = stream.read(FEED_LIMIT + 1)
    if len(data) > FEED_LIMIT:
        yield Problem(origin.where, f"This feed is longer than {FEED_LIMIT >> 20} MB.", fatal=True)
        return
    parsed = _parsed(data, origin)
    entries = parsed.get("entries") or []
    if not parsed.get("version") and not entries:
        yield Problem(origin.where, "It is not a feed (RSS or Atom), or it is broken.", fatal=True)
        return
    if len(entries) > ENTRIES_LIMIT:
        yield Problem(origin.where, f"It has {len(entries):,} entries: the first {ENTRIES_LIMIT:,} are read.", fatal=False)
    if not entries:
        yield Problem(origin.where, "There is no entry in this feed.", fatal=bool(parsed.get("bozo")))
    feed = dict(parsed.get("feed") or {})
    taken: set[str] = set()
    for entry in entries[:ENTRIES_LIMIT]:
        # As a plain dict: feedparser's own finds one date under the name of another.
        link = _link(dict(entry), feed, origin)
        # Some feeds give all entries one id.
        yield replace(link, key=f"{link.key}#{link.version}") if link.key in taken else link
        taken.add(link.key)


def _parsed(data: bytes, origin: Origin) -> Mapping[str, Any]:
    import feedparser

    kind = f"application/xml; charset={origin.known.charset}" if origin.known.charset.isalnum() else "application/xml"
    # Its sanitizer would take off the styles by which we know what is hidden.
    try:
        found: Mapping[str, Any] = feedparser.parse(
            BytesIO(data),
            response_headers={"content-location": origin.address, "content-type": kind},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (MemoryError, OSError):
        raise
    except Exception:
        # It reads what is no XML with parsers of its own, which fail in many ways.
        return {}
    return found


def _link(entry: Entry, feed: Entry, origin: Origin) -> Link:
    address = _string(entry.get("link")).strip()
    address = address if is_web_address(address) else ""
    own = bool(address) and same_site(address, origin.address)
    published = _date(entry)
    known = Known(
        title=_plain(_string(entry.get("title")), TITLE_LIMIT),
        published=published,
        source=_plain(_string((entry.get("source") or {}).get("title")) or _string(feed.get("title")), SOURCE_LIMIT)
        or host_of(address or origin.address),
        authors=_authors(entry),
    )
    text, whole = _text(entry)
    facts = (address, known.title, published, _string(entry.get("updated")), text)
    version = hashlib.sha256("\n".join(facts).encode("utf-8", "replace")).hexdigest()[:16]
    key = _string(entry.get("id")) or address or hashlib.sha256(f"{known.title}\n{text[:1_000]}".encode("utf-8", "replace")).hexdigest()
    key = key if len(key) <= 300 else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    home = _string(feed.get("link"))
    link = Link(address, key, version, known, newest=sortable(published), elsewhere=not own and not same_site(address, home))
    if not whole and address:
        return link
    draft = Draft(text, url=address, language=_string(feed.get("language")))
    place = replace(origin, path="", key=f"entry={key}", known=known)
    items = list(finish(draft, place))
    article = next((item for item in items if isinstance(item, Article)), None)
    if article is not None and not own:
        article = replace(article, id=article_id(None, origin.address, f"entry={key}"))
    return replace(link, article=article, warnings=tuple(item for item in items if isinstance(item, Problem)))


def _text(entry: Entry) -> tuple[str, bool]:
    """The longest text that the entry holds, and whether it is the whole."""
    contents = [_seen(_string(one.get("value")), _string(one.get("type"))) for one in entry.get("content") or []]
    content = max(contents, key=len, default="")
    if len(content) >= WHOLE_CONTENT and not _GOES_ON.search(content[-200:]):
        return content, True
    summary = _seen(_string(entry.get("summary")), "text/html")
    text = max(content, summary, key=len)
    return text, len(text) >= WHOLE_SUMMARY and not _GOES_ON.search(text[-200:])


def _seen(value: str, kind: str) -> str:
    try:
        return fragment_text(value) if kind != "text/plain" and has_markup(value) else clean_text(value)
    except NotTextError:
        return ""


def _plain(value: str, limit: int) -> str:
    return one_line(_seen(value[: limit * 10], "text/html"), limit)


def _date(entry: Entry) -> str:
    """As it is written, so that a time keeps its zone; else as feedparser understands it, which knows more ways of writing."""
    for name in ("published", "updated"):
        written, parsed = _string(entry.get(name)), entry.get(f"{name}_parsed")
        try:
            read_published(written)
            return written
        except ValueError:
            if parsed:
                return f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}T{parsed[3]:02}:{parsed[4]:02}:{min(parsed[5], 59):02}+00:00"
    return ""


def _authors(entry: Entry) -> tuple[str, ...]:
    whole = _WITH_MAIL.fullmatch(_string(entry.get("author"))[:500])
    if whole:
        return (whole["name"].strip(),)
    names = (_plain(_string(one.get("name")), SOURCE_LIMIT) for one in (entry.get("authors") or [])[:AUTHORS_LIMIT])
    return tuple(name for name in names if name and _NO_NAME not in name)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
