"""Addresses that were named: each is asked for, and what came says whether it is a page, a feed or a sitemap."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from app.article import Article, canonical_url
from app.fetching import Fetched, Fetcher
from app.follow import Kind
from app.reading import File, Link, Problem
from app.settings import Settings
from app.sources.feed import feed_items
from app.sources.items import Item, Unchanged
from app.sources.kinds import FEED, SITEMAP, ending_of_body
from app.sources.means import Budget, Means, failure
from app.sources.named_feeds import named_feeds
from app.sources.sitemap import sitemap_items
from app.sources.web_page import page_items
from app.stores.fetched import LastFetch
from app.stores.protocols import CatalogProtocol

ROUND_ITEMS = 50
"""Items after which what was fetched is written: a kill costs fetching these again."""
ROUND_SECONDS = 10.0
"""Seconds after which it is written all the same: a slow site must not keep what it gave out of the archive."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an address is at a first look. `kind` is None where there is nothing to follow, and `line` says why; `feeds` are those that a
    page names as its own."""

    kind: Kind | None
    line: str = ""
    feeds: tuple[str, ...] = ()


Told = Callable[[Fetched], None]
"""Hears what came of asking for an address itself, not for what it leads to."""


def kind_of(fetched: Fetched) -> Kind:
    """What a body that was fetched is."""
    ending = ending_of_body(fetched)
    return "feed" if ending == FEED else "sitemap" if ending.startswith(SITEMAP) else "page"


class Web:
    """Fetches what is new at addresses; one for a process, with one Fetcher, which knows what each host is owed. Thread safe."""

    def __init__(self, settings: Settings, read: Callable[[File], list[Article | Problem | Link]], catalog: CatalogProtocol) -> None:
        """`read` reads a file in the process for reading."""
        self._settings = settings
        self._read = read
        self._catalog = catalog
        self._fetcher: Fetcher | None = None
        self._lock = threading.Lock()
        self._folder = settings.home / "fetched"

    def clear(self) -> None:
        """Drop what a killed process was reading; for the owner of the home."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Ask for nothing more; whoever waits for a site's turn is refused at once. A later call begins anew."""
        with self._lock:
            if self._fetcher is not None:
                self._fetcher.close()
            self._fetcher = None

    def _means(self) -> Means:
        """For one run."""
        with self._lock:
            self._fetcher = self._fetcher or Fetcher(self._settings)
        catalog, settings = self._catalog, self._settings
        return Means(
            self._fetcher.get,
            self._read,
            catalog.fetches,
            lambda article_id: catalog.content_hash(article_id) is not None,
            self._folder,
            Budget(settings.sitemap_pages),
            settings.fetch_elsewhere,
        )

    def look(self, address: str) -> Seen:
        """What the address is, by one request; nothing is kept. Raises DatelineError only where this machine fails."""
        means = self._means()
        fetched = means.fetch(address)
        if fetched.status != "fresh":
            return Seen(None, failure(address, fetched).message)
        kind = kind_of(fetched)
        feeds = tuple(named_feeds(fetched)) if kind == "page" else ()
        read = means.content(fetched)
        if not any(isinstance(item, Article | Link) for item in read):
            why = next((item.message for item in read if isinstance(item, Problem)), "There is nothing to read.")
            # A feed without an entry today has one tomorrow.
            return Seen(None if kind == "page" or any(item.fatal for item in read if isinstance(item, Problem)) else kind, why, feeds)
        return Seen(kind, "", feeds)

    def items(self, address: str, told: Told | None = None, expected: Kind | None = None) -> Generator[Item, None, None]:
        """What is new at this address since the last time. Raises DatelineError only where this machine fails; what is wrong with the
        address or the site is a Problem. With `expected` nothing else is taken: a site that is being mended answers with some page."""
        means = self._means()
        name = name_of(address)
        last = means.memory.last(name)
        # What was removed since is asked for as if it had never been read.
        known = last if last is not None and all(means.has(article) for article in last.articles) else LastFetch()
        fetched = means.fetch(address, etag=known.etag, last_modified=known.last_modified)
        if told is not None:
            told(fetched)
        if fetched.status == "unchanged":
            yield Unchanged(len(known.articles) or len(means.memory.followed(name)))
            return
        if fetched.status != "fresh":
            yield failure(address, fetched)
            return
        kind = kind_of(fetched)
        if expected is not None and kind != expected:
            yield Problem(address, f"It was a {expected}, and gives a {kind} now: nothing of it is taken.", fatal=True)
        elif kind == "feed":
            yield from feed_items(means, name, fetched)
        elif kind == "sitemap":
            yield from sitemap_items(means, name, fetched)
        else:
            yield from page_items(means, name, fetched)

    def rounds(self, addresses: Iterable[str], told: Told | None = None, expected: Kind | None = None) -> Generator[list[Item], None, None]:
        """What is new at these, in pieces to be written at once, so that nobody waits for the network with the archive in hand."""
        for address in addresses:
            with closing(self.items(address, told, expected)) as items:
                yield from _pieces(items)


def name_of(address: str) -> str:
    """The one spelling under which an address is remembered."""
    try:
        return canonical_url(address)
    except ValueError:
        return address


def _pieces(items: Iterator[Item]) -> Iterator[list[Item]]:
    piece: list[Item] = []
    due = time.monotonic() + ROUND_SECONDS
    for item in items:
        piece.append(item)
        if len(piece) >= ROUND_ITEMS or time.monotonic() >= due:
            yield piece
            piece, due = [], time.monotonic() + ROUND_SECONDS
    if piece:
        yield piece
