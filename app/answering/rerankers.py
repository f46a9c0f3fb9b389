"""The reranker that the settings name."""

from __future__ import annotations

from app.retrieval.reranker import Reranker
from app.settings import Settings


def load_reranker(settings: Settings) -> Reranker | None:
    """None where it is off. The packaged one shares the reader's network and all that this has read. Raises DatelineError."""
    if settings.reranker == "off":
        return None
    if settings.reranker != "packaged":
        from app.retrieval.hub_reranker import HubReranker

        return HubReranker(settings.reranker)
    from app.answering.readers.neural import WEIGHTS
    from app.encoding.relevance import PackagedReranker
    from app.encoding.span_scorer import load_scorer

    return PackagedReranker(load_scorer(WEIGHTS))
