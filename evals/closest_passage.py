"""The simplest baseline: the beginning of the passage whose vector is nearest. It never abstains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.article import Article, Published
from app.encoding import Encoder
from app.encoding.packaged import PackagedTokenizer
from app.indexing.passages import cut_passages, embedded_text
from app.stores.vector_cache import VectorCache
from evals.datasets import Question

WORDS = 45
"""As long as the target allows Dateline's own answers to be on average."""


class ClosestPassage:
    """Cosine alone over Dateline's own passages and vectors: no words, no dates but the as-of bound, no model."""

    name = "closest passage"
    model = "none"

    def __init__(self, articles: Sequence[Article], encoder: Encoder, cache: VectorCache) -> None:
        count = PackagedTokenizer().count
        self._passages = [(article, passage) for article in articles for passage in cut_passages(article, count)]
        texts = [embedded_text(article, article.text[passage.start : passage.end]) for article, passage in self._passages]
        self._vectors = cache.encode(encoder, texts)
        self._encoder = encoder

    def say(self, question: Question) -> tuple[str, bool, float]:
        """(answer, abstained, confidence); the confidence is the cosine, no less than 0."""
        scores = self._vectors @ self._encoder.encode([standalone(question)])[0]
        seen = np.array([visible(article, question.as_of) for article, _ in self._passages])
        if not seen.any():
            return "", True, 0.0
        best = int(np.argmax(np.where(seen, scores, -2.0)))
        article, passage = self._passages[best]
        words = article.text[passage.start : passage.end].split()
        return " ".join(words[:WORDS]), False, max(0.0, float(scores[best]))


def standalone(question: Question) -> str:
    """A follow-up with the questions before it in front, the simplest way to make it whole; both baselines get this."""
    return " ".join([*(turn.question for turn in question.history), question.question])


def visible(article: Article, as_of: str | None) -> bool:
    """Whether it was published by then; both baselines get this bound as a gift, else they would answer from the future."""
    if as_of is None:
        return True
    return article.published is not None and article.published.last_second <= Published.parse(as_of).last_second
