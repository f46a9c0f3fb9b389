"""Whether a server still computes the model that the vectors of a home were made with: it may serve another under the same name."""

from __future__ import annotations

from app.encoding import Encoder
from app.errors import DatelineError
from app.indexing.passages import embedded_text
from app.stores.stores import Stores

ALIKE = 0.8
"""Cosine of a passage's vector with itself, made anew. Number types move it by 0.001, versions of our header by 0.1; of two models the
vectors are all but at right angles."""
LOOKED_AT = 50


def check_same_model(stores: Stores, encoder: Encoder) -> None:
    """Have one stored passage embedded anew. Raises DatelineError if the vector is another one."""
    assert stores.matrix is not None
    stored = stores.catalog.passages([int(row) for row in stores.matrix.rows[:LOOKED_AT] if row > 0])
    articles = stores.catalog.articles({one.article_row for one in stored.values()})
    for row, one in stored.items():
        article, held = articles.get(one.article_row), stores.matrix.get([row]).get(row)
        if article is None or held is None:
            continue
        anew = encoder.encode([embedded_text(article, article.text[one.passage.start : one.passage.end])])[0]
        cosine = float(anew @ held)
        if cosine < ALIKE:
            raise DatelineError(
                f"the embedding server gives other vectors for {encoder.name} than those that the home holds (cosine {cosine:.2f}).",
                f"Have it serve that model again; or: rm {stores.home}/cache/vectors.sqlite and run: python -m app reindex",
            )
        return
