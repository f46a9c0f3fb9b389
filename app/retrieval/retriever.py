"""Retrieval: a query and a scope in, ranked passages out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.answer import Hit
from app.article import Article
from app.encoding import Encoder
from app.retrieval.candidates import DEPTH, find_candidates
from app.retrieval.fusion import Weights, likeness, standing
from app.retrieval.reranking import RERANKED, Place, weigh_again
from app.retrieval.stories import Copy, Places, copies_of, once_a_story, spread
from app.retrieval.wish import Wish
from app.retrieval.wishes import searched
from app.stores.catalog import StoredPassage
from app.stores.scope import Scope
from app.stores.stores import Stores
from app.text.addressed_to_machines import for_readers


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its article, best first by `score` (unbounded, comparable within one question).

    `story` is the same for articles that are copies of one another (0 stands for an article that is alone); `copies` are those that
    the scope admits and that carry this passage, each with its own passage. `period_fit`: how well its article's day or a date that it
    mentions fits the period that the question names, 0 to 1; 0 where it names none.
    """

    stored: StoredPassage
    article: Article
    score: float
    story: int = 0
    copies: tuple[Copy, ...] = ()
    period_fit: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "story", self.story or self.stored.article_row)

    @property
    def text(self) -> str:
        return self.article.text[self.stored.passage.start : self.stored.passage.end]


class Retriever:
    """Reads the stores; knows no language model. `encoder` may come later: until then words alone are searched."""

    def __init__(self, stores: Stores, weights: Weights | None = None) -> None:
        self._stores = stores
        self._weights = weights or Weights()
        self.encoder: Encoder | None = None

    def rank(self, text: str, scope: Scope, k: int, wish: Wish | None = None, *, per_article: int = 0) -> list[Ranked]:
        """The `k` best passages within the scope, best first; a story that several articles carry counts once. `wish` prefers and
        never filters.

        With `per_article`, further passages of a story come after the tenth place, out of the order of scores (0: none does).
        """
        wish = wish or Wish()
        words = searched(text, wish)
        found = find_candidates(self._stores, self.encoder, words, scope, max(DEPTH, k), wish)
        liked = likeness(found.signals, self._weights)
        scores = liked + standing(found.signals, self._weights, wish)
        # Ties (copies of one story) go to the passage that was stored first, in every run alike.
        order = np.lexsort((np.asarray(found.rows, np.int64), -scores)).tolist()
        places = Places.of(found.rows, self._stores.columns.current())
        order = once_a_story(order, places, found.rows, self._stores.catalog)[: max(k, RERANKED)]
        ranked = self._loaded([(found.rows[place], float(scores[place]), places.story[place]) for place in order], scope)
        like = {found.rows[place]: float(liked[place]) for place in order}
        first, rest = ranked[:RERANKED], ranked[RERANKED:]
        gains = weigh_again(words, [place_of(r, like[r.stored.row]) for r in first], found.signals.today, wish, self._weights)
        weighed = [
            replace(r, score=r.score + float(gain), period_fit=float(fit))
            for r, gain, fit in zip(first, gains.gain, gains.period_fit, strict=True)
        ]
        best = sorted([*weighed, *rest], key=lambda r: (-r.score, r.stored.row))
        kept = [best[place] for place in spread(list(range(len(best))), lambda place: best[place].story, per_article)[:k]]
        copies = copies_of([(r.stored, r.article, r.story) for r in kept], scope, self._stores.catalog)
        return [replace(r, stored=_for_readers(r), copies=others) for r, others in zip(kept, copies, strict=True)]

    def _loaded(self, scored: list[tuple[int, float, int]], scope: Scope) -> list[Ranked]:
        """Passages (row, score, story) with their articles, in the order given."""
        stored = self._stores.catalog.passages([row for row, _, _ in scored])
        articles = self._stores.catalog.articles({s.article_row for s in stored.values()})
        ranked = []
        for row, score, story in scored:
            passage = stored.get(row)
            article = articles.get(passage.article_row) if passage else None
            if passage is None or article is None:
                continue  # removed while we searched
            when = article.published.last_second if article.published else None
            if scope.admits(passage.article_row, when, article.source):
                ranked.append(Ranked(passage, article, score, story))
        return ranked


def _for_readers(ranked: Ranked) -> StoredPassage:
    """The passage without its sentences that address a machine: nothing that reads it can answer with one."""
    passage = ranked.stored.passage
    told = for_readers(ranked.article.text, passage.sentences)
    return ranked.stored if len(told) == len(passage.sentences) else replace(ranked.stored, passage=replace(passage, sentences=told))


def place_of(ranked: Ranked, likeness: float) -> Place:
    """What is read of a passage near the top."""
    article = ranked.article
    sentences = [article.text[s.start : s.end] for s in ranked.stored.passage.sentences]
    return Place(ranked.text, sentences, article.title, article.published.day if article.published else None, likeness)


def hits(ranked: list[Ranked]) -> list[Hit]:
    """As callers see them."""
    return [
        Hit(
            rank=place,
            article_id=r.article.id,
            url=r.article.url,
            title=r.article.title,
            source=r.article.source,
            published=str(r.article.published) if r.article.published else None,
            passage=r.text,
            start=r.stored.passage.start,
            end=r.stored.passage.end,
            score=r.score,
        )
        for place, r in enumerate(ranked, 1)
    ]
