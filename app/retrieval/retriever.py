"""Retrieval: a query and a scope in, ranked passages out. Also as LangChain's BaseRetriever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.answer import Hit
from app.article import Article
from app.encoding import Encoder
from app.retrieval.candidates import DEPTH, find_candidates
from app.retrieval.fusion import Weights, fuse
from app.stores.catalog import StoredPassage
from app.stores.scope import Scope
from app.stores.stores import Stores

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its article, best first by `score` (unbounded, comparable within one question)."""

    stored: StoredPassage
    article: Article
    score: float

    @property
    def text(self) -> str:
        return self.article.text[self.stored.passage.start : self.stored.passage.end]


class Retriever:
    """Reads the stores; knows no language model. `encoder` may come later: until then words alone are searched."""

    def __init__(self, stores: Stores, weights: Weights | None = None) -> None:
        self._stores = stores
        self._weights = weights or Weights()
        self.encoder: Encoder | None = None

    def rank(self, text: str, scope: Scope, k: int) -> list[Ranked]:
        """The `k` best passages within the scope, best first."""
        found = find_candidates(self._stores, self.encoder, text, scope, max(DEPTH, k))
        scores = fuse(found.parts, self._weights)
        # Ties (copies of one story) go to the passage that was stored first, in every run alike.
        order = np.lexsort((np.asarray(found.rows, np.int64), -scores))[:k]
        stored = self._stores.catalog.passages([found.rows[place] for place in order])
        articles = self._stores.catalog.articles({s.article_row for s in stored.values()})
        ranked = []
        for place in order:
            passage = stored.get(found.rows[place])
            article = articles.get(passage.article_row) if passage else None
            if passage is None or article is None:
                continue  # removed while we searched
            when = article.published.last_second if article.published else None
            if scope.admits(passage.article_row, when, article.source):
                ranked.append(Ranked(passage, article, float(scores[place])))
        return ranked

    def as_langchain(self, scope: Scope, k: int) -> BaseRetriever:
        """This retriever over one scope as a LangChain part: Documents with title, outlet, date, URL and span."""
        from langchain_core.documents import Document
        from langchain_core.retrievers import BaseRetriever

        rank = self.rank

        class DatelineRetriever(BaseRetriever):
            def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
                return [
                    Document(page_content=hit.passage, metadata=hit.model_dump(exclude={"passage"})) for hit in hits(rank(query, scope, k))
                ]

        return DatelineRetriever()


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
