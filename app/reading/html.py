"""HTML: the article in a saved web page, without its menus, by trafilatura."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from app.article import Article
from app.reading.decoding import Decoded, NotTextError, decode_as
from app.reading.draft import Draft, finish, is_web_address
from app.reading.hidden import drop_hidden
from app.reading.origin import Origin, Problem
from app.reading.published import read_published
from app.reading.record import split_authors
from app.reading.sites import own_address

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document

PAGE_LIMIT = 5 * 1024 * 1024
"""Most bytes of a page; a news page has a tenth of that, pictures apart."""
TAG_LIMIT = 50_000
"""Most tags of a page: one takes a kilobyte while we read, and a news page has some thousands."""
ATTRIBUTE_LIMIT = 1_000
"""Most attributes of one tag: each is compared with all before it."""
STYLE_LIMIT = 1024 * 1024
"""Most characters of a page's style rules; what is saved with a page has a tenth of that."""

# In order of trust: these name the day of publication, and mostly its time.
_DATES = (
    "//meta[@property='article:published_time' or @name='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@property='og:published_time' or @name='parsely-pub-date' or @name='sailthru.date']/@content",
    "//time[@itemprop='datePublished' or @pubdate]/@datetime",
    "//meta[@name='pubdate' or @name='publishdate' or @name='publish_date' or @name='date' or @name='DC.date.issued']/@content",
    "//article//time/@datetime",
)
_ADDRESSES = ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
_SITES = ("//meta[@property='og:site_name']/@content", "//meta[@name='application-name']/@content")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_LONG_TAG = re.compile(f"<[a-zA-Z][^<>]{{{2 * ATTRIBUTE_LIMIT},}}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
NO_ARTICLE = "There is no article's text in this page."


def read_html(stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    """One article from the page in `stream`, of at most PAGE_LIMIT bytes."""
    data = stream.read(PAGE_LIMIT + 1)
    if len(data) > PAGE_LIMIT:
        yield Problem(origin.where, f"This page is longer than {PAGE_LIMIT >> 20} MB.", fatal=True)
        return
    try:
        if not data.strip():
            raise NotTextError("It is empty.")
        if data.count(b"<") > TAG_LIMIT:
            raise NotTextError(f"This page has more than {TAG_LIMIT:,} tags.")
        decoded = _decode(data, origin.known.charset)
        check_tags(decoded.text)
        draft = _extract(decoded.text, origin)
    except NotTextError as error:
        yield Problem(origin.where, str(error), fatal=True)
        return
    if decoded.warning:
        yield Problem(origin.where, decoded.warning, fatal=False)
    if draft is None:
        yield Problem(origin.where, NO_ARTICLE, fatal=True)
    else:
        yield from finish(draft, origin)


def check_tags(page: str) -> None:
    """Raise NotTextError if a tag has more attributes than are read."""
    if any(len(_QUOTED.sub("", tag).split()) > ATTRIBUTE_LIMIT for tag in _LONG_TAG.findall(page)):
        raise NotTextError(f"A tag of this page has more than {ATTRIBUTE_LIMIT:,} attributes.")


def check_styles(tree: HtmlElement) -> None:
    """Raise NotTextError if there are more style rules than are read."""
    if sum(len(style.text or "") for style in tree.iter("style")) > STYLE_LIMIT:
        raise NotTextError(f"This page has more than {STYLE_LIMIT >> 20} MB of styles.")


def _decode(data: bytes, charset: str) -> Decoded:
    """As whoever sent it or the page says, see decode_as."""
    declared = _CHARSET.search(data[:4096])
    return decode_as(data, [charset] * bool(charset) + ([declared[1].decode("ascii")] if declared else []))


def _extract(page: str, origin: Origin) -> Draft | None:
    """None if there is no story in it. Raises NotTextError if it is more than we read."""
    # It logs what it cannot do; we say so in our own line.
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    import trafilatura
    from trafilatura.utils import load_html

    # Without the extensive search: that takes the year of a copyright line for the day of publication.
    dates = {"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"}
    try:
        tree = load_html(page)
        if tree is None:
            return None
        check_styles(tree)
        drop_hidden(tree)
        published, site, address, language = _published(tree), _first(tree, _SITES), _address(tree, origin.address), _language(tree)
        found = trafilatura.bare_extraction(
            tree,
            with_metadata=True,
            include_comments=False,
            date_extraction_params=dates,
            # JSON-LD may hold a text that the page does not show. What it says of author and day has been read by then.
            prune_xpath="//script",
        )
    except (MemoryError, NotTextError):
        raise
    except Exception:
        # Hostile markup brings errors of every kind out of four libraries; any of them means that no story was found.
        return None
    if found is None or isinstance(found, dict) or not found.text:
        return None
    return Draft(
        _body(found),
        title=found.title or "",
        published=published or origin.known.published or found.date,
        source=site or found.sitename or "",
        authors=split_authors(found.author),
        url=address,
        language=language,
    )


def _body(found: Document) -> str:
    """The text without the title in front, its paragraphs an empty line apart."""
    lines = (found.text or "").split("\n")
    if found.title and " ".join(lines[0].split()).casefold() == " ".join(found.title.split()).casefold():
        del lines[0]
    return "\n\n".join(line for line in lines if line.strip())


def _strings(tree: HtmlElement, path: str) -> list[str]:
    return [str(value).strip() for value in tree.xpath(path) if str(value).strip()]


def _first(tree: HtmlElement, paths: tuple[str, ...]) -> str:
    return next((value for path in paths for value in _strings(tree, path)), "")


def _published(tree: HtmlElement) -> str | None:
    """The first date that the page states and that can be right, as it is written, so that a time keeps its zone."""
    stated = [_strings(tree, path) for path in _DATES]
    # JSON-LD stands behind the first two: a page may describe other articles in it.
    stated.insert(2, _linked_dates(tree))
    for value in (value for values in stated for value in values):
        try:
            read_published(value)
        except ValueError:
            continue
        return value
    return None


def _linked_dates(tree: HtmlElement) -> list[str]:
    dates: list[str] = []
    for script in _strings(tree, "//script[@type='application/ld+json']/text()"):
        try:
            data = json.loads(script)
        except (ValueError, RecursionError):
            continue
        graph: Any = data.get("@graph", data) if isinstance(data, dict) else data
        items = graph if isinstance(graph, list) else [graph]
        dates += [item["datePublished"] for item in items if isinstance(item, dict) and isinstance(item.get("datePublished"), str)]
    return dates


def _address(tree: HtmlElement, fetched: str) -> str:
    claimed = [value for path in _ADDRESSES for value in _strings(tree, path)]
    return own_address(fetched, claimed) if fetched else next(filter(is_web_address, claimed), "")


def _language(tree: HtmlElement) -> str:
    return (_strings(tree, "/html/@lang") or ["en"])[0]
