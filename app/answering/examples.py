"""Example questions from the collection that is there: its people and subjects that recur."""

from __future__ import annotations

from collections import Counter, defaultdict

from app.answer import Example
from app.stores.catalog import Catalog
from app.text.names import find_names

LOOKED_AT = 400
"""Newest articles that are read for it."""


def examples(catalog: Catalog, count: int = 4) -> list[Example]:
    """Up to `count` questions on names of several words that most articles share, newest first; none for a collection without any."""
    rows = [row for (row,) in catalog.rows("SELECT row FROM articles ORDER BY last_second DESC, row DESC LIMIT ?", (LOOKED_AT,))]
    articles: dict[str, set[int]] = defaultdict(set)
    titled: Counter[str] = Counter()
    for row, article in catalog.articles(rows).items():
        for name in {n.text for n in find_names(article.text) if n.sure and " " in n.text}:
            articles[name].add(row)
        titled.update({n.text for n in find_names(article.title) if " " in n.text})
    outlets = {source.source for source in catalog.sources()}
    named = [name for name in articles if name not in outlets and 2 <= len(articles[name]) <= max(3, len(rows) // 3)]
    named.sort(key=lambda name: (-titled[name], -len(articles[name]), name))
    chosen: list[str] = []
    for name in named[: count * 3]:
        if any(articles[name] == articles[other] for other in chosen):
            continue
        chosen.append(name)
    return [
        Example(
            question=f"What is the latest on {'' if name.startswith('The ') else 'the '}{name}?", why=f"in {len(articles[name])} articles"
        )
        for name in chosen[:count]
    ]
