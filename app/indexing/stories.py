"""Articles without a story get theirs: the first one that they are copies of, else their own."""

from __future__ import annotations

from app.article import Article
from app.indexing.copies import LIKENESS, is_copy
from app.indexing.progress import Progress, silent
from app.stores.protocols import CatalogProtocol
from app.stores.stories import Unsettled
from app.text.shingles import Signature, signature

AT_ONCE = 100
"""Articles read from the catalog together."""


def settle_stories(catalog: CatalogProtocol, progress: Progress = silent) -> None:
    """Settle every article that is owed. Each is one transaction, so a kill loses nothing.

    In the end the stories are what reading all articles anew, lowest row first, would give: each joins the lowest row that tells a
    story of its own and that it is a copy of. (In a crowd of look-alikes, of those that app.stores.stories looks at.)
    """
    owed, done = catalog.stories.owed(), 0
    while waiting := catalog.stories.unsettled(AT_ONCE):
        articles = catalog.articles(one.row for one in waiting)
        for one in waiting:
            if one.row in articles:
                _settle(catalog, one, articles[one.row])
            else:
                catalog.stories.forget(one.row)  # removed since it was listed
        done += len(waiting)
        progress("stories", done, max(owed, done))


def _settle(catalog: CatalogProtocol, one: Unsettled, article: Article) -> None:
    made = one.signature if one.signature is not None else signature(article.text)
    with catalog.transaction():
        if one.signature is None:
            catalog.stories.keep_signature(one.row, made)
        catalog.stories.settle(one.row, _first(catalog, one.row, article, made), made, LIKENESS)


def _first(catalog: CatalogProtocol, row: int, article: Article, made: Signature) -> int:
    for first in catalog.stories.firsts_like(made, row, LIKENESS):
        known = catalog.articles([first]).get(first)
        if known is not None and is_copy(known, article):
            return first
    return row
