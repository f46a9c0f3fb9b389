"""A sitemap, or an index of them: the site's pages, newest first, as many as one run may fetch."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial

from app.fetching import Fetched
from app.reading import Link, Problem
from app.sources.items import Item, Mark, Unchanged
from app.sources.kinds import SITEMAP, ending_of_body
from app.sources.means import Means, failure
from app.sources.web_page import linked_page
from app.stores.fetched import LastFetch


def sitemap_items(means: Means, address: str, fetched: Fetched, *, within_index: bool = False) -> Generator[Item, None, bool]:
    """The articles of pages that were not read before or have changed since. Returns whether all of it has been read now.

    Where the budget ends before the pages do, the next run goes on with those that are left.
    """
    memory = means.memory
    before = memory.followed(address)
    links: list[Link] = []
    broken = False
    ending = ending_of_body(fetched)
    for item in means.content(fetched, ending=ending if ending.startswith(SITEMAP) else SITEMAP):
        if isinstance(item, Link):
            links.append(item)
        elif isinstance(item, Problem):
            broken = broken or item.fatal
            yield item
    # The newest are asked for first; those of one day stay in the site's order.
    links.sort(key=lambda link: link.newest, reverse=True)
    links = list({link.key: link for link in reversed(links)}.values())[::-1]
    waiting = [link for link in links if before.get(link.key) != link.version]
    if len(links) > len(waiting) and not any(link.is_list for link in links):
        yield Unchanged(len(links) - len(waiting))
    whole = not broken
    left = 0
    for link in waiting:
        if (means.budget.lists if link.is_list else means.budget.pages) <= 0:
            left += 1
            continue
        if link.is_list:
            done = yield from _sitemap_of_index(means, link, within_index)
        else:
            done = yield from _page(means, link)
        whole = whole and done
        # An index that gives no day says nothing of whether a sitemap has changed: that is asked of the sitemap itself.
        if done and (link.version or not link.is_list):
            yield Mark(partial(memory.follow, address, link.key, link.version))
    if left:
        kind = "sitemaps" if links[0].is_list else "pages"
        what = f"{left:,} of its {len(links):,} {kind} are left for the next run: run it again to go on."
        yield Problem(address, what, fatal=False)
    elif whole and links and all(link.version for link in links if link.is_list):
        yield Mark(partial(means.all_read, address, fetched, [link.key for link in links]))
    return whole and not left


def _page(means: Means, link: Link) -> Generator[Item, None, bool]:
    means.budget.pages -= 1
    read = linked_page(means, link)
    yield from read.items
    return not read.again


def _sitemap_of_index(means: Means, link: Link, within_index: bool) -> Generator[Item, None, bool]:
    if within_index:
        yield Problem(link.address, "This index of sitemaps stands in another: give its own address to follow it.", fatal=True)
        return True
    means.budget.lists -= 1
    last = means.memory.last(link.address) or LastFetch()
    fetched = means.fetch(link.address, etag=last.etag, last_modified=last.last_modified)
    if fetched.status == "unchanged":
        yield Unchanged(len(means.memory.followed(link.address)))
        return True
    if fetched.status != "fresh":
        yield failure(link.address, fetched)
        return fetched.retry_after is None
    return (yield from sitemap_items(means, link.address, fetched, within_index=True))
