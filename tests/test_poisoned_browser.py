"""Were a poisoned article quoted after all, word for word: the page shows it as text (Chromium, all of them in one answer)."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from app.answer import Event, Request, Understanding, Understood
from app.article import Article, Published
from tests.page_browser import Opener, ask
from tests.page_scripts import ScriptedService, cite, opening, quoted, whole
from tests.poisoned import ARTICLES

pytest_plugins = ["tests.page_browser"]

ALL = [
    Article(
        f"{n:020x}", one.get("title", f"<b>{one['text'][:80]}"), one["text"], Published.parse("2026-02-03"), one.get("source", one["text"]),
        tuple(one.get("authors", ())), one.get("url", f"javascript:window.owned={n}"),
    )
    for n, one in enumerate(ARTICLES)
]  # fmt: skip
MADE = """() => [...document.querySelectorAll('.turn *, #panel *')].filter(one =>
    ['SCRIPT', 'IFRAME', 'IMG', 'OBJECT', 'EMBED', 'S', 'TOOL_CALL', 'META', 'FORM', 'START_OF_TURN'].includes(one.tagName)
        && !one.matches('form.note')
    || [...one.attributes].some(at => at.name.startsWith('on') || /^\\s*(javascript|data):/i.test(at.value))
).map(one => one.outerHTML)"""


def quotes_them_all(request: Request) -> Iterator[Event]:
    said = [quoted(n, cite(article, article.text)) for n, article in enumerate(ALL)]
    yield from opening(request)
    yield Understood(items=[Understanding(key="source", label=article.source or "", why=article.title) for article in ALL])
    yield from said
    yield whole(request, *said)


def test_no_poisoned_text_becomes_a_part_of_the_page(opened: Opener, service: ScriptedService) -> None:
    service.script = quotes_them_all
    service.held = {article.id: article for article in ALL}
    page = opened()
    ask(page, ARTICLES[0]["text"])
    expect(page.locator(".turn .source")).to_have_count(len(ALL))
    shown = " ".join(page.locator(".turn").last.inner_text().split())
    assert [one["name"] for one in ARTICLES if " ".join(one["text"].split()) not in shown] == []
    assert page.evaluate(MADE) == []
    for name in ("img-onerror", "url", "html-entity", "script"):
        number = [one["name"] for one in ARTICLES].index(name) + 1
        page.locator(f".answer [data-cite$='.{number}']").first.click()
        expect(page.locator("#panel[open] mark.at").first).to_be_visible()
        expect(page.locator("#panel .count")).to_have_text(f"Citation {number} of {len(ALL)}")
        assert page.evaluate(MADE) == []
        page.keyboard.press("Escape")
    assert page.evaluate("window.owned") is None
    assert page.title() == f"{ARTICLES[0]['text'][:80]} – Dateline"
