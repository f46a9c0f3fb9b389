"""Walks through the states of the page: each brings it from one to the next, says what is shown, and waits there to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from app.answer import MAX_QUESTION, Event, Failed, Request
from app.article import Article
from tests.conflict_scripts import CHANGE, CUT, DISAGREEMENT, OPENING, STORIES, WORDS, disagreeing
from tests.page_browser import ask
from tests.page_scripts import BARE, FARES, FIRST, PRICE, ScriptedService, abstains, opening, sentence, whole

Walk = Callable[[Page, ScriptedService], Iterator[str]]


def goto(page: Page, where: str) -> None:
    page.goto(urljoin(page.url, where))
    page.wait_for_selector("#welcome[data-ready]", state="attached")


def rail(page: Page) -> None:
    """Bring the rail into view where it is a drawer."""
    if page.locator("#bar").is_visible() and not page.locator("#rail").is_visible():
        page.click("#bar [aria-label=Menu]")


def begun(page: Page, question: str) -> None:
    """Ask, and do not wait for the end."""
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")
    expect(page.locator(".turn").last).to_have_attribute("data-state", "working")


def fails(request: Request) -> Iterator[Event]:
    yield from opening(request)
    yield FIRST
    yield Failed(message="The language model does not answer.", detail="refused")
    yield whole(request, FIRST)


def doubts(request: Request) -> Iterator[Event]:
    said = sentence(0, "All ferries were free.", PRICE, supported=False)
    yield from opening(request)
    yield said
    yield whole(request, said)


def before_the_first_question(page: Page, service: ScriptedService) -> Iterator[str]:
    full = service.state
    service.state = full.model_copy(update={"articles": 0, "passages": 0, "embedded": 0})
    goto(page, "/")
    yield "no articles"
    for status, words in (("catching-up", "read for meaning"), ("loading", "are loading"), ("words-only", "words alone")):
        service.state = full.model_copy(update={"status": status, "embedded": 103})
        if status == "words-only":
            page.reload()
        expect(page.locator("#banner .strip")).to_contain_text(words)
        yield f"indexing: {status}"
    service.state = full
    goto(page, "/")
    yield "first screen"
    page.click("#ask [data-act=set]")
    yield "filter form"
    page.fill("#pop [name=since]", "2025-12-01")
    page.fill("#pop [name=until]", "2025-11-01")
    page.click("#pop [type=submit]")
    expect(page.locator("#pop .wrong")).to_be_visible()
    yield "filter form, days crossed"
    page.fill("#pop [name=until]", "2025-12-31")
    page.select_option("#pop [name=source]", "The Oster Gazette")
    page.click("#pop [type=submit]")
    expect(page.locator("#chips .chip")).to_have_count(3)
    page.fill("#ask textarea", "x" * (MAX_QUESTION + 1))
    expect(page.locator("#told")).to_be_visible()
    yield "filters set, question too long"
    page.fill("#ask textarea", "")
    rail(page)
    page.click("#rail .keys summary")
    yield "rail with its keys"


def one_answer(page: Page, service: ScriptedService) -> Iterator[str]:
    service.script = service.one_by_one
    goto(page, "/?as_of=2025-11-30&q=How+much+is+a+ticket%3F")
    expect(page.locator(".steps")).to_contain_text("Read 12 passages")
    yield "working"
    service.gate.release()
    expect(page.locator(".answer .s")).to_have_count(1)
    yield "first sentence"
    service.gate.release(2)
    expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
    yield "answered"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    expect(page.locator("#card")).to_contain_text(PRICE.quote)
    yield "card of a number"
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
    yield "panel"
    page.keyboard.press("Escape")
    page.click(".export summary")
    expect(page.locator(".export .menu")).to_be_visible()
    yield "export menu"
    page.keyboard.press("Escape")
    service.held = {FARES.id: Article(id=FARES.id, title="New", text=f"Corrected. {FARES.text}")}
    page.click(".answer [data-cite$='.1']")
    expect(page.locator("#panel .changed")).to_be_visible()
    yield "panel, article changed"
    page.keyboard.press("Escape")
    page.click(".answer [data-cite$='.3']")
    expect(page.locator("#panel .gone")).to_be_visible()
    yield "panel, article gone"
    page.keyboard.press("Escape")
    service.held = {one.id: one for one in (FARES, BARE)}
    begun(page, "And in winter?")
    service.gate.release()
    expect(page.locator(".turn").last.locator(".s")).to_have_count(1)
    page.click("#stop")
    expect(page.locator(".turn").last).to_have_attribute("data-state", "stopped")
    service.gate.release(2)
    yield "stopped"


def other_endings(page: Page, service: ScriptedService) -> Iterator[str]:
    service.held |= {one.id: one for one in STORIES}
    goto(page, "/?as_of=2025-11-30&source=The+Oster+Gazette")
    service.script = abstains
    ask(page, "Who won?", "abstained")
    yield "abstained"
    page.click(".sources .cite >> nth=0")
    expect(page.locator("#panel mark.at")).to_be_visible()
    yield "panel, nearest passage"
    page.keyboard.press("Escape")
    service.script = doubts
    ask(page, "Are ferries free?")
    yield "sentence not supported"
    service.script = fails
    ask(page, "How much?", "failed")
    page.click(".bad summary")
    yield "failed"
    goto(page, "/")
    service.script = disagreeing(CHANGE, change=True)
    ask(page, "How has the number of engineers changed?")
    yield "a change with its picture"
    page.focus(".picture .point >> nth=0")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#card .lead")).to_be_visible()
    yield "card of a point"
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_be_visible()
    yield "panel, a claim"
    page.keyboard.press("Escape")
    service.script = disagreeing(DISAGREEMENT, OPENING, WORDS, answer=CUT)
    ask(page, "How many households?")
    expect(page.locator(".turn").last.locator(".conflict")).to_have_count(3)
    yield "disagreements"
