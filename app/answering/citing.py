"""A place in an article as a citation, and the name of its outlet in running words."""

from __future__ import annotations

from app.answer import Citation, QuoteDay
from app.article import Article, Span
from app.text.addressed_to_machines import addresses_machine
from app.text.told_days import told_days


def cite(article: Article, span: Span, support: float) -> Citation:
    """The citation of a span: its quote is the article's own text, by construction. `support` is cut to 0..1."""
    return Citation(
        article_id=article.id,
        title=article.title,
        source=article.source,
        url=article.url,
        published=str(article.published) if article.published else None,
        start=span.start,
        end=span.end,
        quote=article.text[span.start : span.end],
        support=round(min(max(support, 0.0), 1.0), 4),
        days=_days(article, span),
        said_until=article.said_until_time,
    )


def _days(article: Article, span: Span) -> list[QuoteDay]:
    if article.published is None:
        return []
    quote = article.text[span.start : span.end]
    return [
        QuoteDay(
            text=" ".join(quote[one.start : one.end].split()),
            start=span.start + one.start,
            end=span.start + one.end,
            first=str(one.first),
            last=str(one.last),
            label=one.label,
        )
        for one in told_days(quote, article.published.day)
    ]


def outlet_name(article: Article) -> str | None:
    """The outlet as it stands in a sentence of ours or before a model; None where an order stands in its place."""
    return None if article.source is None or addresses_machine(article.source) else article.source
