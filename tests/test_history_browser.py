"""Conversations that come back: in the rail, after a reload, by their address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.page_browser import PHONE, WIDE, Opener, ask, in_view
from tests.page_scripts import FIRST, PRICE, RISE, ScriptedService
from tests.test_export import done, keep

pytest_plugins = ["tests.page_browser"]
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


@pytest.fixture(autouse=True)
def nothing_asked(service: ScriptedService) -> None:
    for one in service.conversations.listing("", limit=1_000):
        service.conversations.delete("", one.id)


def rail(page: Page) -> None:
    """Bring the rail into view where it is a drawer."""
    page.wait_for_selector("#welcome[data-ready]", state="attached")
    if page.locator("#bar").is_visible() and not page.locator("#rail").is_visible():
        page.click("#bar [aria-label=Menu]")


def drawn(page: Page, *questions: str) -> None:
    expect(page.locator(".turn h2")).to_have_text(list(questions))


@SIZES
def test_the_rail_lists_what_was_asked_and_opens_it(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    page = opened("/", size)
    ask(page, "What does the ferry cost?")
    ask(page, "Since when?")
    rail(page)
    page.click("#rail [data-act=new]")
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "Who runs the harbour?")
    rail(page)
    expect(page.locator("#past a")).to_have_text(["Who runs the harbour?", "What does the ferry cost?"])
    expect(page.locator("#past h2")).to_have_text(["Today"])
    expect(page.locator("#past [aria-current]")).to_have_text("Who runs the harbour?")
    page.click("#past a >> text=ferry")
    drawn(page, "What does the ferry cost?", "Since when?")
    assert len(service.asked) == 3, "what was answered is not asked again"
    ask(page, "And in winter?")
    assert [one.question for one in service.asked[-1].history] == ["What does the ferry cost?", "Since when?"]
    rail(page)
    expect(page.locator("#past a").first).to_have_text("What does the ferry cost?")


@SIZES
def test_a_conversation_is_renamed_deleted_and_brought_back(opened: Opener, size: dict[str, int]) -> None:
    page = opened("/", size)
    ask(page, "What does the ferry cost?")
    rail(page)
    page.hover("#past li")
    page.click("#past [data-act=rename]")
    page.fill("#past li input", "Ferry <b>fares</b>")
    page.keyboard.press("Enter")
    expect(page.locator("#past a")).to_have_text("Ferry <b>fares</b>")
    page.reload()
    rail(page)
    expect(page.locator("#past a")).to_have_text("Ferry <b>fares</b>")
    page.hover("#past li")
    page.click("#past [data-act=delete]")
    expect(page.locator("#past li")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#say")).to_contain_text("Deleted: Ferry")
    page.click("#undo button")
    expect(page.locator("#undo")).not_to_be_visible()
    rail(page)
    expect(page.locator("#past a")).to_have_text("Ferry <b>fares</b>")
    page.click("#past a")
    drawn(page, "What does the ferry cost?")


def test_renaming_is_left_with_escape_and_needs_no_mouse(opened: Opener) -> None:
    page = opened()
    ask(page, "What does the ferry cost?")
    page.focus("#past a")
    page.keyboard.press("Tab")
    expect(page.locator("#past [data-act=rename]")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Something else")
    page.keyboard.press("Escape")
    expect(page.locator("#past a")).to_have_text("What does the ferry cost?")
    expect(page.locator("#past a")).to_be_focused()


@SIZES
def test_questions_and_answers_are_searched_from_the_rail(opened: Opener, size: dict[str, int]) -> None:
    page = opened("/", size)
    ask(page, "What does the ferry cost?")
    rail(page)
    page.click("#rail [data-act=new]")
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "Who runs the harbour?")
    rail(page)
    page.fill("#find-past", "ferr")
    expect(page.locator("#past a")).to_have_text(["What does the ferry cost?"])
    page.fill("#find-past", "passengers crowns")
    expect(page.locator("#past a")).to_have_count(2)  # words of their answers
    page.fill("#find-past", "zeppelin")
    expect(page.locator("#past .none")).to_have_text("No question or answer has “zeppelin”.")
    page.fill("#find-past", "")
    expect(page.locator("#past a")).to_have_count(2)


def test_back_and_forward_go_through_conversations_and_a_reload_stays(opened: Opener) -> None:
    page = opened()
    ask(page, "What does the ferry cost?")
    first = page.url
    page.click("#rail [data-act=new]")
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "Who runs the harbour?")
    assert page.url != first and re.fullmatch(r".*/c/[\w-]{16}", page.url)
    expect(page).to_have_title("Who runs the harbour? – Dateline")
    page.go_back()
    expect(page.locator(".turn")).to_have_count(0)
    page.go_back()
    drawn(page, "What does the ferry cost?")
    assert page.url == first
    page.go_forward()
    page.go_forward()
    drawn(page, "Who runs the harbour?")
    page.reload()
    drawn(page, "Who runs the harbour?")
    expect(page.locator(".answer")).to_contain_text(FIRST.text[:30])


def test_a_reload_in_the_middle_of_an_answer_shows_it_when_it_is_done(opened: Opener, service: ScriptedService) -> None:
    service.script = service.one_by_one
    page = opened()
    page.fill("#ask textarea", "How much?")
    page.press("#ask textarea", "Enter")
    expect(page.locator(".turn")).to_have_attribute("data-state", "working")
    service.gate.release()
    expect(page.locator(".turn .s")).to_have_count(1)
    other = page.context.new_page()
    other.goto(page.url)
    page.close()
    expect(other.locator(".turn")).to_have_attribute("data-state", "working")
    expect(other.locator(".turn .s")).to_have_count(1)
    service.gate.release()
    service.gate.release()
    expect(other.locator(".turn")).to_have_attribute("data-state", "answered")
    assert len(service.asked) == 1 and not service.closed.is_set()
    other.reload()
    expect(other.locator(".turn")).to_have_attribute("data-state", "answered")


def test_a_tab_that_turns_to_another_conversation_is_not_drawn_over_by_the_first(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    ask(page, "What does the ferry cost?")
    page.click("#rail [data-act=new]")
    service.script = service.one_by_one
    page.fill("#ask textarea", "A slow one?")
    page.press("#ask textarea", "Enter")
    expect(page.locator(".turn")).to_have_attribute("data-state", "working")
    page.click("#past a >> text=ferry")
    drawn(page, "What does the ferry cost?")
    for _ in range(3):
        service.gate.release()
    expect(page.locator("#send")).to_be_visible()
    page.click("#past a >> text=slow")
    drawn(page, "A slow one?")
    expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
    page.click("#past a >> text=ferry")
    drawn(page, "What does the ferry cost?")


def test_stop_ends_an_answer_for_every_tab_that_watches_it(opened: Opener, service: ScriptedService) -> None:
    service.script = service.one_by_one
    page = opened()
    page.fill("#ask textarea", "How much?")
    page.press("#ask textarea", "Enter")
    expect(page.locator(".turn")).to_have_attribute("data-state", "working")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".turn")).to_have_attribute("data-state", "working")
    other.click("#stop")
    for one in (page, other):
        expect(one.locator(".turn")).to_have_attribute("data-state", "stopped")
        expect(one.locator("#send")).to_be_visible()
    other.reload()
    expect(other.locator(".turn")).to_have_attribute("data-state", "stopped")


@SIZES
def test_the_address_of_a_citation_opens_it(opened: Opener, size: dict[str, int]) -> None:
    page = opened("/", size)
    ask(page, "What does the ferry cost?")
    ask(page, "Since when?")
    address = page.url
    for place, quote, shown in (("#s2", RISE.quote, "Citation 2 of 4"), ("#s5", PRICE.quote, "Citation 1 of 4")):
        page.goto("about:blank")
        page.goto(address + place)
        expect(page.locator("#panel[open] mark.at")).to_have_text(quote)
        expect(page.locator("#panel .count")).to_have_text(shown)
        assert in_view(page)


@pytest.mark.parametrize("name", ["nobodyaskedthis", "x", "a" * 100, "ünlesbar"])
def test_a_conversation_that_is_not_there_says_so_and_a_question_can_be_asked(opened: Opener, name: str) -> None:
    page = opened(f"/c/{name}")
    expect(page.locator(".lost h2")).to_have_text("This conversation is not here")
    ask(page, "What does the ferry cost?")
    expect(page.locator(".lost")).to_have_count(0)
    assert re.fullmatch(r".*/c/[\w-]{16}", page.url)


def test_opening_and_closing_a_citation_leaves_the_reader_where_they_were(opened: Opener) -> None:
    page = opened("/", {"width": 1280, "height": 800})
    for n in range(6):
        ask(page, f"Question {n}, which is as long as the line is wide and somewhat longer, so that it takes one more line when narrow?")
    number = page.locator("#t5 .answer .cite").first
    number.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 300)")
    for act in (number.click, lambda: page.keyboard.press("Escape")):
        before = number.bounding_box()
        act()
        page.wait_for_timeout(300)
        after = number.bounding_box()
        assert before and after and abs(before["y"] - after["y"]) < 4


def test_the_address_of_a_question_shows_it(opened: Opener) -> None:
    page = opened("/", {"width": 1280, "height": 500})
    for n in range(3):
        ask(page, f"Question {n}?")
    address = page.url
    page.goto("about:blank")
    page.goto(f"{address}#q2")
    expect(page.locator("#t2 h2")).to_be_in_viewport()
    expect(page.locator("#t3 h2")).not_to_be_in_viewport()


def test_earlier_questions_come_above_and_what_is_read_stays_where_it_is(opened: Opener, service: ScriptedService) -> None:
    keep(service, "", "a-long-one-000000000000", *(done(question=f"Question {n}?", number=n) for n in range(1, 24)))
    page = opened("/c/a-long-one-000000000000")
    expect(page.locator(".turn")).to_have_count(20)
    page.evaluate("scrollTo(0, 0)")
    first = page.locator("#t4 h2")
    before = first.bounding_box()
    page.click("#thread .earlier button")
    expect(page.locator(".turn")).to_have_count(23)
    after = first.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) <= 2
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator("#t1 h2")).to_be_in_viewport()


def test_the_first_screen_lists_what_was_asked_before(opened: Opener, service: ScriptedService) -> None:
    service.conversations.add("", "before-today", "key", "What does the ferry cost?", "{}")
    expect(opened().locator("#past a")).to_have_text(["What does the ferry cost?"])


def test_what_is_being_written_outlives_a_reload(opened: Opener) -> None:
    page = opened()
    page.fill("#ask textarea", "Half a quest")
    page.reload()
    expect(page.locator("#ask textarea")).to_have_value("Half a quest")
