"""Where the system sets the colours, and where motion is not wanted: what is chosen or current is still told apart, and nothing moves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conflict_scripts import CHANGE, STORIES, disagreeing
from tests.evidence_scripts import FOUND, LOCK, over
from tests.evidence_scripts import PRICE as LOCK_PRICE
from tests.page_browser import PHONE, WIDE, Opener, ask
from tests.page_scripts import STEEP, ScriptedService
from tests.page_walks import rail
from tests.samples import FERRY, RECORDS, ingest_records

pytest_plugins = ["tests.page_browser"]
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])

LOOK = """(one) => { const style = getComputedStyle(one);
  return ["outlineStyle", "outlineWidth", "borderTopWidth", "borderTopColor", "backgroundColor", "color", "textDecorationLine"]
    .map((name) => style[name]).join(" "); }"""
"""What is left of an element's look when the system sets the colours; shadows are not."""


def look(page: Page, what: str) -> str:
    """The first of them, with neither the focus nor the mouse on anything."""
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(page.viewport_size["width"] - 1, 0)  # type: ignore[index]
    found: str = page.locator(what).first.evaluate(LOOK)
    return found


def told_apart(page: Page, on: str, off: str) -> None:
    assert look(page, on) != look(page, off), f"{on} looks like {off}"


@SIZES
def test_what_is_chosen_or_current_is_seen_in_forced_colours(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    page = opened("/", size, forced_colors="active", reduced_motion="reduce")
    for question in ("Who runs the harbour?", "What does the ferry cost?"):
        page.evaluate("window.datelinePlace.go('/')")
        expect(page.locator(".turn")).to_have_count(0)
        ask(page, question)
    page.get_by_role("button", name="Good answer").click()
    expect(page.locator(".judge [data-verdict=good]")).to_have_attribute("aria-pressed", "true")
    told_apart(page, ".judge [data-verdict=good]", ".judge [data-verdict=bad]")
    page.click(".answer [data-cite$='.4']")
    expect(page.locator("#panel mark.at")).to_have_text(STEEP.quote)
    told_apart(page, "#panel mark.at", "#panel mark:not(.at)")
    told_apart(page, "#panel mark:not(.at)", "#panel .text p")
    told_apart(page, ".answer .cite[aria-current]", ".answer .cite:not([aria-current])")
    told_apart(page, ".sources .cite[aria-current]", ".sources .cite:not([aria-current])")
    page.keyboard.press("Escape")
    rail(page)
    told_apart(page, "#past [aria-current]", "#past a:not([aria-current])")
    before = look(page, "#rail [data-act=outlet]")
    page.click("#rail [data-act=outlet]")
    rail(page)
    assert look(page, "#rail [data-act=outlet][aria-pressed=true]") != before


@SIZES
def test_points_and_rows_are_seen_in_forced_colours(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    service.held |= {one.id: one for one in (*STORIES, *LOCK)}
    service.script = disagreeing(CHANGE, change=True)
    page = opened("/", size, forced_colors="active", reduced_motion="reduce")
    ask(page, "How has the number of engineers changed?")
    page.click(".picture .point >> nth=1")
    expect(page.locator("#panel mark.at")).to_be_visible()
    told_apart(page, ".picture .point[aria-current]", ".picture .point:not([aria-current])")
    page.keyboard.press("Escape")
    service.script = over(LOCK, LOCK_PRICE, FOUND)
    ask(page, "What will the lock cost?")
    page.click(".dates summary")
    page.focus(".dates .point[data-cite='t2.1']")
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_be_visible()
    told_apart(page, ".dates .point[aria-current]", ".dates .point:not([aria-current])")
    page.keyboard.press("Escape")
    told_apart(page, ".dates [data-kind=supported] i", ".dates [data-kind=seen] i")
    rail(page)
    before = look(page, "#rail .views a")
    page.keyboard.press("Escape")
    ingest_records(service.real, service.home, RECORDS)
    page.evaluate("window.datelinePlace.go('/articles')")
    expect(page.locator("#row-0 .title")).to_have_text(FERRY["title"])
    page.focus("#list")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#row-1.open")).to_have_count(1)
    told_apart(page, "#row-1", "#row-2")
    page.keyboard.press("Escape")
    rail(page)
    assert look(page, "#rail .views a[aria-current]") != before


@SIZES
def test_nothing_moves_where_motion_is_not_wanted(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    service.script = service.one_by_one
    page = opened("/", size, reduced_motion="reduce")
    moving = "document.getAnimations().map((one) => one.animationName || one.transitionProperty)"
    page.fill("#ask textarea", "How much?")
    page.press("#ask textarea", "Enter")
    service.gate.release()
    expect(page.locator(".turn .s")).to_have_count(1)
    assert page.evaluate(moving) == []
    page.click(".answer .cite >> nth=0")
    expect(page.locator("#panel mark.at")).to_be_visible()
    assert page.evaluate(moving) == []
    service.gate.release(2)
    expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
    assert page.evaluate(moving) == []
    page.keyboard.press("Escape")
    page.evaluate("window.datelinePlace.go('/articles')")
    expect(page.locator("#archive")).to_be_visible()
    assert page.evaluate(moving) == []
