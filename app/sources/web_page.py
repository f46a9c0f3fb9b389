"""One page: that which was named, or one that a list leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from app.article import Article
from app.fetching import Fetched
from app.reading import Known, Link, Problem
from app.reading.origin import NOTHING
from app.sources.items import Item, Mark
from app.sources.means import Means, failure
from app.stores.fetched import LastFetch


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a page. `again`: it may come out otherwise the next time, by itself."""

    items: tuple[Article | Problem, ...]
    again: bool = False


def page_items(means: Means, address: str, fetched: Fetched) -> Iterator[Item]:
    """The articles of a page that was named and fetched. What it says of itself is kept, if anything came of it."""
    read = _articles(means, fetched)
    yield from read
    ids = tuple(item.id for item in read if isinstance(item, Article))
    if ids:
        yield Mark(partial(means.memory.keep, address, LastFetch(fetched.etag, fetched.last_modified, ids)))


def linked_page(means: Means, link: Link) -> Read:
    """Fetch and read the page that a link leads to."""
    fetched = means.fetch(link.address)
    if fetched.status != "fresh":
        return Read((failure(link.address, fetched),), again=fetched.retry_after is not None)
    return Read(_articles(means, fetched, link.known))


def _articles(means: Means, fetched: Fetched, known: Known = NOTHING) -> tuple[Article | Problem, ...]:
    found: list[Article | Problem] = []
    for item in means.content(fetched, known):
        if isinstance(item, Link):
            return (Problem(fetched.url, "This is a list of pages, not a page: give its own address to follow it.", fatal=True),)
        found.append(item)
    return tuple(found)
