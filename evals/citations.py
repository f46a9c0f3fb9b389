"""Whether a citation is exact, and whether it points at a gold sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.answer import Citation
from app.article import Article, Span

GoldSpans = Mapping[str, Sequence[Span]]
"""The gold sentences' places by article id; no places where only the article is known."""


def exact(citation: Citation, article: Article | None) -> bool:
    """Whether the quote is the article's text at the citation's span, to the letter."""
    return (
        article is not None
        and 0 <= citation.start < citation.end <= len(article.text)
        and article.text[citation.start : citation.end] == citation.quote
    )


def cites(citation: Citation, gold: GoldSpans) -> bool:
    """Whether the citation shares at least one character with a gold sentence of its article."""
    return any(citation.start < span.end and span.start < citation.end for span in gold.get(citation.article_id, ()))


def place(sentence: str, text: str) -> Span | None:
    """Where a gold sentence stands in its article, white space aside; None if it does not."""
    start = text.find(sentence)
    return Span(start, start + len(sentence)) if sentence and start >= 0 else None
