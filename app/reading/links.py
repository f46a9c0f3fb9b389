"""What a list of pages, a feed or a sitemap, says of each of them."""

from __future__ import annotations

from dataclasses import dataclass

from app.article import Article
from app.reading.origin import NOTHING, Known, Problem


@dataclass(frozen=True, slots=True)
class Link:
    """A page that a list leads to.

    `key` is the list's own name for it, and `version` changes when the list says that the page has. With `article` the list held the
    whole text and the page need not be fetched; `warnings` are of it. `is_list`: the address is that of another list. `newest` puts
    links in order: the ISO day or time that the list gives, empty where it gives none. `elsewhere`: the page is of another site.
    """

    address: str
    key: str
    version: str = ""
    known: Known = NOTHING
    article: Article | None = None
    warnings: tuple[Problem, ...] = ()
    is_list: bool = False
    newest: str = ""
    elsewhere: bool = False
