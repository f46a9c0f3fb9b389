"""Everything by keyboard alone, at two widths: no test here touches the mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.by_keys import faults_of_a_round, focus, round_trip, tab_to
from tests.conflict_scripts import CHANGE, DISAGREEMENT, STORIES, disagreeing
from tests.evidence_scripts import FOUND, LOCK, over
from tests.evidence_scripts import PRICE as EVIDENCE_PRICE
from tests.page_browser import PHONE, WIDE, Opener, in_view
from tests.page_scripts import PRICE, RISE, ScriptedService
from tests.samples import FERRY, RECORDS, ingest_records

pytest_plugins = ["tests.page_browser"]
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


@pytest.fixture(autouse=True)
def nothing_asked(service: ScriptedService) -> None:
    for one in service.conversations.listing("", limit=1_000):
        service.conversations.delete("", one.id)


def ask(page: Page, question: str) -> None:
    """Type it where the focus is, in the box."""
    expect(page.locator("#ask textarea")).to_be_focused()
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn h2").last).to_have_text(question)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "answered")


def into_the_rail(page: Page) -> None:
    """Where it is a drawer it is opened first."""
    if page.locator("#bar").is_visible():
        tab_to(page, page.locator("#bar [aria-label=Menu]"), back=True)
        page.keyboard.press("Enter")
        expect(page.locator("#rail")).to_be_visible()


@SIZES
def test_from_the_question_to_the_cited_sentence_and_back(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    page = opened("/", size)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    ask(page, "How much is a ticket?")
    tab_to(page, page.locator("#ask [data-act=set]"))
    page.keyboard.press("j")
    expect(page.locator(".answer [data-cite$='.1']")).to_be_focused()
    expect(page.locator("#card")).to_contain_text(PRICE.quote)
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
    expect(page.locator("#panel mark.at")).to_be_focused()
    assert in_view(page) and focus(page)["lit"]  # type: ignore[index]
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel mark.at")).to_have_text(RISE.quote)
    expect(page.locator("#panel mark.at")).to_be_focused()
    tab_to(page, page.locator("#panel [data-act=prev]"), back=True)
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel mark.at")).to_have_text(RISE.quote)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).not_to_be_visible()
    expect(page.locator(".answer [data-cite$='.2']")).to_be_focused()
    tab_to(page, page.locator(".sources .cite").first)
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".sources .cite").first).to_be_focused()


@SIZES
def test_an_older_conversation_is_opened_renamed_deleted_and_brought_back(opened: Opener, size: dict[str, int]) -> None:
    page = opened("/", size)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ask(page, "What does the ferry cost?")
    into_the_rail(page)
    tab_to(page, page.locator("#rail [data-act=new]"), back=size is WIDE)
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "Who runs the harbour?")
    older, newer = page.locator("#past a >> text=ferry"), page.locator("#past a >> text=harbour")
    for link, question in ((older, "What does the ferry cost?"), (newer, "Who runs the harbour?"), (older, "What does the ferry cost?")):
        into_the_rail(page)
        tab_to(page, link, back=size is WIDE and link is not newer)
        page.keyboard.press("Enter")
        expect(page.locator(".turn h2")).to_have_text([question])
    into_the_rail(page)
    tab_to(page, page.locator("#past li:has-text('ferry') [data-act=rename]"))
    page.keyboard.press("Enter")
    page.keyboard.type("Fares")
    page.keyboard.press("Enter")
    renamed = page.locator("#past a >> text=Fares")
    expect(renamed).to_be_focused()
    tab_to(page, page.locator("#past li:has-text('Fares') [data-act=delete]"))
    page.keyboard.press("Enter")
    expect(renamed).to_have_count(0)
    expect(newer).to_be_focused()
    tab_to(page, page.locator("#undo button"))
    page.keyboard.press("Enter")
    expect(renamed).to_be_focused()


@SIZES
def test_filters_are_set_and_taken_off(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    page = opened("/", size)
    tab_to(page, page.locator("#ask [data-act=set]"))
    page.keyboard.press("Enter")
    expect(page.locator("#pop [name=as_of]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#pop")).not_to_be_visible()
    expect(page.locator("#ask [data-act=set]")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#pop select"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.locator("#pop [type=submit]"))
    page.keyboard.press("Enter")
    expect(page.locator("#ask textarea")).to_be_focused()
    expect(page.locator("#chips .chip")).to_have_text("The Oster Gazette")
    tab_to(page, page.locator("#chips [data-act=off]"))
    page.keyboard.press("Enter")
    expect(page.locator("#chips .chip")).to_have_count(0)
    expect(page.locator("#ask [data-act=set]")).to_be_focused()


@SIZES
def test_the_focus_is_seen_at_every_stop_and_nothing_holds_it(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    service.held |= {one.id: one for one in STORIES}
    service.script = disagreeing(CHANGE, DISAGREEMENT, change=True)
    page = opened("/", size)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ask(page, "How has the number of engineers changed?")
    assert faults_of_a_round(page) == []
    page.keyboard.press("Shift+Tab")
    tab_to(page, page.locator(".answer .cite").first, back=True)
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_be_focused()
    if size is PHONE:
        assert len(round_trip(page, "Tab")) < 15, "the sheet keeps the focus until Esc"
    else:
        assert faults_of_a_round(page) == []


@SIZES
def test_dots_of_the_evidence_are_walked_and_opened(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    service.held |= {one.id: one for one in LOCK}
    service.script = over(LOCK, EVIDENCE_PRICE, FOUND)
    page = opened("/", size)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ask(page, "What will the lock cost?")
    tab_to(page, page.locator(".dates summary"), back=True)
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".dates .point[data-cite='t1.1']"))
    expect(page.locator("#card")).to_contain_text(EVIDENCE_PRICE.quote)
    page.keyboard.press("ArrowLeft")
    at = focus(page)
    assert at and at["lit"] and at["seen"]
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_be_focused()
    expect(page.locator("#panel .verdict")).to_have_text("Passage read, not cited")
    page.keyboard.press("Escape")
    assert focus(page)["n"] == at["n"]  # type: ignore[index]
    assert faults_of_a_round(page) == []


@SIZES
def test_articles_are_walked_read_removed_and_brought_back(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    ingest_records(service.real, service.home, RECORDS)
    service.held |= {one.article.id: one.article for one in service.stores.catalog.find(FERRY["url"])}
    page = opened("/", size)
    page.keyboard.press("Tab")
    if size is PHONE:
        tab_to(page, page.locator("#bar [aria-label=Menu]"))
        page.keyboard.press("Enter")
    tab_to(page, page.locator("#rail .views a"))
    page.keyboard.press("Enter")
    expect(page.locator("#row-0 .title")).to_have_text(FERRY["title"])
    tab_to(page, page.locator("#list"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#panel[open] h2")).to_have_text(FERRY["title"])
    expect(page.locator("#panel .text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#list")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator("#row-0 .title")).not_to_have_text(FERRY["title"])
    tab_to(page, page.locator("#undo button"), back=size is WIDE)
    page.keyboard.press("Enter")
    expect(page.locator("#row-0 .title")).to_have_text(FERRY["title"])
    expect(page.locator("#list")).to_be_focused()
    tab_to(page, page.locator("[data-do=adding]"), back=True)
    page.keyboard.press("Enter")
    assert faults_of_a_round(page) == []
