"""The evidence by date, in Chromium: opened, read, brushed by mouse, finger and keys, at two widths and in both themes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.evidence_scripts import FOUND, LOCK, OPENS, PRICE, UNDATED, over
from tests.page_browser import Opener, ask, in_view
from tests.page_scripts import ScriptedService
from tests.test_conflict_browser import CONTRAST, tab_to

pytest_plugins = ["tests.page_browser"]

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
EVERYWHERE = pytest.mark.parametrize(
    ("size", "theme"),
    [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")],
    ids=["wide-light", "wide-dark", "phone-light", "phone-dark"],
)

APART = """() => {
  const boxes = [...document.querySelectorAll(".dates .point")].map((one) => one.getBoundingClientRect());
  const plot = document.querySelector(".dates .plot").getBoundingClientRect();
  const beside = (a, b) => a.right <= b.left + 1.5 || b.right <= a.left + 1.5 || a.bottom <= b.top + 1.5 || b.bottom <= a.top + 1.5;
  const inside = (a) => a.width >= 24 && a.height >= 24 && a.left >= plot.left - 1 && a.right <= plot.right + 1 && a.top >= plot.top;
  return boxes.every((a, n) => inside(a) && boxes.slice(n + 1).every((b) => beside(a, b)));
}"""
"""Whether every dot is as large as a finger needs, within the picture and on no other."""


@pytest.fixture
def service(service: ScriptedService) -> ScriptedService:
    """The scripted service with an answer over the articles on the lock."""
    service.held |= {one.id: one for one in (*LOCK, UNDATED)}
    service.script = over([*LOCK, UNDATED], PRICE, FOUND)
    return service


def unfolded(opened: Opener, size: dict[str, int] = WIDE, **context: Any) -> Page:
    """The page with an answer and its evidence by date open."""
    page = opened("/", size, reduced_motion="reduce", **context)
    ask(page, "What will the lock cost?")
    page.click(".dates summary")
    expect(page.locator(".dates figure")).to_be_visible()
    page.locator(".dates").scroll_into_view_if_needed()
    return page


def dot(page: Page, name: str) -> Locator:
    """The dot of this name in the newest turn: it begins with its citation."""
    return page.locator(".turn").last.locator(".plot").get_by_role("button", name=name)


def centre(page: Page, found: Locator) -> tuple[float, float]:
    found.evaluate("one => one.scrollIntoView({ block: 'center' })")
    return middle(found)


def middle(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, first: Locator, last: Locator, *, leave: bool = True) -> None:
    """From just left of one dot to just right of another, just over the line under the lanes."""
    last.evaluate("one => one.closest('.plot').scrollIntoView({ block: 'center' })")
    (left, _), (right, _) = (middle(one) for one in (first, last))
    line = page.locator(".turn").last.locator(".ends").bounding_box()
    assert line
    high = line["y"] - 8
    page.mouse.move(left - 14, high)
    page.mouse.down()
    page.mouse.move((left + right) / 2, high + 5, steps=4)
    page.mouse.move(right + 14, high, steps=4)
    if leave:
        page.mouse.up()


@EVERYWHERE
def test_folded_it_is_one_line_and_unfolded_it_is_legible_and_stays_so_for_the_next_answer(
    opened: Opener, service: ScriptedService, size: dict[str, int], theme: str
) -> None:
    page = opened("/", size, color_scheme=theme, reduced_motion="reduce")
    ask(page, "What will the lock cost?")
    expect(page.locator(".dates summary")).to_contain_text("9 articles, 3 outlets, 3 May to 15 Sep 2025")
    expect(page.locator(".dates figure")).not_to_be_visible()
    page.click(".dates summary")
    expect(page.locator(".dates .point")).to_have_count(8)
    assert page.evaluate(APART)
    seen = page.evaluate(CONTRAST, ".dates *")
    assert len(seen) > 8 and [one for one in seen if one["contrast"] < 4.5 or one["size"] < 11] == []
    for width in (320, 360, 620, 768, 1024, size["width"]):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(APART), width
    ask(page, "And when does it open?")
    expect(page.locator(".dates[open]")).to_have_count(2)
    page.locator(".dates summary").last.click()
    ask(page, "And who pays?")
    assert page.locator(".dates").evaluate_all("all => all.map(one => one.open)") == [True, False, False]


@EVERYWHERE
def test_a_cited_dot_opens_the_article_at_its_words_and_a_pale_one_at_the_passage(
    opened: Opener, service: ScriptedService, size: dict[str, int], theme: str
) -> None:
    page = unfolded(opened, size, color_scheme=theme)
    dot(page, "Citation 2 ").click()
    expect(page.locator("#panel[open] mark.at")).to_have_text(FOUND.quote)
    expect(page.locator("#panel .count")).to_have_text("Citation 2 of 2")
    expect(page.locator("#panel .verdict")).to_have_text("Supported")
    assert in_view(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.point[data-cite=\"t1.2\"]')")
    dot(page, f"Not cited 9 Jun 2025 Northern Ledger {LOCK[4].title}").click()
    expect(page.locator("#panel[open] mark.at")).to_have_text(LOCK[4].text)
    expect(page.locator("#panel .verdict")).to_have_text("Passage read, not cited")
    expect(page.locator("#panel .count")).to_have_text("Passage 4 of 7")
    page.click("#panel [data-act=next]")
    expect(page.locator("#panel mark.at")).to_have_text(LOCK[6].text)
    page.keyboard.press("Escape")
    page.click(".dates .undated button")
    expect(page.locator("#panel mark.at")).to_have_text(UNDATED.text)
    page.keyboard.press("Escape")


def test_the_card_of_a_dot_says_date_outlet_title_and_quote(opened: Opener, service: ScriptedService) -> None:
    page = unfolded(opened)
    dot(page, "Citation 1 ").hover()
    expect(page.locator("#card .meta")).to_have_text("21 May 2025Tidewater Gazette")
    expect(page.locator("#card .lead")).to_have_text(LOCK[3].title)
    expect(page.locator("#card .q")).to_have_text(f"“{PRICE.quote}”")
    dot(page, "Not cited 5 May").hover()
    expect(page.locator("#card .lead")).to_have_text(LOCK[2].title)
    expect(page.locator("#card .q")).to_have_count(0)


@EVERYWHERE
def test_days_are_brushed_with_the_mouse_and_the_question_is_asked_again_within_them(
    opened: Opener, service: ScriptedService, size: dict[str, int], theme: str
) -> None:
    page = unfolded(opened, size, color_scheme=theme)
    drag(page, dot(page, "Citation 1 "), dot(page, "Not cited 9 Jun"), leave=False)
    said = page.locator(".dates .chosen")
    expect(said).to_contain_text("2025: 2 articles")
    expect(page.locator(".dates .row")).not_to_be_visible()
    expect(said).to_be_in_viewport()
    page.mouse.up()
    box, form = page.locator(".dates .row").bounding_box(), page.locator("#ask").bounding_box()
    assert box and form and box["y"] + box["height"] <= form["y"]
    assert page.locator(".dates .point[data-out]").count() == 6
    expect(page.locator("#panel")).not_to_be_visible()
    page.click("[data-days=again]")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "answered")
    asked = service.asked[-1]
    assert asked.question == "What will the lock cost?"
    assert asked.since and asked.until and "2025-05-05" < asked.since < "2025-05-21" and "2025-06-09" < asked.until < "2025-07-01"
    expect(page.locator("#chips .chip[data-key=since]")).to_have_count(1)
    expect(page.locator("#chips .chip[data-key=until]")).to_have_count(1)
    assert page.locator(".turn").last.locator(".dates .within").count() == 1
    expect(page.locator(".chosen").first).to_be_empty()


@EVERYWHERE
def test_days_are_brushed_with_keys_alone(opened: Opener, service: ScriptedService, size: dict[str, int], theme: str) -> None:
    page = unfolded(opened, size, color_scheme=theme)
    page.locator(".dates summary").focus()
    since, until = (page.get_by_role("slider", name=name) for name in ("Since", "Until"))
    tab_to(page, since)
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    first, step = int(since.get_attribute("aria-valuemin") or 0), int(since.get_attribute("aria-valuenow") or 0)
    assert step > first + 7
    page.keyboard.press("End")
    assert since.get_attribute("aria-valuenow") == until.get_attribute("aria-valuenow")
    page.keyboard.press("Home")
    expect(page.locator(".dates .hint")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    tab_to(page, until)
    page.keyboard.press("PageDown")
    expect(page.locator(".dates .chosen")).to_contain_text("articles")
    since_day, until_day = since.get_attribute("aria-valuetext"), until.get_attribute("aria-valuetext")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    assert page.locator("#chips .chip").all_inner_texts() == [f"Since {since_day}", f"Until {until_day}"]
    assert service.asked[-1].since and service.asked[-1].until


def test_escape_and_clear_give_all_days_back_and_one_end_alone_limits_one_side(opened: Opener, service: ScriptedService) -> None:
    page = unfolded(opened)
    since = page.get_by_role("slider", name="Since")
    for undo in ("Escape", "Clear"):
        drag(page, dot(page, "Citation 1 "), dot(page, "Citation 2 "))
        expect(page.locator(".dates .chosen")).to_contain_text("3 articles")
        if undo == "Escape":
            page.keyboard.press("Escape")
        else:
            page.click("[data-days=clear]")
            expect(since).to_be_focused()
        expect(page.locator(".dates .chosen")).to_be_empty()
        expect(page.locator(".dates .hint")).to_be_visible()
        assert page.locator(".dates .point[data-out]").count() == 0
    since.focus()
    page.keyboard.press("PageUp")
    expect(page.locator(".dates .chosen")).to_contain_text("Since ")
    page.click("[data-days=next]")
    assert page.evaluate("document.activeElement.name") == "q"
    expect(page.locator("#chips .chip[data-key=since]")).to_have_count(1)
    expect(page.locator("#chips .chip[data-key=until]")).to_have_count(0)
    assert len(service.asked) == 1
    ask(page, "And who pays?")
    assert service.asked[-1].since and not service.asked[-1].until


def test_an_end_is_dragged_and_the_other_stays(opened: Opener, service: ScriptedService) -> None:
    page = unfolded(opened)
    until = page.get_by_role("slider", name="Until")
    x, y = centre(page, until)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=5)
    page.mouse.up()
    expect(page.locator(".dates .chosen")).to_contain_text("Until ")
    expect(page.locator(".dates .chosen")).to_contain_text("2025: 6 articles")
    # A click that moves by a pixel is a click.
    x, y = centre(page, dot(page, "Citation 1 "))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y)
    page.mouse.up()
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)


def test_a_finger_brushes_sideways_and_scrolls_up_and_down(opened: Opener, service: ScriptedService) -> None:
    page = unfolded(opened, PHONE, has_touch=True)
    assert page.evaluate("getComputedStyle(document.querySelector('.dates .plot')).touchAction") == "pan-y"
    x, y = centre(page, dot(page, "Citation 1 "))
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x - 20, "y": y})
    for n in range(10):
        touch("touchMove", {"x": x - 20 + 15 * n, "y": y})
    touch("touchEnd")
    expect(page.locator(".dates .chosen")).to_contain_text("articles")
    page.click("[data-days=clear]")
    before = page.evaluate("scrollY")
    touch("touchStart", {"x": x, "y": y})
    for n in range(10):
        touch("touchMove", {"x": x, "y": y - 25 * n})
    touch("touchEnd")
    page.wait_for_function("before => scrollY > before + 20", arg=before)
    expect(page.locator(".dates .chosen")).to_be_empty()


def test_arrows_go_along_the_dots_and_between_lanes_and_tab_past_them(opened: Opener, service: ScriptedService) -> None:
    page = unfolded(opened)
    page.locator(".dates summary").focus()
    page.keyboard.press("Tab")
    at = "document.getElementById(document.activeElement.getAttribute('aria-labelledby')).innerText.split('\\t')[1]"
    assert page.evaluate(at) == "21 May 2025"
    expect(page.locator("#card")).to_be_visible()
    seen = []
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        seen.append(page.evaluate(at))
    assert seen == ["5 May 2025", "3 May 2025", "9 Jun 2025", "1 Jul 2025", "21 May 2025"]
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider", name="Since")).to_be_focused()


def test_a_kept_answer_has_its_evidence_when_it_is_opened_again(opened: Opener, service: ScriptedService) -> None:
    page = unfolded(opened)
    page.reload()
    expect(page.locator(".dates[open] .point")).to_have_count(8)
    dot(page, "Citation 2 ").click()
    expect(page.locator("#panel[open] mark.at")).to_have_text(FOUND.quote)
    page.keyboard.press("Escape")


def test_a_passage_that_is_not_cited_has_no_link_and_one_that_is_gone_says_so(opened: Opener, service: ScriptedService) -> None:
    page = unfolded(opened)
    link = page.locator("#panel [data-act=link]")
    dot(page, "Citation 2 ").click()
    expect(link).to_be_visible()
    dot(page, "Not cited 9 Jun").click()
    expect(page.locator("#panel .verdict")).to_have_text("Passage read, not cited")
    expect(link).not_to_be_visible()
    del service.held[LOCK[2].id]
    dot(page, "Not cited 5 May").click()
    expect(page.locator("#panel .body")).to_have_text("This article was removed from the collection on 3 Feb 2026.")
    page.keyboard.press("Escape")


def test_a_redrawn_page_keeps_what_was_open_and_chosen(opened: Opener, service: ScriptedService) -> None:
    page = unfolded(opened)
    drag(page, dot(page, "Citation 1 "), dot(page, "Citation 2 "))
    chosen = page.locator(".dates .chosen").first
    before = chosen.inner_text()
    ask(page, "And who pays?")
    assert "3 articles" in before
    expect(chosen).to_have_text(before)
    expect(page.locator(".dates[open]")).to_have_count(2)
    assert page.locator(".turn").first.locator(".point[data-out]").count() == 5
    assert page.locator(".turn").last.locator(".point[data-out]").count() == 0


def test_the_outlined_dots_of_an_abstention_open_the_nearest_passages(opened: Opener, service: ScriptedService) -> None:
    service.script = over(LOCK, OPENS, PRICE, abstains=True)
    page = opened("/", PHONE)
    ask(page, "Who built the lock?", "abstained")
    page.click(".dates summary")
    dot(page, "Nearest passage 1 ").click()
    expect(page.locator("#panel mark.at")).to_have_text(OPENS.quote)
    expect(page.locator("#panel .verdict")).to_have_text("Nearest passage, not an answer")
    page.keyboard.press("Escape")
