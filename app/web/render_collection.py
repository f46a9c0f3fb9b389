"""What the page says of the collection itself: the rail's facts, the banner, and the first screen."""

from __future__ import annotations

from collections.abc import Sequence

from app.answer import Example, Health, SourceSummary
from app.installed import as_started
from app.web.markup import count, date_words, esc, icon, span_words

OUTLETS_SHOWN = 12
"""Outlets listed in the rail, the largest first; all of them stand in the filter form."""


def settled(health: Health) -> bool:
    """Whether nothing is under way that the page should watch."""
    return health.status in ("ok", "words-only") and health.articles > 0


def render_facts(health: Health, sources: Sequence[SourceSummary]) -> str:
    """The rail: outlets (a click asks that outlet only), then size, dates and model."""
    named = sorted((one for one in sources if one.source), key=lambda one: (-one.articles, one.source or ""))
    rows = "".join(
        f'<li><button type="button" data-act="outlet" data-source="{esc(one.source)}" title="Ask this outlet only">'
        f'<span dir="auto">{esc(one.source)}</span><span class="n">{one.articles:,}</span></button></li>'
        for one in named[:OUTLETS_SHOWN]
    )
    more = f'<li class="more">and {len(named) - OUTLETS_SHOWN:,} more</li>' if len(named) > OUTLETS_SHOWN else ""
    outlets = f'<h2>Outlets</h2><ul role="list">{rows}{more}</ul>' if rows else ""
    dates = f"<p>newest <b>{esc(date_words(health.newest))}</b></p>" if health.newest else ""
    invented = '<p class="invented">The demonstration articles are invented.</p>' if health.invented else ""
    return (
        f'<nav class="outlets" aria-label="Outlets">{outlets}</nav>'
        f'<div class="size"><p><b>{health.articles:,}</b> {"article" if health.articles == 1 else "articles"}</p>{dates}'
        f"<p>{esc(health.model)}</p>{invented}</div>"
    )


def render_banner(health: Health) -> str:
    """One strip above the conversation while something is not as it will be; empty when all is well."""
    if not health.articles:
        return ""
    if health.status == "catching-up":
        share = health.embedded / max(health.passages, 1)
        return (
            f'<div class="strip" data-embedded="{health.embedded}" data-passages="{health.passages}">'
            f"<p><b>{health.embedded:,} of {count(health.passages, 'passage')} read for meaning.</b> "
            f'All can be found by their words now; meanings follow. <span class="left"></span></p>'
            f'<progress max="1" value="{share:.4f}" aria-label="Passages read for meaning">{share:.0%}</progress></div>'
        )
    if health.status == "loading":
        return "<div class='strip'><p><b>The models are loading.</b> Until then, articles are found by their words alone.</p></div>"
    if health.status == "words-only":
        return f"<div class='strip'><p><b>Articles are found by their words alone.</b> {esc(health.detail)}</p></div>"
    return f"<div class='strip'><p>{esc(health.detail)}</p></div>" if health.detail else ""


def render_welcome(health: Health, examples: Sequence[Example]) -> str:
    """The first screen: what the collection covers and questions that it answers; or how to bring articles."""
    if not health.articles:
        return (
            "<h2>No articles yet</h2><p>Dateline answers from articles that you give it: text, Markdown, HTML, PDF or JSON.</p>"
            '<p><a class="first" href="articles" data-place>Add articles</a></p>'
            "<p>Or in a terminal, with a file or a folder in place of PATH:</p>"
            f"<pre><code>{esc(as_started('python ingest.py PATH'))}</code></pre>"
            "<p>This page notices when articles are there.</p>"
        )
    outlets = f" from {count(health.sources, 'outlet')}" if health.sources else ""
    dates = span_words(health.oldest, health.newest)
    covers = f"<p class='covers'>{count(health.articles, 'article')}{outlets}{f', <b>{esc(dates)}</b>' if dates else ''}</p>"
    rows = "".join(
        f'<li><button type="button" class="example" data-act="example" data-q="{esc(one.question)}">'
        f'<span class="q" dir="auto">{esc(one.question)}</span><span class="why" dir="auto">{esc(one.why)}</span>'
        f"{icon('next')}</button></li>"
        for one in examples
    )
    tries = f'<h3>Questions that these articles answer</h3><ul role="list" class="examples">{rows}</ul>' if rows else ""
    return f"<h2>Ask the articles</h2>{covers}<p class='promise'>Every sentence opens the article at the words that carry it.</p>{tries}"
