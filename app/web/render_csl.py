"""The articles that a conversation cites as CSL-JSON, which Zotero and Pandoc read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.answer import Citation
from app.article import Article, Published
from app.web.exported import Exported
from app.web.markdown_words import one_line, web_address


def render_csl(told: Sequence[Exported], article: Callable[[str], Article | None]) -> list[dict[str, Any]]:
    """An item for each article, in the order of citation. `article` gives the authors, of one that is still there. What is not stated is
    left out."""
    quotes: dict[str, list[Citation]] = {}
    for one in told:
        for citation in one.turn.numbered():
            quotes.setdefault(citation.article_id, []).append(citation)
    return [_item(cited, article(id)) for id, cited in quotes.items()]


def _item(cited: Sequence[Citation], article: Article | None) -> dict[str, Any]:
    first = cited[0]
    item: dict[str, Any] = {"id": f"dateline-{first.article_id}", "type": "article-newspaper", "title": one_line(first.title)}
    if first.source:
        item["container-title"] = one_line(first.source)
    if article and article.authors:
        item["author"] = [{"literal": one_line(name)} for name in article.authors]
    if day := _day(first.published):
        item["issued"] = {"date-parts": [day]}
    if url := web_address(first.url):
        item["URL"] = url
    notes = dict.fromkeys(_note(citation) for citation in cited)
    return {**item, "note": "\n".join(notes)}


def _note(citation: Citation) -> str:
    # Zotero and citeproc read "{:field: value}", and a line that begins "field: value", as fields of the item: here none does.
    quoted = one_line(citation.quote).replace("{:", "{ :")
    return " ".join(part for part in (f"“{quoted}”", one_line(citation.beside)) if part)


def _day(published: str | None) -> list[int]:
    """Year, month, day in UTC; empty where there is none."""
    try:
        day = Published.parse(published or "").day
    except ValueError:
        return []
    return [day.year, day.month, day.day]
