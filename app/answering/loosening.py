"""Where filters leave nothing to search: which of them to take off, and how much would then be there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from app.answer import Filters, Loosening
from app.retrieval.filters import resolve_scope
from app.stores.stores import Stores

NAMES = {
    "as_of": "the as-of day",
    "since": "since",
    "until": "until",
    "source": "the source",
    "urls": "the list of articles",
    "exclude": "the articles left out",
}
"""Every filter, in the words of a sentence."""


def what_to_loosen(filters: Filters, stores: Stores) -> list[Loosening]:
    """The smallest sets of filters without which articles match, most articles first. Empty if some match, or there are none."""
    standing = [key for key in NAMES if getattr(filters, key)]
    if not standing or _matching(filters, stores):
        return []
    for size in range(1, len(standing) + 1):
        found = [
            Loosening(keys=list(keys), articles=articles)
            for keys in combinations(standing, size)
            if (articles := _matching(filters.model_copy(update={key: Filters.model_fields[key].default for key in keys}), stores))
        ]
        if found:
            return sorted(found, key=lambda one: -one.articles)
    return []


def _matching(filters: Filters, stores: Stores) -> int:
    columns = stores.columns.current()
    return len(np.unique(columns.article[columns.mask(resolve_scope(filters, stores.catalog))]))


def in_words(loosen: Sequence[Loosening]) -> str:
    """ "Take off since (61 articles) or the source (12 articles)." """
    ways = [f"{' and '.join(NAMES[key] for key in one.keys)} ({one.articles:,} article{'s' * (one.articles != 1)})" for one in loosen]
    return f"Take off {' or '.join(ways)}."
