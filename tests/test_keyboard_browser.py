"""Everything by keyboard alone, at two widths: no test here touches the mouse."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.by_keys import MOST, focus, tab_to
from tests.conflict_scripts import CHANGE, DISAGREEMENT, STORIES, disagreeing
from tests.page_browser import PHONE, WIDE, Opener, in_view
from tests.page_scripts import PRICE, RISE, ScriptedService

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


def round_trip(page: Page, key: str) -> list[dict[str, Any] | None]:
    """Every stop from here until `key` comes here again; None where the focus is with the browser itself."""
    stops = [focus(page)]
    for _ in range(MOST):
        page.keyboard.press(key)
        stops.append(focus(page))
        if stops[-1] and stops[0] and stops[-1]["n"] == stops[0]["n"]:
            return stops[1:]
    raise AssertionError(f"{key} goes nowhere: {stops[-3:]}")


@SIZES
def test_the_focus_is_seen_at_every_stop_and_nothing_holds_it(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    service.held |= {one.id: one for one in STORIES}
    service.script = disagreeing(CHANGE, DISAGREEMENT, change=True)
    page = opened("/", size)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ask(page, "How has the number of engineers changed?")
    for key in ("Tab", "Shift+Tab"):
        stops = [one for one in round_trip(page, key) if one]
        assert len({one["n"] for one in stops}) == len(stops) > 20
        assert [one["said"] for one in stops if not one["lit"]] == []
        assert [one["said"] for one in stops if not one["seen"]] == []
