"""A walk through the articles view: list, filters, one article, files handed in, a removal, the state of the archive."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.page_scripts import ScriptedService
from tests.page_walks import goto
from tests.samples import FERRY, RECORDS, ingest_records

STORY = b"Torrin opens a fish market\n\nThe market at Torrin sold 300 kilograms of herring on its first day."


def the_archive(page: Page, service: ScriptedService) -> Iterator[str]:
    ingest_records(service.real, service.home, RECORDS)
    service.held |= {one.article.id: one.article for one in service.stores.catalog.find(FERRY["url"])}
    service.stores.catalog.follows.add("/no/such/folder", "folder", 0)
    service.real.watcher.round()
    page.goto(urljoin(page.url, "/articles"))
    expect(page.locator("#row-0 .title")).to_have_text(FERRY["title"])
    expect(page.locator("#archive .watched .bad")).to_have_text("folder refused: The folder is not there: nothing of it is removed")
    yield "articles, and what watching did"
    page.focus("#list")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#row-1")).to_have_attribute("aria-selected", "true")
    yield "articles, a row by keys"
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#panel[open] h2")).to_have_text(FERRY["title"])
    yield "panel, an article"
    page.keyboard.press("Escape")
    page.click("[data-do=state]")
    expect(page.locator("#state .held")).to_contain_text("On disk")
    page.click("[data-do=check]")
    expect(page.locator("#state .found")).to_contain_text("In order")
    page.click("#state details summary")
    yield "state of the archive"
    page.click("[data-do=state]")
    page.click("[data-do=adding]")
    yield "adding"
    page.set_input_files("#files", [{"name": name, "mimeType": "", "buffer": STORY} for name in ("fish.txt", "fish.png")])
    expect(page.locator("#adding .sum p")).to_contain_text("2 of 2 files")
    yield "files added and not"
    page.click("[data-do=clear]")
    page.click("[data-do=adding]")
    if page.locator("[data-do=filters]").is_visible():
        page.click("[data-do=filters]")
    page.fill("#find [name=since]", "2024-01-01")
    expect(page.locator("#archive .note")).to_contain_text("without a date")
    yield "articles filtered"
    page.fill("#find [name=since]", "")
    page.fill("#find [name=words]", "zeppelin")
    expect(page.locator("#archive .note")).to_contain_text("No article fits")
    yield "no article fits"
    page.fill("#find [name=words]", "herring")
    expect(page.locator("#archive .total")).to_have_text("1 found")
    page.focus("#list")
    page.keyboard.press("Delete")
    expect(page.locator("#undo")).to_be_visible()
    yield "article removed, with undo"
    goto(page, "/")
