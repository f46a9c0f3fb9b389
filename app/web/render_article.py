"""The article panel's inside: who, when, and the text with the cited sentences marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from urllib.parse import urlsplit

from app.article import Article, Span
from app.text.months import day_words
from app.web.markup import clock, date_words, esc, icon, outlet


def render_article(article: Article, cited: Sequence[Span], at: Span | None, stored: date | None = None, versions: str = "") -> str:
    """HTML of the article. `at` is the sentence that was asked for, `cited` all that the answer cites; both in code points. `stored` is
    the day on which this text came in, for the panel to tell where an answer quoted another. `versions`: HTML of what it said before."""
    if article.published:
        when = f'<span class="date">{date_words(str(article.published), full=True)}{clock(article.published)}</span>'
    else:
        when = '<em class="date">Date not stated</em>'
    first = '<span class="first">first sentence</span>' if article.title_is_first_sentence else ""
    authors = esc(", ".join(article.authors)) if article.authors else "Author not stated"
    return (
        f'<header class="about" data-stored="{day_words(stored) if stored else ""}"><p class="meta">{when}{outlet(article.source)}</p>'
        f'<h2 dir="auto">{esc(article.title)}</h2>'
        f'<p class="by">{first}<span dir="auto">{authors}</span>{_original(article.url)}</p>{_until(article)}{versions}</header>'
        f'<div class="text" tabindex="0" role="region" aria-label="Text of the article" lang="{esc(article.language)}">'
        f"{mark_text(article.text, cited, at)}</div>"
    )


def _until(article: Article) -> str:
    if article.said_until_time is None:
        return ""
    return f'<p class="until">This is what the article said until {date_words(article.said_until_time, full=True)}.</p>'


def render_gone(removed: date | None) -> str:
    """In place of an article that is not there; `removed` is the day on which it was taken out, if it was."""
    if removed is None:
        return '<p class="gone">This article is not in the collection.</p>'
    return f'<p class="gone">This article was removed from the collection on {day_words(removed)}.</p>'


def _original(url: str | None) -> str:
    """A link to the page that the article came from; only the web's own schemes, so that no script hides in one."""
    if not url or urlsplit(url).scheme.lower() not in ("http", "https"):
        return ""
    return f'<a href="{esc(url)}" target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer">Original {icon("out")}</a>'


def mark_text(text: str, cited: Sequence[Span], at: Span | None) -> str:
    """Paragraphs of `text`, each stretch of `at` in `<mark class="at">` and of other `cited` spans in `<mark>`.

    Spans may overlap, cross paragraphs or run past the end: what lies inside the text is marked, once.
    """
    out, here, named = [], 0, False
    for line in text.split("\n"):
        start, end = here, here + len(line)
        here = end + 1
        if not line.strip():
            continue
        pieces = []
        for left, right in _cuts(start, end, [*cited, *([at] if at else [])]):
            piece = esc(text[left:right])
            if at and at.start <= left < at.end:
                # One id, on the first stretch: it is what the panel scrolls to and puts the focus on.
                name = "" if named else ' id="at" tabindex="-1"'
                pieces.append(f'<mark class="at"{name}>{piece}</mark>')
                named = True
            elif any(one.start <= left < one.end for one in cited):
                pieces.append(f"<mark>{piece}</mark>")
            else:
                pieces.append(piece)
        out.append(f'<p dir="auto">{"".join(pieces)}</p>')
    return "".join(out)


def _cuts(start: int, end: int, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """The stretches of `start..end` between every border of a span."""
    borders = sorted({start, end, *(edge for one in spans for edge in (one.start, one.end) if start < edge < end)})
    return list(pairwise(borders))
