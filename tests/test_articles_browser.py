"""The articles view in Chromium over a real home: list, filters, keys, reading, removing, state."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.service import Service
from tests import articles_site
from tests.articles_site import ALL, BOTH, DESK, HOSTILE, files, rows, total
from tests.axe import violations
from tests.page_browser import PHONE, Opener, ask
from tests.samples import FERRY, LOCK

pytest_plugins = ["tests.page_browser"]
home, site, story = articles_site.home, articles_site.site, articles_site.story


@BOTH
def test_the_list_is_there_newest_first_and_says_how_many(opened: Opener, size: dict[str, int]) -> None:
    page = opened("/articles", size)
    total(page, f"{len(ALL)} articles")
    expect(page.locator("#row-0")).to_contain_text("Ferry fares to rise")
    expect(page.locator("#row-0")).to_contain_text("10 Jan 2026")
    assert page.locator("#list").get_attribute("aria-rowcount") == str(len(ALL) + 1)
    expect(page.locator("#ask")).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_rail_leads_there_and_back_and_says_the_number(opened: Opener) -> None:
    page = opened("/", DESK)
    expect(page.locator("#archive")).not_to_be_visible()
    link = page.locator("#rail .views a")
    expect(link).to_contain_text(str(len(ALL)))
    link.click()
    total(page, f"{len(ALL)} articles")
    assert page.url.endswith("/articles")
    expect(link).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator("#archive")).not_to_be_visible()


@BOTH
def test_words_outlet_and_dates_filter_and_stay_in_the_address(opened: Opener, size: dict[str, int]) -> None:
    page = opened("/articles", size)
    page.fill("#find [name=words]", "canal lo")
    total(page, "1 found")
    expect(page.locator("#row-0 .title")).to_have_text(LOCK["title"])
    assert rows(page) == [LOCK["title"]]
    assert "words=canal+lo" in page.url
    page.fill("#find [name=words]", "")
    if size is PHONE:
        page.click("[data-do=filters]")
    page.select_option("#find [name=source]", "Quay Times")
    total(page, "150 found")
    page.fill("#find [name=since]", "2024-11-01")
    expect(page.locator("#archive .note")).to_have_text("Articles without a date are left out.")
    page.reload()
    page.wait_for_selector("#row-0")
    assert page.input_value("#find [name=source]") == "Quay Times" and page.input_value("#find [name=since]") == "2024-11-01"
    expect(page.locator("#list .row:visible")).to_have_count(10)
    if size is PHONE:
        page.click("[data-do=filters]")
    page.fill("#find [name=until]", "2024-01-01")
    expect(page.locator("#archive .note")).to_have_text("Until is before Since: no article could match.")
    page.click("[data-do=reset]")
    total(page, f"{len(ALL)} articles")
    assert page.url.endswith("/articles")


def test_each_letter_asks_anew_and_the_last_one_counts(opened: Opener) -> None:
    page = opened("/articles", DESK)
    page.locator("#find [name=words]").press_sequentially("lighthouse", delay=30)
    expect(page.locator("#row-0")).to_contain_text("The lighthouse of Skarrow Point")
    total(page, "1 found")
    page.fill("#find [name=words]", "zzzz")
    expect(page.locator("#archive .note")).to_contain_text("No article fits")


def test_the_headings_sort_and_say_so(opened: Opener) -> None:
    page = opened("/articles", DESK)
    head = page.locator("[data-column=date]")
    expect(head).to_have_attribute("aria-sort", "descending")
    page.click("[data-column=date] button")
    expect(page.locator("#row-0")).to_contain_text("1 Jan 2024")
    expect(head).to_have_attribute("aria-sort", "ascending")
    page.click("[data-column=title] button")
    expect(page.locator("#row-0")).to_contain_text("<img src=x")
    expect(page.locator("[data-column=title]")).to_have_attribute("aria-sort", "ascending")
    expect(head).to_have_attribute("aria-sort", "none")
    page.select_option("#find [name=sort]", "outlet")
    expect(page.locator("#row-0")).to_contain_text("<b>Bold</b> Outlet")


@BOTH
def test_scrolling_shows_every_stretch_with_few_rows_and_the_place_is_kept(opened: Opener, size: dict[str, int]) -> None:
    page = opened("/articles?source=Harbour+Post", size)
    total(page, "150 found")
    page.evaluate("document.querySelector('#list').scrollTop = 1e9")
    expect(page.locator("#row-149")).to_contain_text("Report 0 on the harbour works")
    assert page.locator("#list .row").count() < 60
    page.evaluate("document.querySelector('#list').scrollTop = 2000")
    expect(page.locator("#row-40")).to_contain_text("Report")
    before = page.evaluate("document.querySelector('#list').scrollTop")
    page.evaluate("window.datelinePlace.go('/')")
    expect(page.locator("#archive")).not_to_be_visible()
    page.go_back()
    expect(page.locator("#row-40")).to_be_visible()
    assert page.evaluate("document.querySelector('#list').scrollTop") == before
    page.reload()
    expect(page.locator("#row-40")).to_be_visible()


def test_the_list_is_walked_by_keys_and_an_article_read_beside_it(opened: Opener) -> None:
    page = opened("/articles", DESK)
    expect(page.locator("#row-0")).to_contain_text("Ferry fares")
    page.locator("#list").focus()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#list")).to_have_attribute("aria-activedescendant", "row-1")
    expect(page.locator("#row-1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("End")
    last = len(ALL) - 1
    expect(page.locator(f"#row-{last}")).to_contain_text("The lighthouse of Skarrow Point")
    expect(page.locator("#list")).to_have_attribute("aria-activedescendant", f"row-{last}")
    page.keyboard.press("PageUp")
    expect(page.locator("#list")).not_to_have_attribute("aria-activedescendant", f"row-{last}")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#panel[open] h2")).to_have_text(FERRY["title"])
    expect(page.locator("#panel .count")).to_have_text(f"Article 1 of {len(ALL)}")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel .count")).to_have_text(f"Article 2 of {len(ALL)}")
    expect(page.locator("#row-1")).to_have_class(re.compile("open"))
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).not_to_be_visible()
    assert page.evaluate("document.activeElement.id") == "list"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "words"


def test_a_click_reads_an_article_on_a_phone_and_the_way_back_is_there(opened: Opener) -> None:
    page = opened("/articles", PHONE)
    page.click("#row-2")
    assert page.locator("#panel").evaluate("panel => panel.matches(':modal')")
    expect(page.locator("#panel .count")).to_have_text(f"Article 3 of {len(ALL)}")
    page.click("#panel [data-act=close]")
    expect(page.locator("#panel")).not_to_be_visible()
    expect(page.locator("#list")).to_be_visible()


@BOTH
def test_a_removed_article_is_gone_until_it_is_undone(opened: Opener, home: Service, size: dict[str, int]) -> None:
    page = opened("/articles?words=canal+lock", size)
    (before,) = home.stores.catalog.find(LOCK["url"])
    page.click("#row-0")
    page.click("#panel .verdict button")
    total(page, "0 found")
    assert home.article(before.article.id) is None
    expect(page.locator("#undo")).to_contain_text("Removed ‘Torrin mends its lock’")
    expect(page.locator("#say")).to_contain_text("Removed")
    page.click("#undo button")
    total(page, "1 found")
    expect(page.locator("#row-0")).to_contain_text(LOCK["title"])
    assert home.article(before.article.id) == before.article
    home.catch_up()


def test_delete_removes_the_active_row_and_u_brings_it_back(opened: Opener, home: Service) -> None:
    page = opened("/articles", DESK)
    title = FERRY["title"]
    expect(page.locator("#row-0 .title")).to_have_text(title)
    page.locator("#list").focus()
    page.keyboard.press("Delete")
    total(page, f"{len(ALL) - 1} articles")
    expect(page.locator("#row-0 .title")).not_to_have_text(title)
    page.keyboard.press("u")
    total(page, f"{len(ALL)} articles")
    expect(page.locator("#row-0 .title")).to_have_text(title)
    home.catch_up()


@BOTH
def test_the_state_shows_what_is_there_what_is_to_come_and_what_mends(
    opened: Opener, home: Service, size: dict[str, int], story: Path
) -> None:
    home.load_encoder()
    page = opened("/articles", size)
    page.click("[data-do=state]")
    facts = page.locator("#state .held")
    for said in ("Passages", "10 Jan 2026", "On disk", "hashing-384", "None is still to come."):
        expect(facts).to_contain_text(said)
    files(page, story)
    expect(page.locator("#archive .coming")).to_contain_text("1 still to come")
    page.click("[data-do=check]")
    expect(page.locator("#state .found")).to_contain_text("have no vector yet")
    expect(page.locator("#state .found code").first).to_have_text("python -m app serve (it makes them while it answers)")
    home.catch_up()
    expect(page.locator("#archive .coming")).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_an_article_says_what_it_was_cited_for_and_leads_to_the_citation(opened: Opener, home: Service) -> None:
    (found,) = home.stores.catalog.find(LOCK["url"])
    page = opened("/", DESK)
    ask(page, "When does the canal lock in Torrin open again?")
    page.click("#rail .views a")
    page.fill("#find [name=words]", "canal lock")
    total(page, "1 found")
    page.click("#row-0")
    expect(page.locator("#panel .cited summary")).to_have_text("Cited in 1 answer")
    expect(page.locator("#panel .judge")).not_to_be_visible()
    page.click("#panel .cited summary")
    expect(page.locator("#panel .cited li")).to_contain_text("Today")
    page.click("#panel .cited a")
    expect(page.locator("#archive")).not_to_be_visible()
    expect(page.locator("#panel mark.at")).to_be_visible()
    assert found.article.id in str(page.locator("#thread [aria-current]").first.get_attribute("data-article"))
    page.goto(page.url.partition("/c/")[0] + "/articles?words=lighthouse")
    page.click("#row-0")
    expect(page.locator("#panel .verdict button")).to_be_visible()
    expect(page.locator("#panel .cited")).to_have_count(0)


def test_hostile_titles_and_outlets_stay_text(opened: Opener) -> None:
    page = opened("/articles?words=script", DESK)
    expect(page.locator("#row-0 .title")).to_have_text(HOSTILE["title"])
    expect(page.locator("#row-0 .outlet")).to_have_text(HOSTILE["source"])
    page.click("#row-0")
    expect(page.locator("#panel h2")).to_have_text(HOSTILE["title"])
    assert page.title() == "Articles · Dateline"


@pytest.mark.parametrize("width", [320, 600, 900, 1199, 1280])
def test_no_width_scrolls_sideways(opened: Opener, width: int) -> None:
    page = opened("/articles", {"width": width, "height": 700})
    page.click("[data-do=state]")
    page.click("[data-do=adding]")
    page.click("#row-0")
    expect(page.locator("#panel[open] h2")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('#archive').scrollWidth <= document.querySelector('#archive').clientWidth")


@BOTH
def test_no_state_of_the_view_has_a_fault(opened: Opener, home: Service, size: dict[str, int], story: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG")
    page = opened("/articles", size, reduced_motion="reduce")
    total(page, f"{len(ALL)} articles")
    found = violations(page, "the list")
    files(page, story, picture)
    expect(page.locator("#adding .sum p")).to_have_text("2 of 2 files: 1 added, 1 failed.")
    page.click("[data-do=state]")
    page.click("[data-do=check]")
    expect(page.locator("#state .found")).to_contain_text("to mend")
    found += violations(page, "files added, the archive checked")
    page.click("[data-do=state]")
    page.click("[data-do=adding]")
    page.fill("#find [name=words]", "canal lock")
    total(page, "1 found")
    page.click("#row-0")
    expect(page.locator("#panel[open] h2")).to_have_text(LOCK["title"])
    found += violations(page, "an article beside it")
    page.click("#panel .verdict button")
    expect(page.locator("#undo")).to_contain_text("Removed")
    found += violations(page, "removed")
    page.click("#undo button")
    total(page, "1 found")
    page.fill("#find [name=words]", "zzzz")
    total(page, "0 found")
    found += violations(page, "nothing found")
    assert not found, "\n\n".join(found)
