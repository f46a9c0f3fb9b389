"""Answers with claims that do not agree, for tests of the page and of the terminal. Every place and outlet is invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from app.answer import Claim, Conflict, Event, Request, Understanding, Understood
from app.article import Article, Published
from tests.page_scripts import cite, opening, quoted, whole

CHANGE_READ = Understanding(key="change", label="how it changed", why="from “how has … changed”", removable=True)
"""What is told of a question that asks how something went on."""


def story(name: str, source: str | None, published: str, *said: str) -> Article:
    """An article of these sentences."""
    return Article(
        id=(name * 20)[:20], title=said[0].rstrip("."), text=" ".join(said), source=source, published=Published.parse(published),
        url=f"https://{name}.example/story",
    )  # fmt: skip


PLAN = story("plan", "Tidewater Gazette", "2025-09-02", "Kaldia has offered up to 9,000 engineers, Halda Brennig said.")
TALKS = story("talks", "Velm Courier", "2025-10-14", "The river council now counts on 6,500 engineers.", "Talks went on.")
BARGES = story("barges", "Northern Ledger", "2025-11-12", "For want of barges 2,500 engineers can come, officials in Port Sennet said.")
CUT = story(
    "cut",
    "Tidewater Gazette",
    "2025-11-30",
    "Kaldia now plans to send about 1,200 engineers, Halda Brennig said.",
    "They leave in January.",
)
CUT_COPY = story("copy", "Velm Courier", "2025-12-01", "Kaldia is to send about 1,200 engineers in a first phase.")


def claim(article: Article, value: str, amount: float | None = None, *, at: str = "", **more: Any) -> Claim:
    """A claim of the article's first sentence with `at` in it."""
    text = next(one for one in (f"{part.rstrip('.')}." for part in article.text.split(". ")) if (at or value) in one)
    fixed: dict[str, Any] = {"text": text, "value": value, "citation": cite(article, text), "amount": amount}
    return Claim(**(fixed | {"date": str(article.published) if article.published else None} | more))


CHANGE = Conflict(
    about="Engineers that Kaldia sends to the Orrin delta",
    kind="change",
    scale="figure",
    unit="engineers",
    claims=[
        claim(CUT, "about 1,200", 1200, speaker="Halda Brennig", sources=2, places=[cite(CUT_COPY, CUT_COPY.text)]),
        claim(BARGES, "2,500", 2500, speaker="officials in Port Sennet", earlier=True),
        claim(TALKS, "6,500", 6500, earlier=True),
        claim(PLAN, "up to 9,000", 9000, speaker="Halda Brennig", earlier=True),
    ],
)

WATER = story("water", "Tidewater Gazette", "2025-12-03", "About 31,000 households had boiled their water since the pipe broke.")
WATER_DOUBT = story("doubt", "Northern Ledger", "2025-12-05", "It put the number of households without clean water at 28,500.")
WATER_FIX = story("fix", None, "2025-12-05", "Correction: 30,200 households were without clean water, the health office said.")

DISAGREEMENT = Conflict(
    about="Households without clean water in Marrowmere",
    kind="disagreement",
    scale="figure",
    unit="households",
    claims=[
        claim(WATER_FIX, "30,200", 30200, speaker="the health office", correction=True),
        claim(WATER_DOUBT, "28,500", 28500),
        claim(WATER, "About 31,000", 31000, sources=3),
    ],
)

OPENS_FIRST = story("first", "Radio Velm", "2025-06-11", "The bridge at Karsk will open on 1 September 2026, the ministry said.")
OPENS_LATER = story("later", "Radio Velm", "2025-11-20", "The opening has slipped to 14 March 2027, Minister Ada Thorne said.")
OPENS_LAST = story("last", "Karsk Evening Post", "2026-02-03", "The Karsk bridge is now to open on 30 June 2027.")


def days(text: str) -> int:
    """A day as a claim's amount."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


OPENING = Conflict(
    about="The day on which the Karsk bridge opens",
    kind="change",
    scale="day",
    claims=[
        claim(OPENS_LAST, "30 June 2027", days("2027-06-30")),
        claim(OPENS_LATER, "14 March 2027", days("2027-03-14"), speaker="Minister Ada Thorne", earlier=True),
        claim(OPENS_FIRST, "1 September 2026", days("2026-09-01"), speaker="the ministry", earlier=True),
    ],
)

VERDICT_A = story("guilty", "Radio Velm", "2026-01-12", "Mayor Osk Tarn has resigned, his office said on Monday.")
VERDICT_B = story("denies", "Karsk Evening Post", "2026-01-12", "Tarn has not resigned and stays in office until spring, the council said.")

WORDS = Conflict(
    about="Whether Mayor Osk Tarn has resigned",
    kind="disagreement",
    claims=[claim(VERDICT_B, "has not resigned", speaker="the council"), claim(VERDICT_A, "has resigned", speaker="his office")],
)

STORIES = (PLAN, TALKS, BARGES, CUT, CUT_COPY, WATER, WATER_DOUBT, WATER_FIX, OPENS_FIRST, OPENS_LATER, OPENS_LAST, VERDICT_A, VERDICT_B)


def disagreeing(*conflicts: Conflict, change: bool = False, answer: Article = CUT) -> Any:
    """A script for the service: a quote of `answer`, beside it these conflicts. `change`: the question asks how it changed."""
    said = quoted(0, cite(answer, answer.text.partition(". ")[0].rstrip(".") + "."))
    read = [CHANGE_READ] if change else []

    def script(request: Request) -> Iterator[Event]:
        kept = [item for item in read if item.key not in request.ignore]
        for event in opening(request):
            yield Understood(items=[*event.items, *kept]) if isinstance(event, Understood) else event
        yield said
        yield whole(request, said, conflicts=list(conflicts), understood=kept)

    return script


def three(conflict: Conflict, n: int = 3) -> Conflict:
    """The conflict with its newest `n` claims."""
    return conflict.model_copy(update={"claims": conflict.claims[:n]})


def with_claims(conflict: Conflict, claims: Sequence[Claim], **more: Any) -> Conflict:
    """The conflict with other claims."""
    return conflict.model_copy(update={"claims": list(claims), **more})
