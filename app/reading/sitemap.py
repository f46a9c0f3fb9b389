"""Sitemaps, and indexes of them: which pages a site has, and of what day. Only the site's own pages are taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urljoin

from app.reading.cleaning import one_line
from app.reading.draft import SOURCE_LIMIT, TITLE_LIMIT, is_web_address
from app.reading.links import Link
from app.reading.origin import Known, Origin, Problem
from app.reading.published import read_published
from app.reading.sites import same_site

if TYPE_CHECKING:
    from lxml.etree import _Element

LINKS_LIMIT = 50_000
"""Most pages of one sitemap, as its protocol has it."""
SITEMAP_LIMIT = 50 << 20
"""Most bytes of one sitemap unpacked, as its protocol has it."""
_NOT_ONE = "It is not a sitemap."


def read_sitemap(stream: BinaryIO, origin: Origin) -> Iterator[Link | Problem]:
    """Each page of a sitemap, or each sitemap of an index, in its order. A news sitemap's date is the page's day of publication;
    `lastmod` is none, but tells when to look again."""
    from lxml import etree

    elsewhere = count = 0
    try:
        # Entities stay as they are, so that none can name a file or grow.
        parsed = etree.iterparse(
            _Bounded(stream),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
        )
        for event, element in parsed:
            name = _name(element)
            if event == "start":
                if count == 0 and element.getparent() is None and name not in ("urlset", "sitemapindex"):
                    raise ValueError(_NOT_ONE)
                continue
            if name not in ("url", "sitemap"):
                continue
            count += 1
            link = _link(element, name == "sitemap", origin.address)
            _drop(element)
            if count > LINKS_LIMIT:
                yield Problem(origin.where, f"It lists more than {LINKS_LIMIT:,} pages: the rest is left out.", fatal=False)
                break
            if link is None or (origin.address and not same_site(link.address, origin.address)):
                elsewhere += 1
            else:
                yield link
    except (etree.XMLSyntaxError, ValueError) as error:
        what = f"It is broken after {count:,} pages: the rest is lost." if count else str(error) if type(error) is ValueError else _NOT_ONE
        yield Problem(origin.where, what, fatal=True)
        return
    if elsewhere:
        what = f"{elsewhere:,} of its {count:,} addresses are not pages of this site: left out."
        yield Problem(origin.where, what, fatal=elsewhere == count)
    if not count:
        yield Problem(origin.where, "There is no page in this sitemap.", fatal=False)


class _Bounded:
    """The stream, up to SITEMAP_LIMIT bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = SITEMAP_LIMIT

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError(f"This sitemap is longer than {SITEMAP_LIMIT >> 20} MB.")
        return data


def _link(element: _Element, is_list: bool, base: str) -> Link | None:
    texts: dict[str, str] = {}
    for child in element.iter():
        # Of pictures and videos there may be titles and places, too: the page's own come first.
        texts.setdefault(_name(child), (child.text or "").strip())
    try:
        address = urljoin(base, "".join(texts.get("loc", "").split())[:4_000])
    except ValueError:
        return None
    if not is_web_address(address):
        return None
    changed, published = texts.get("lastmod", "")[:100], texts.get("publication_date", "")[:100]
    known = Known(
        title=one_line(texts.get("title", ""), TITLE_LIMIT), published=published, source=one_line(texts.get("name", ""), SOURCE_LIMIT)
    )
    return Link(address, address, changed or published, known, is_list=is_list, newest=sortable(changed or published))


def sortable(written: str) -> str:
    """The date as an ISO time in UTC that sorts as text; empty where it is none."""
    from datetime import UTC, datetime

    try:
        return datetime.fromtimestamp(read_published(written).first_second, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _drop(element: _Element) -> None:
    """Free it, and what came before it: the tree of a whole sitemap is ten times as large."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
