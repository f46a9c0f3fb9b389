"""A feed: what is new in it since the last time."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial

from app.fetching import Fetched
from app.reading import Link, Problem
from app.sources.items import Item, Mark, Unchanged
from app.sources.kinds import FEED
from app.sources.means import Means
from app.sources.web_page import linked_page


def feed_items(means: Means, address: str, fetched: Fetched) -> Generator[Item, None, None]:
    """The entries that are new or changed since they were last read, oldest first, so that of two entries of one page the later counts.

    An entry whose page could not be had for now is tried again the next time, and the feed is asked for whole until all are read."""
    memory = means.memory
    before = memory.followed(address)
    links: list[Link] = []
    for item in means.content(fetched, ending=FEED):
        if isinstance(item, Link):
            links.append(item)
        elif isinstance(item, Problem):
            yield item
    unchanged = elsewhere = 0
    whole = True
    for link in reversed(links):
        if before.get(link.key) == link.version:
            unchanged += 1
            continue
        if link.article is None and link.elsewhere and link.address and not means.elsewhere:
            elsewhere += 1
            continue
        again = yield from _entry(means, link)
        whole = whole and not again
        if not again:
            yield Mark(partial(memory.follow, address, link.key, link.version))
    if elsewhere:
        what = f"{elsewhere:,} of its {len(links):,} entries lead to other sites: left out. DATELINE_FETCH_ELSEWHERE=1 fetches their pages."
        yield Problem(address, what, fatal=elsewhere == len(links))
    if unchanged:
        yield Unchanged(unchanged)
    if whole and links:
        yield Mark(partial(means.all_read, address, fetched, [link.key for link in links]))


def _entry(means: Means, link: Link) -> Generator[Item, None, bool]:
    """Gives the entry's article; returns whether it is to be tried again."""
    if link.article is not None:
        yield from link.warnings
        yield link.article
        return False
    if not link.address:
        yield from link.warnings
        return False
    read = linked_page(means, link)
    yield from read.items
    return read.again
