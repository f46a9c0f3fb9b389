"""Cards and pictures of what does not agree, in Chromium, at two widths and in both themes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conflict_scripts import BARGES, CHANGE, CUT, DISAGREEMENT, OPENING, OPENS_LAST, PLAN, STORIES, WATER_FIX, WORDS, disagreeing
from tests.page_browser import Opener, ask, in_view
from tests.page_scripts import ScriptedService

pytest_plugins = ["tests.page_browser"]

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
EVERYWHERE = pytest.mark.parametrize(
    ("size", "theme"),
    [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")],
    ids=["wide-light", "wide-dark", "phone-light", "phone-dark"],
)

CONTRAST = """(what) => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { rgb: [r, g, b], a }; };
  const linear = (one) => one <= .03928 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4;
  const light = ({ rgb }) => rgb.reduce((sum, one, n) => sum + linear(one / 255) * [.2126, .7152, .0722][n], 0);
  const own = (one) => parse(getComputedStyle(one).backgroundColor);
  const ground = (one) => own(one).a ? own(one) : ground(one.parentElement);
  const written = (one) => !one.closest(".vh") && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll(what)].filter(written).map((one) => {
    const style = getComputedStyle(one), ink = one instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [light(parse(ink)), light(ground(one))].sort((x, y) => y - x);
    return { said: one.textContent, size: parseFloat(style.fontSize), contrast: (a + .05) / (b + .05) };
  });
}"""
"""Size and contrast of every text that is seen. Colours that are part transparent count as opaque: the page has none on text."""

COVERED = """() => [...document.querySelectorAll(".plot")].flatMap((plot) => {
  const labels = [...plot.querySelectorAll(".label")], marks = [...plot.querySelectorAll(".marker")];
  const meets = (one, other) => { const [a, b] = [one, other].map((each) => each.getBoundingClientRect());
    return a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 2 && b.top < a.bottom - 2; };
  const all = [...labels, ...marks];
  return labels.flatMap((one) => all.filter((other) => other !== one && meets(one, other)).map((other) => one.textContent));
})"""
"""Labels that lie on another label or on a point."""

APART = """() => {
  const plot = document.querySelector("[data-kind=change] .plot");
  const boxes = (what) => [...plot.querySelectorAll(what)].map((one) => one.getBoundingClientRect());
  const marks = boxes(".marker").map((one) => one.left + one.width / 2);
  return Math.max(...boxes(".series").map((one, n) => Math.max(Math.abs(one.left - marks[n]), Math.abs(one.right - marks[n + 1]))));
}"""
"""Pixels between a point and the end of the line that comes to it."""


@pytest.fixture
def service(service: ScriptedService) -> ScriptedService:
    """The scripted service with the stories of the conflicts."""
    service.held |= {one.id: one for one in STORIES}
    return service


def asked(opened: Opener, service: ScriptedService, script: Any, size: dict[str, int] = WIDE, **context: Any) -> Page:
    service.script = script
    page = opened("/", size, **context)
    ask(page, "How has the number of engineers changed?")
    return page


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("Tab never came there")


@EVERYWHERE
def test_by_keyboard_a_point_shows_its_quote_and_enter_opens_the_article(
    opened: Opener, service: ScriptedService, size: dict[str, int], theme: str
) -> None:
    page = asked(opened, service, disagreeing(CHANGE, change=True), size, color_scheme=theme)
    point = page.locator(".picture .point").first
    page.locator(".chips [data-act=drop]").focus()
    tab_to(page, point)
    expect(page.locator("#card")).to_contain_text(PLAN.text)
    expect(page.locator("#card .lead")).to_have_text("up to 9,000, Halda Brennig")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#card")).to_contain_text(BARGES.text)
    page.keyboard.press("Enter")
    expect(page.locator("#panel[open] mark.at")).to_have_text(BARGES.text)
    expect(page.locator("#panel .count")).to_have_text("Citation 3 of 5")
    expect(page.locator("#panel .verdict")).to_have_text("The article’s own words for this value")
    expect(page.locator("#card")).not_to_be_visible()
    assert in_view(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "2,500, officials in Port Sennet, 12 Nov 2025, earlier"


@EVERYWHERE
def test_card_and_picture_are_legible_and_stay_within_the_page(
    opened: Opener, service: ScriptedService, size: dict[str, int], theme: str
) -> None:
    page = asked(
        opened, service, disagreeing(CHANGE, DISAGREEMENT, OPENING, WORDS, change=True), size, color_scheme=theme, reduced_motion="reduce"
    )
    expect(page.locator(".conflict")).to_have_count(4)
    expect(page.locator(".timeline")).to_have_count(3)
    seen = page.evaluate(CONTRAST, ".conflict *, .timeline *")
    assert len(seen) > 60
    assert [one for one in seen if one["contrast"] < 4.5 or one["size"] < 11] == []
    assert page.evaluate(COVERED) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for box in page.evaluate("[...document.querySelectorAll('.point')].map(one => [one.offsetWidth, one.offsetHeight])"):
        assert min(box) >= 24


def test_the_picture_stretches_and_covers_nothing_at_any_width(opened: Opener, service: ScriptedService) -> None:
    page = asked(opened, service, disagreeing(CHANGE, DISAGREEMENT, OPENING))
    for width in (320, 340, 390, 480, 620, 768, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(COVERED) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(APART) <= 2, width


def test_the_mouse_shows_the_quote_and_a_click_opens_it(opened: Opener, service: ScriptedService) -> None:
    page = asked(opened, service, disagreeing(DISAGREEMENT, answer=WATER_FIX))
    page.hover(".conflict .point >> nth=0")
    expect(page.locator("#card .lead")).to_contain_text("About 31,000")
    page.hover(".claim .cite >> nth=0")
    expect(page.locator("#card")).to_contain_text(WATER_FIX.text)
    expect(page.locator("#card .lead")).to_have_count(0)
    page.click(".conflict .point[aria-label^='28,500']")
    expect(page.locator("#panel mark.at")).to_contain_text("28,500")
    expect(page.locator(".point[aria-current]")).to_have_count(1)
    page.click(".sources .quote >> nth=2")
    expect(page.locator("#panel mark.at")).to_contain_text("31,000")
    page.keyboard.press("Escape")


def test_keys_go_through_the_claims_numbers_too(opened: Opener, service: ScriptedService) -> None:
    page = asked(opened, service, disagreeing(WORDS))
    page.evaluate("document.activeElement.blur()")
    at = "document.activeElement.dataset.cite"
    seen = []
    for _ in range(4):
        page.keyboard.press("j")
        seen.append(page.evaluate(at))
    assert seen == ["t1.1", "t1.2", "t1.3", "t1.1"]
    expect(page.locator("#card")).to_contain_text(CUT.text.split(". ")[0])


def test_what_was_read_in_comes_off_for_one_question_and_on_again(opened: Opener, service: ScriptedService) -> None:
    page = asked(opened, service, disagreeing(CHANGE, change=True))
    expect(page.locator(".picture figure")).to_have_count(1)
    page.click(".chips [data-act=drop][data-key=change]")
    expect(page.locator(".turn")).to_have_count(2)
    last = page.locator(".turn").last
    expect(last).to_have_attribute("data-state", "answered")
    expect(last.locator(".chips")).to_have_text("without how it changed")
    expect(last.locator(".picture figure")).to_have_count(0)
    expect(last.locator(".conflict figure")).to_have_count(1)
    last.locator("[data-act=restore]").click()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "answered")
    ask(page, "And in December?")
    assert [one.ignore for one in service.asked] == [[], ["change"], [], []]


def test_the_copy_has_the_claims(opened: Opener, service: ScriptedService) -> None:
    page = asked(opened, service, disagreeing(OPENING, answer=OPENS_LAST), permissions=["clipboard-read", "clipboard-write"])
    page.click("[data-act=copy]")
    expect(page.locator("[data-act=copy]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"What changed: The day .*\n– 30 June 2027, stated by Karsk Evening Post, 3 Feb 2026 \[1\]", copied)
