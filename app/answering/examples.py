"""Example questions from the collection that is there: its people and subjects that recur."""

from __future__ import annotations

from collections import Counter, defaultdict

from app.answer import Example
from app.article import Article
from app.stores.protocols import CatalogProtocol
from app.text.months import day_words
from app.text.names import find_names

LOOKED_AT = 400
"""Newest articles that are read for it."""


def examples(catalog: CatalogProtocol, count: int = 12) -> list[Example]:
    """Up to `count` questions on names of several words that titles and articles share; none for a collection without any."""
    rows = catalog.newest_rows(LOOKED_AT)
    stored = catalog.articles(rows)
    articles: dict[str, set[int]] = defaultdict(set)
    titled: Counter[str] = Counter()
    for row, article in stored.items():
        for name in {n.text for n in find_names(article.text) if n.sure and " " in n.text}:
            articles[name].add(row)
        titled.update({n.text for n in find_names(article.title) if " " in n.text})
    outlets = {source.source for source in catalog.sources()}
    named = [name for name in articles if name not in outlets and 2 <= len(articles[name]) <= max(3, len(rows) // 3)]
    named.sort(key=lambda name: (-titled[name], -len(articles[name]), name))
    chosen: list[str] = []
    for name in named:
        if len(chosen) < count and all(articles[name] != articles[other] for other in chosen):
            chosen.append(name)
    return [_example(name, [stored[row] for row in articles[name]]) for name in chosen]


def _example(name: str, about: list[Article]) -> Example:
    texts = " ".join(article.text for article in about)
    article = "the " if texts.count(f"the {name}") * 2 > texts.count(name) else ""
    days = sorted(a.published.day for a in about if a.published)
    span = f", {day_words(days[0])} to {day_words(days[-1])}" if days and days[0] != days[-1] else ""
    return Example(question=f"What is the latest on {article}{name}?", why=f"{len(about)} articles{span}")
