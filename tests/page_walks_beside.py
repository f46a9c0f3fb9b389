"""Further walks through the states of the page: conversations, what is said of an answer, its evidence, a server that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from playwright.sync_api import Page, expect

from tests.evidence_scripts import FOUND, LOCK, OPENS, PRICE, UNDATED, over
from tests.page_browser import ask
from tests.page_scripts import ScriptedService, answers
from tests.page_walks import begun, goto, rail


def conversations(page: Page, service: ScriptedService) -> Iterator[str]:
    service.script = answers
    goto(page, "/")
    ask(page, "Who runs the harbour?")
    goto(page, "/")
    ask(page, "What does the ferry cost?")
    rail(page)
    expect(page.locator("#past [aria-current]")).to_have_text("What does the ferry cost?")
    yield "rail with conversations"
    page.focus("#past [aria-current]")
    page.click("#past li:has([aria-current]) [data-act=rename]")
    expect(page.locator("#past li input")).to_be_focused()
    yield "renaming"
    page.keyboard.press("Escape")
    page.fill("#find-past", "zeppelin")
    expect(page.locator("#past .none")).to_be_visible()
    yield "nothing found"
    page.fill("#find-past", "")
    page.focus("#past li >> nth=0 >> css=a")
    page.click("#past li >> nth=0 >> css=[data-act=delete]")
    expect(page.locator("#undo")).to_be_visible()
    yield "deleted, with undo"
    page.click("#undo button")
    expect(page.locator("#undo")).not_to_be_visible()
    goto(page, "/c/nobodyaskedthis")
    expect(page.locator(".lost")).to_be_visible()
    yield "conversation not here"


def without_its_server(page: Page, service: ScriptedService) -> Iterator[str]:
    service.script = partial(service.one_by_one, script=answers)
    goto(page, "/")
    begun(page, "What does the ferry cost?")
    gone: Any = lambda route: route.fulfill(status=404)  # noqa: E731
    page.route("**/page/here", gone)
    expect(page.locator("#told button")).to_be_visible()
    yield "server gone"
    service.gate.release(3)
    page.unroute("**/page/here", gone)
    page.wait_for_selector(".turn[data-state=answered]")


def judged(page: Page, service: ScriptedService) -> Iterator[str]:
    service.script = answers
    goto(page, "/")
    ask(page, "What does the ferry cost?")
    page.get_by_role("button", name="Good answer").click()
    expect(page.locator(".judge [data-verdict=good]")).to_have_attribute("aria-pressed", "true")
    yield "judged good"
    page.get_by_role("button", name="Bad answer").click()
    expect(page.locator(".tools .note textarea")).to_be_focused()
    page.keyboard.type("22 crowns")
    page.keyboard.press("Enter")
    expect(page.locator(".tools .saved")).to_have_text("Saved")
    yield "judged bad, with a note"
    page.click(".answer .cite >> nth=0")
    expect(page.locator("#panel mark.at")).to_be_visible()
    page.get_by_role("button", name="This citation is wrong").click()
    expect(page.locator("#panel .note textarea")).to_be_focused()
    yield "panel, citation wrong"


def evidence_by_date(page: Page, service: ScriptedService) -> Iterator[str]:
    service.held |= {one.id: one for one in (*LOCK, UNDATED)}
    service.script = over([*LOCK, UNDATED], PRICE, FOUND)
    goto(page, "/?until=2026-01-31")
    ask(page, "What will the lock cost?")
    yield "evidence folded"
    page.click(".dates summary")
    expect(page.locator(".dates figure")).to_be_visible()
    yield "evidence by date"
    page.focus(".dates .point[data-cite='t1.1']")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#card .lead")).to_be_visible()
    yield "card of a dot"
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_be_visible()
    yield "panel, passage read"
    page.keyboard.press("Escape")
    page.get_by_role("slider", name="Since").press("PageUp")
    expect(page.locator(".dates .chosen")).to_contain_text("Since")
    yield "days chosen"
    service.script = over(LOCK, OPENS, PRICE, abstains=True)
    ask(page, "Who built the lock?", "abstained")
    yield "evidence of an abstention"
