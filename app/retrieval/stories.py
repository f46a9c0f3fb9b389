"""Copies of one story count once in a ranking, and no article crowds out the others at its top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from app.article import Article
from app.stores.catalog import StoredPassage
from app.stores.columns import PassageColumns
from app.stores.protocols import CatalogProtocol
from app.stores.scope import Scope
from app.text.shingles import shingles

CARRIED = 0.8
"""Share of a copy's passage (of its shingles) that stands already from which the passage is left out. Set by hand: a sentence that a
copy adds keeps its passage in the ranking, a few changed words do not."""
HELD = 0.5
"""Share of a passage that a copy must have to be told beside it. Set by hand."""
TOP = 10
"""Places within which `per_article` holds."""
COPIES = 5
"""Copies told of a passage: a citation names two."""
LOOKED_AT = 50
"""Articles of a story that are looked at for copies, the first come first."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article of a story, and its passage that carries most of what the ranked one says."""

    stored: StoredPassage
    article: Article

    @property
    def text(self) -> str:
        return self.article.text[self.stored.passage.start : self.stored.passage.end]


class _Said:
    """A text, and its shingles once they are asked for: most copies are word for word, and a millisecond is saved of each article."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def shingles(self) -> set[int]:
        return set(shingles(self.text))


@dataclass(slots=True)
class _Told:
    """What stands of one story: its best-placed article, what that says, and the shingles that others add to it."""

    article: int = 0
    said: _Said = field(default_factory=lambda: _Said(""))
    added: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Places:
    """Of candidate passages, in one order: their article and its story; 0 and 0 where a passage was removed meanwhile."""

    article: Sequence[int]
    story: Sequence[int]

    @classmethod
    def of(cls, rows: Sequence[int], columns: PassageColumns) -> Places:
        if not len(columns.row):
            return cls([0] * len(rows), [0] * len(rows))
        places = np.minimum(np.searchsorted(columns.row, np.asarray(rows, np.int64)), len(columns.row) - 1)
        known = columns.row[places] == np.asarray(rows, np.int64)
        return cls(np.where(known, columns.article[places], 0).tolist(), np.where(known, columns.story[places], 0).tolist())


def once_a_story(order: Iterable[int], places: Places, rows: Sequence[int], catalog: CatalogProtocol, most: int | None = None) -> list[int]:
    """The order without passages that an article placed before them carries, being of the same story; the first `most` of it.

    A story's best-placed article stands for it. What a copy says beyond it keeps its place. `order` are indices into `places`
    and `rows` (passage rows).
    """
    order = [place for place in order if places.story[place]]
    articles: dict[int, set[int]] = {}
    for place in order:
        articles.setdefault(places.story[place], set()).add(places.article[place])
    shared = {story for story, told in articles.items() if len(told) > 1}
    if not shared:
        return order[:most]
    told = {story: _Told() for story in shared}
    kept: list[int] = []
    step = most or len(order)
    # Texts are read as far down as it takes: of two hundred candidates thirty are wanted.
    for start in range(0, len(order), max(1, step)):
        window = order[start : start + step]
        texts = _Texts(catalog, [rows[place] for place in window if places.story[place] in shared])
        kept += [
            place
            for place in window
            if places.story[place] not in shared or _stands(told[places.story[place]], places.article[place], rows[place], texts)
        ]
        if most is not None and len(kept) >= most:
            break
    return kept[:most]


def _stands(told: _Told, article: int, row: int, texts: _Texts) -> bool:
    if not told.article:
        told.article, told.said = article, _Said(texts.article(article))
    if article == told.article:
        return True
    passage = _Said(texts.passage(row))
    if passage.text in told.said.text:
        return False
    own = passage.shingles
    if len(own & told.said.shingles | own & told.added) >= CARRIED * len(own):
        return False
    told.added |= own
    return True


class _Texts:
    """Of some passages and of the articles that they are of; "" where one was removed meanwhile."""

    def __init__(self, catalog: CatalogProtocol, rows: Sequence[int]) -> None:
        self._passages = catalog.passages(rows)
        self._articles = catalog.articles({stored.article_row for stored in self._passages.values()})

    def passage(self, row: int) -> str:
        stored = self._passages.get(row)
        article = self._articles.get(stored.article_row) if stored else None
        return article.text[stored.passage.start : stored.passage.end] if stored and article else ""

    def article(self, row: int) -> str:
        article = self._articles.get(row)
        return article.text if article else ""


def spread(order: Sequence[int], story: Callable[[int], int], per_article: int) -> list[int]:
    """The order with at most `per_article` passages of a story among the first TOP; further ones come right after these, in their
    order. Nothing is lost, and where too little else is there they still come among the first. 0: the order as it is."""
    if per_article < 1:
        return list(order)
    first: list[int] = []
    later: list[int] = []
    taken: Counter[int] = Counter()
    for at, place in enumerate(order):
        if len(first) == TOP:
            return [*first, *later, *order[at:]]
        if taken[story(place)] < per_article:
            taken[story(place)] += 1
            first.append(place)
        else:
            later.append(place)
    return [*first, *later]


def copies_of(stored: Sequence[tuple[StoredPassage, Article, int]], scope: Scope, catalog: CatalogProtocol) -> list[tuple[Copy, ...]]:
    """For each passage (with its article and story) the story's other articles that the scope admits and that carry it, at most
    COPIES, first come first."""
    told = {story: rows[:LOOKED_AT] for story, rows in catalog.stories.told_by(story for _, _, story in stored).items() if len(rows) > 1}
    articles = catalog.articles({row for rows in told.values() for row in rows})
    seen = {row: article for row, article in articles.items() if scope.admits(row, _last_second(article), article.source)}
    passages = {row: _passages(row, catalog) for row in seen}
    found: list[tuple[Copy, ...]] = []
    for passage, article, story in stored:
        others = [row for row in told.get(story, ()) if row in seen and row != passage.article_row]
        said = _Said(article.text[passage.passage.start : passage.passage.end])
        carried = (_carrier(said, seen[row], passages[row]) for row in others)
        found.append(tuple(copy for copy in carried if copy is not None)[:COPIES])
    return found


def _carrier(said: _Said, article: Article, passages: Sequence[StoredPassage]) -> Copy | None:
    """The passage of an article that has most of what is said; None if the article has cut it."""
    texts = [article.text[p.passage.start : p.passage.end] for p in passages]
    whole = next((stored for stored, held in zip(passages, texts, strict=True) if said.text in held), None)
    if whole is not None:
        return Copy(whole, article)
    own = said.shingles
    if not own or not passages or len(own.intersection(shingles(article.text))) < HELD * len(own):
        return None
    shared = [len(own.intersection(shingles(held))) for held in texts]
    return Copy(passages[shared.index(max(shared))], article)


def _passages(article_row: int, catalog: CatalogProtocol) -> list[StoredPassage]:
    found = catalog.passages([row for row, _, _ in catalog.passage_spans(article_row)])
    return [found[row] for row in sorted(found)]


def _last_second(article: Article) -> int | None:
    return article.published.last_second if article.published else None
