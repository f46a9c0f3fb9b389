"""Retrieval: a query and a scope in, ranked passages out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.answer import Hit
from app.article import Article
from app.encoding import Encoder
from app.retrieval.candidates import DEPTH, find_candidates
from app.retrieval.fusion import Weights, likeness, recency, standing
from app.retrieval.plain_question import plain_question
from app.retrieval.profile import profile
from app.retrieval.reranker import Reranker
from app.retrieval.reranking import RERANKED, Place, weigh_again
from app.retrieval.second_look import Looked, SecondLook, gains, minds_time
from app.retrieval.stories import Copy, Places, copies_of, once_a_story, spread
from app.retrieval.wish import Wish
from app.retrieval.wishes import searched
from app.stores.catalog import StoredPassage
from app.stores.scope import Scope
from app.stores.stores import Stores
from app.text.addressed_to_machines import for_readers
from app.trouble import Troubles

READ = 16
"""Places that the reranker reads: as many as a reader does. On RealTime QA 2022, searched by words alone, 30 moved no MRR@10 by more than
0.002 and cost twice the time."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its article, best first by `score` (unbounded, comparable within one question).

    Of the score `recency` is what the article's day gave before reranking, and `gain` what reranking did; `first_stage` is the score
    without that.
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
    recency: float = 0.0
    gain: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "story", self.story or self.stored.article_row)

    @property
    def first_stage(self) -> float:
        return self.score - self.gain

    @property
    def text(self) -> str:
        return self.article.text[self.stored.passage.start : self.stored.passage.end]


class Retriever:
    """Reads the stores; knows no language model. `encoder` and `reranker` may come later: until then words alone are searched, and
    the first stage's order stands."""

    def __init__(self, stores: Stores, weights: Weights | None = None, troubles: Troubles | None = None) -> None:
        """`troubles`: where it is told that a server which the vectors need is away."""
        self._stores = stores
        self.troubles = troubles or Troubles()
        self._weights = weights or Weights()
        self._look = SecondLook()
        self.encoder: Encoder | None = None
        self.reranker: Reranker | None = None

    def rank(self, text: str, scope: Scope, k: int, wish: Wish | None = None, *, per_article: int = 0, rerank: bool = True) -> list[Ranked]:
        """The `k` best passages within the scope, best first; a story that several articles carry counts once. `wish` prefers and
        never filters. `rerank` False leaves the first stage's order.

        With `per_article`, further passages of a story come after the tenth place, out of the order of scores (0: none does).
        """
        wish = wish or Wish()
        words = searched(text, wish)
        found = find_candidates(self._stores, self.encoder, words, scope, max(DEPTH, k), wish, self.troubles)
        liked = likeness(found.signals, self._weights)
        scores = liked + standing(found.signals, self._weights, wish)
        # Ties (copies of one story) go to the passage that was stored first, in every run alike.
        order = np.lexsort((np.asarray(found.rows, np.int64), -scores)).tolist()
        places = Places.of(found.rows, self._stores.columns.current())
        order = once_a_story(order, places, found.rows, self._stores.catalog, max(k, RERANKED))
        ranked = self._loaded([(found.rows[place], float(scores[place]), places.story[place]) for place in order], scope)
        like = {found.rows[place]: float(liked[place]) for place in order}
        of_day = dict(zip(found.rows, recency(found.signals, self._weights, wish).tolist(), strict=True))
        first, rest = ranked[:RERANKED], ranked[RERANKED:]
        again = weigh_again(words, [place_of(r, like[r.stored.row]) for r in first], found.signals.today, wish, self._weights)
        weighed = [
            replace(r, score=r.score + float(gain), recency=of_day[r.stored.row], period_fit=float(fit))
            for r, gain, fit in zip(first, again.gain, again.period_fit, strict=True)
        ]
        best = sorted([*weighed, *rest], key=_place)
        if rerank:
            best = self.rerank(text, best, timed=minds_time(wish, found.signals.today))
        kept = [best[place] for place in spread(list(range(len(best))), lambda place: best[place].story, per_article)[:k]]
        copies = copies_of([(r.stored, r.article, r.story) for r in kept], scope, self._stores.catalog)
        return [replace(r, stored=_for_readers(r), copies=others) for r, others in zip(kept, copies, strict=True)]

    def rerank(self, text: str, ranked: list[Ranked], *, timed: bool) -> list[Ranked]:
        """The first READ of a ranking in the order that reading them with the question gives, the others after them as they were.
        `timed`: the question says itself which days it is of."""
        if self.reranker is None or not ranked:
            return ranked
        question = plain_question(profile(text)).text  # as the reader puts it, so that each passage is read once
        first, rest = ranked[:READ], ranked[READ:]
        relevance = self.reranker(question, [(one.article.title, one.text) for one in first])
        score, of_day = np.array([one.score for one in first]), np.array([one.recency for one in first])
        gained = gains(Looked(score, of_day, np.array(relevance)), timed, self._look, self._weights)
        # What was not read stays behind what was, in scores too.
        gained = gained + max(0.0, max((one.score for one in rest), default=-np.inf) - float((score + gained).min()) + 1e-9)
        reread = [replace(one, score=one.score + gain, gain=gain) for one, gain in zip(first, gained.tolist(), strict=True)]
        return [*sorted(reread, key=_place), *rest]

    def _loaded(self, scored: list[tuple[int, float, int]], scope: Scope) -> list[Ranked]:
        """Passages (row, score, story) with their articles, in the order given."""
        stored = self._stores.catalog.seen_passages([row for row, _, _ in scored], scope)
        articles = self._stores.catalog.seen_articles({s.article_row for s in stored.values()}, scope)
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


def _place(ranked: Ranked) -> tuple[float, int]:
    """Best first; of equals the one that was stored first."""
    return -ranked.score, ranked.stored.row


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
            said_until=r.article.said_until_time,
        )
        for place, r in enumerate(ranked, 1)
    ]
