"""Taking an answer away in Chromium: files, links, the clipboard, paper."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from app.web.page import mount_page
from tests.page_browser import PHONE, Opener, ask, serving, with_policy
from tests.page_scripts import FIRST, PRICE, STEEP, ScriptedService, abstains

pytest_plugins = ["tests.page_browser"]
SIZES = pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["wide", "phone"])
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def saved(page: Page, words: str, group: str = "This answer") -> tuple[str, str]:
    """Name and text of the file that the last answer's menu gives."""
    turn = page.locator(".turn").last
    turn.locator(".export summary").click()
    with page.expect_download() as download:
        turn.get_by_role("group", name=group).get_by_role("link", name=words, exact=True).click()
    expect(turn.locator(".export .menu")).not_to_be_visible()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


@SIZES
def test_an_answer_and_a_conversation_are_saved_in_each_form(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    page = opened("/", size)
    ask(page, "How much?")
    expect(page.locator(".export .all")).not_to_be_visible()
    name, text = saved(page, "Markdown")
    assert name == "How much.md" and f"{FIRST.text}[^1][^2]" in text
    ask(page, "Señor Peña?")
    name, text = saved(page, "JSON")
    assert name == "Señor Peña.json" and [one["question"] for one in json.loads(text)["turns"]] == ["Señor Peña?"]
    name, text = saved(page, "JSON", "All questions")
    assert name == "How much.json" and len(json.loads(text)["turns"]) == 2
    name, text = saved(page, "CSL-JSON", "All questions")
    assert name == "How much.csl.json" and len(json.loads(text)) == 2


@SIZES
def test_the_menu_is_used_by_keys_alone_and_stays_within_the_page(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    page = opened("/", size)
    ask(page, "How much?")
    page.focus(".export summary")
    page.keyboard.press("Enter")
    expect(page.locator(".export .menu")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".export a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".export .menu")).not_to_be_visible()
    expect(page.locator(".export summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.focus("#ask textarea")
    expect(page.locator(".export .menu")).not_to_be_visible()
    for width in (320, size["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        page.click(".export summary")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = page.locator(".export .menu").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
        page.click(".export summary")


@SIZES
def test_links_to_an_answer_and_to_a_citation_lead_back_to_them(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    page = opened("/", size, permissions=CLIPBOARD)
    ask(page, "How much?")
    page.click(".tools [data-act=link]")
    expect(page.locator(".tools [data-act=link]")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{page.url}#q1"
    ask(page, "And then?")
    page.click(".turn:last-of-type .answer [data-cite$='.4']")
    expect(page.locator("#panel mark.at")).to_have_text(STEEP.quote)
    page.click("#panel [data-act=link]")
    expect(page.locator("#say")).to_have_text("Link copied")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == f"{page.url}#s8"
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#panel mark.at")).to_have_text(STEEP.quote)
    expect(page.locator("#panel .count")).to_have_text("Citation 4 of 4")


def test_a_nearest_passage_has_no_link(opened: Opener, service: ScriptedService) -> None:
    service.script = abstains
    page = opened()
    ask(page, "Who won?", "abstained")
    page.click(".sources .cite >> nth=0")
    expect(page.locator("#panel .verdict")).to_have_text("Nearest passage, not an answer")
    expect(page.locator("#panel [data-act=link]")).not_to_be_visible()
    expect(page.locator(".tools [data-act=copy]")).to_have_count(0)
    name, text = saved(page, "Markdown")
    assert name == "Who won.md" and "none of which is an answer" in text


def test_where_nothing_is_kept_there_are_copy_and_print_and_no_link(opened: Opener, tmp_path: Path) -> None:
    with serving(mount_page(with_policy(FastAPI()), ScriptedService(tmp_path / "home", kept=False))) as base:
        page = opened(base=base)
        ask(page, "How much?")
        expect(page.locator(".tools button")).to_have_text(["Copy with citations", "Print"])
        page.click(".answer .cite >> nth=0")
        expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
        expect(page.locator("#panel [data-act=link]")).not_to_be_visible()
        page.context.close()


def test_paper_shows_questions_answers_and_quotes_and_nothing_to_press(opened: Opener, service: ScriptedService) -> None:
    page = opened(color_scheme="dark")
    ask(page, "How much?")
    ask(page, "And then?")
    page.click(".answer .cite >> nth=0")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
    paper = " ".join("\n".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(format="A4"))).pages).split())
    for there in ("How much?", "And then?", FIRST.text, f"“{PRICE.quote}”", "[1]", "The Oster Gazette 28 Nov 2025", "Dateline, printed "):
        assert there in paper, there
    pressed = ("New question", "Ask about the articles", "Copy with", "Export", "Outlets", "Supported", "Evidence by date")
    for gone in (*pressed, "Paragraph 1 is"):
        assert gone not in paper, gone
    page.emulate_media(media="print")
    look: Any = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.answer')).color]"
    )
    assert look == ["rgb(255, 255, 255)", "rgb(27, 26, 24)"]


def test_print_is_asked_of_the_browser(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    page.evaluate("window.print = () => { document.body.dataset.asked = 'yes'; }")
    ask(page, "How much?")
    page.click(".export summary")
    page.click(".export [data-act=print]")
    expect(page.locator("body")).to_have_attribute("data-asked", "yes")
