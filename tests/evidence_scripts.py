"""Answers over a dozen dated articles, for tests of the evidence by date. Every place and outlet is invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.answer import Abstained, Citation, Event, Evidence, Request, SeenArticle
from app.article import Article
from app.web.turn import Turn
from tests.conflict_scripts import story
from tests.page_scripts import cite, opening, quoted, whole

GAZETTE, COURIER, LEDGER = "Tidewater Gazette", "Velm Courier", "Northern Ledger"


def told(name: str, source: str | None, published: str, said: str) -> Article:
    return story(name, source, published, said, "The lock keeper had no more to say.")


LOCK = [
    told("spring", GAZETTE, "2025-05-03", "The lock at Torrin closed in May."),
    told("closed", COURIER, "2025-05-03", "Boats wait at Torrin, where the lock is shut."),
    told("gates", GAZETTE, "2025-05-05", "Its gates have rotted."),
    told("costs", GAZETTE, "2025-05-20T22:30:00-03:00", "Mending the lock will cost 5 million crowns."),
    told("doubts", LEDGER, "2025-06-09", "The council doubts the price of the lock."),
    told("price", LEDGER, "2025-07-01", "The lock will cost 6 million crowns, the council found."),
    told("opens", None, "2025-09-14", "The lock at Torrin opens again."),
    told("boats", COURIER, "2025-09-15", "Forty boats passed the lock on its first day."),
]
UNDATED = Article(id="u" * 20, title="A lock of old", text="The lock of Torrin was built by hand.", source=LEDGER)
PRICE = cite(LOCK[3], "Mending the lock will cost 5 million crowns.")
FOUND = cite(LOCK[5], "The lock will cost 6 million crowns, the council found.")
OPENS = cite(LOCK[6], "The lock at Torrin opens again.")


def seen(article: Article, words: str = "") -> SeenArticle:
    """The article as the one that was read; its best passage is all of it, or `words`."""
    start, end = article.text.index(words), article.text.index(words) + len(words or article.text)
    published = str(article.published) if article.published else None
    return SeenArticle(article_id=article.id, title=article.title, source=article.source, published=published, start=start, end=end)


def over(articles: Sequence[Article], *cited: Citation, abstains: bool = False) -> Any:
    """A script that reads `articles` and quotes `cited`; or abstains, with these as the nearest passages."""
    read = Evidence(passages=30, articles=len(articles), seen=[seen(one) for one in articles])
    said = [] if abstains else [quoted(n, one) for n, one in enumerate(cited)]

    def script(request: Request) -> Iterator[Event]:
        for event in opening(request):
            yield read if isinstance(event, Evidence) else event
        yield from said
        if abstains:
            yield Abstained(reason="The articles do not say.", nearest=list(cited))
        yield whole(request, *said, abstained=abstains, nearest=list(cited) if abstains else [])

    return script


def turn_over(articles: Sequence[Article], *cited: Citation, abstains: bool = False, **filters: str) -> Turn:
    turn = Turn("t1", "What will the lock cost?", filters)
    for event in over(articles, *cited, abstains=abstains)(Request.model_validate({"question": turn.question, **filters})):
        turn.fold(event)
    return turn
