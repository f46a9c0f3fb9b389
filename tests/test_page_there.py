"""The page when its server is a process that goes away, and what it says of a question that is not taken."""

from __future__ import annotations

import re
import time
from functools import partial
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from app.answer import MAX_QUESTION
from tests.chat_server import chat_server
from tests.page_browser import PHONE, WIDE, Opener, ask
from tests.page_scripts import BARE, FARES, PRICE, ScriptedService, answers
from tests.test_server import QUESTION, VELM, Machine, free_port

pytest_plugins = ["tests.page_browser"]

ANOTHER = {**VELM, "url": "https://example.org/lock", "title": "The lock", "text": "Torrin mends its canal lock for 90,000 crowns."}


def test_a_server_that_goes_away_is_said_in_one_line_and_the_question_is_kept(chromium: Browser, tmp_path: Path) -> None:
    machine, port = Machine(tmp_path), free_port()
    assert machine.run("ingest.py", machine.file("velm.jsonl", VELM, ANOTHER)).returncode == 0
    with chat_server() as model:
        model.words = "Torrin mends its canal lock for 90,000 crowns."
        machine.environment |= {"DATELINE_LLM": "openai:said", "DATELINE_LLM_BASE_URL": model.base_url, "DATELINE_LLM_API_KEY": "k"}
        machine.environment |= {"DATELINE_ABSTAIN_BELOW": "0", "NO_PROXY": "127.0.0.1"}
        page = chromium.new_page(viewport=WIDE)  # type: ignore[arg-type]
        told, steps = page.locator("#told > span"), page.locator(".turn .progress")
        with machine.serving(port=port) as (process, address):
            page.goto(address)
            # Until the models are loaded answers are quotes, which are there at once.
            while not model.prompts:
                httpx.post(f"{address}/api/ask", json={"question": QUESTION}, trust_env=False)
                time.sleep(0.2)
            page.wait_for_selector("#welcome[data-ready]", state="attached")
            ask(page, "What does the canal lock cost?")
            page.click(".turn .cite >> nth=0")
            expect(page.locator("#panel[open] mark.at")).to_be_visible()
            page.evaluate("document.querySelector('#panel [data-act=close]').click()")
            model.delay = 600
            page.fill("#ask textarea", QUESTION)
            page.press("#ask textarea", "Enter")
            expect(steps.last).to_be_visible()
            page.click(".turn .cite >> nth=0")
            process.kill()
            process.wait()
        expect(told).to_have_text("The server went away. Your question is kept.")
        expect(page.locator("#say")).to_have_text("The server went away. Your question is kept.")
        expect(page.locator("#ask textarea")).to_have_value(QUESTION)
        expect(steps.last).not_to_be_visible()
        expect(page.locator("#send")).to_be_visible()
        page.click("#panel [data-act=close]", timeout=3_000)
        expect(page.locator("#panel")).not_to_be_visible()
        page.click("#told button")
        expect(told).to_contain_text("The server still does not answer. Your question is kept.")
        model.delay = 0
        with machine.serving(port=port):
            # By itself: the conversation with the answer that was there, and the question that was cut off answered, once.
            expect(page.locator(".turn")).to_have_count(2)
            expect(page.locator(".turn").first).to_have_attribute("data-state", "answered")
            expect(page.locator(".turn").last).to_have_attribute("data-state", "answered")
            expect(page.locator(".turn h2").last).to_have_text(QUESTION)
            expect(page.locator("#ask textarea")).to_have_value("")
            expect(told).not_to_be_visible()
            page.reload()
            expect(page.locator(".turn")).to_have_count(2)
            expect(told).not_to_be_visible()
        page.context.close()


def test_where_nothing_is_kept_a_question_that_was_cut_off_is_asked_again_by_the_page(chromium: Browser, tmp_path: Path) -> None:
    machine, port = Machine(tmp_path), free_port()
    machine.environment |= {"DATELINE_HISTORY": "off"}
    assert machine.run("ingest.py", machine.file("velm.jsonl", VELM, ANOTHER)).returncode == 0
    page = chromium.new_page(viewport=WIDE)  # type: ignore[arg-type]
    with machine.serving(port=port) as (process, address):
        page.goto(address)
        page.wait_for_selector("#welcome[data-ready]", state="attached")
        ask(page, "What does the canal lock cost?")
        assert page.url == f"{address}/" and not page.locator("#past").is_visible()
        process.kill()
        process.wait()
    page.fill("#ask textarea", QUESTION)
    page.press("#ask textarea", "Enter")
    expect(page.locator("#told > span")).to_contain_text("Your question is kept.")
    with machine.serving(port=port):
        expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
        expect(page.locator(".turn h2")).to_have_text(QUESTION)
        page.reload()
        page.wait_for_selector("#welcome[data-ready]")
        expect(page.locator(".turn")).to_have_count(0)
    page.context.close()
    assert not list((machine.home).glob("conversations*"))


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_what_is_not_asked_is_said_above_the_box(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    service.script = service.one_by_one
    page = opened("/", size)
    told = page.locator("#told > span")
    page.fill("#ask textarea", "x" * (MAX_QUESTION + 143))
    expect(told).to_have_text("143 letters too many: a question has at most 2,000.")
    page.press("#ask textarea", "Enter")
    expect(told).to_be_visible()
    assert len(page.input_value("#ask textarea")) == MAX_QUESTION + 143 and not service.asked
    # As many letters as code points: a face is one, though two of JavaScript's.
    page.fill("#ask textarea", "\N{GRINNING FACE}" * MAX_QUESTION)
    expect(told).not_to_be_visible()
    page.press("#ask textarea", "Enter")
    expect(page.locator(".turn")).to_have_attribute("data-state", "working")
    page.fill("#ask textarea", "And the second?")
    page.press("#ask textarea", "Enter")
    expect(told).to_have_text("An answer is being written. Stop it first, or wait.")
    assert page.input_value("#ask textarea") == "And the second?"
    service.gate.release(3)
    expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
    expect(told).not_to_be_visible()
    assert [len(one.question) for one in service.asked] == [MAX_QUESTION]


def test_until_before_since_is_refused_in_the_form(opened: Opener, service: ScriptedService) -> None:
    page = opened("/?since=2026-02-02&until=2026-02-03")
    page.click("[data-act=set]")
    page.fill("#pop [name=until]", "2026-02-01")
    page.click("#pop [type=submit]")
    expect(page.locator("#pop .wrong")).to_have_text("Until is before Since: no article could match.")
    expect(page.locator("#chips [data-key=until].chip")).to_have_text("Until 3 Feb 2026")
    assert page.evaluate("document.activeElement.name") == "until"
    page.fill("#pop [name=until]", "2026-02-02")
    page.click("#pop [type=submit]")
    expect(page.locator("#pop")).not_to_be_visible()
    expect(page.locator("#chips [data-key=until].chip")).to_have_text("Until 2 Feb 2026")
    ask(page, "How much?")
    assert (service.asked[0].since, service.asked[0].until) == ("2026-02-02", "2026-02-02")
    page = opened("/?q=How+much&since=2026-02-02&until=2026-02-01")
    expect(page.locator(".turn .bad")).to_contain_text("until: 2026-02-01 is before since, 2026-02-02")


def test_a_links_preview_says_what_dateline_is_and_the_page_leads_to_its_api(
    opened: Opener, site: tuple[str, ScriptedService], service: ScriptedService
) -> None:
    source = httpx.get(site[0], trust_env=False).text.partition("<script")[0]
    told = dict(re.findall(r'<meta (?:property|name)="(og:[a-z_]+|description|twitter:[a-z]+)" content="([^"]*)"', source))
    assert told["og:title"] == "Dateline"
    assert told["og:description"] == told["description"]
    assert told["description"].startswith("Questions answered from dated news articles")
    assert not {"og:image", "twitter:creator", "twitter:image"} & told.keys()
    assert "gradio" not in " ".join(told.values()).lower()
    page = opened()
    link = page.locator("#rail a", has_text="API")
    assert link.evaluate("link => link.href") == f"{site[0]}/docs"
    assert link.get_attribute("target") == "_blank"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_is_dark_on_white_and_the_check_box_is_seen(opened: Opener, service: ScriptedService, scheme: str) -> None:
    page = opened(color_scheme=scheme)
    page.click(".keys summary")
    assert page.evaluate("getComputedStyle(document.querySelector('#single')).appearance") == "auto"
    ask(page, "How much?")
    page.emulate_media(media="print", color_scheme=scheme)
    colours = """() => ["body", ".gradio-container", ".answer p", ".turn h2", ".sources blockquote"].map((what) => {
        const style = getComputedStyle(document.querySelector(what)); return [style.backgroundColor, style.color]; })"""
    for background, ink in page.evaluate(colours):
        assert background in ("rgb(255, 255, 255)", "rgb(250, 249, 246)", "rgba(0, 0, 0, 0)")
        assert max(int(part) for part in re.findall(r"\d+", ink)[:3]) < 90, "dark enough to read on paper"


def test_at_four_times_the_size_the_box_does_not_stand_over_the_answer(opened: Opener, service: ScriptedService) -> None:
    page = opened("/", {"width": 320, "height": 256})
    ask(page, "How much?")
    page.locator(".answer p").scroll_into_view_if_needed()
    page.locator(".answer p").evaluate("answer => scrollTo(0, answer.getBoundingClientRect().top + scrollY)")
    above = """() => [10, 60, 120, 180, 240].map((y) => document.elementFromPoint(60, y).closest("#bar, #composer")?.id || "")"""
    assert page.evaluate(above) == [""] * 5
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("#ask textarea").scroll_into_view_if_needed()
    expect(page.locator("#ask textarea")).to_be_in_viewport()


def test_the_card_leaves_the_next_line_free_and_a_phones_buttons_are_large(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    ask(page, "How much?")
    page.evaluate("scrollTo(0, 0)")
    page.hover(".answer .cite >> nth=0")
    expect(page.locator("#card")).to_be_visible()
    clear = """() => { const card = document.querySelector("#card").getBoundingClientRect();
        const answer = document.querySelector(".answer p").getBoundingClientRect();
        const at = document.querySelector(".answer .cite").getBoundingClientRect();
        return card.bottom <= at.top || card.top >= answer.bottom; }"""
    assert page.evaluate(clear)
    page.set_viewport_size(PHONE)
    for what in ("#send", "#ask .set"):
        box = page.locator(what).bounding_box()
        assert box is not None and box["height"] >= 44, what


def test_the_way_to_the_box_comes_first_and_a_letter_begins_a_question(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "q"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type("jack")
    assert page.input_value("#ask textarea") == "jack"


def test_no_line_of_facts_begins_with_a_dot(opened: Opener, service: ScriptedService) -> None:
    page = opened("/?q=How+much&as_of=2025-11-30", PHONE)
    expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
    shown = """() => { const facts = document.querySelector(".facts"), left = facts.getBoundingClientRect().left;
        return [...facts.children].filter((one) => {
            const dot = getComputedStyle(one, "::before"), at = one.getBoundingClientRect().left + parseFloat(dot.insetInlineStart);
            return dot.content !== "none" && at < left + 8 && at > left - 6; }).length; }"""
    for width in (320, 340, 360, 390, 500, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(shown) == 0, width


def test_a_new_question_closes_the_article_of_the_old_one(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    ask(page, "How much?")
    page.click(".answer [data-cite$='.1']")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
    service.script = partial(service.one_by_one, script=answers)
    page.fill("#ask textarea", "And when?")
    page.press("#ask textarea", "Enter")
    expect(page.locator("#panel")).not_to_be_visible()
    assert page.evaluate("document.activeElement.name") == "q"
    service.gate.release(3)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "answered")
    expect(page.locator("#panel")).not_to_be_visible()


def test_the_foot_of_the_panel_says_nothing_before_its_article_is_there(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    ask(page, "How much?")
    foot, body = page.locator("#panel .verdict"), page.locator("#panel .body")
    page.click(".answer [data-cite$='.1']")
    expect(foot).to_have_text("Supported")
    held = []
    page.route("**/page/article/**", lambda route: held.append(route))
    page.click(".answer [data-cite$='.3']")
    expect(page.locator("#panel .count")).to_have_text("Citation 3 of 4")
    assert (foot.inner_text(), body.inner_text()) == ("", "")
    held[0].continue_()
    expect(body).to_contain_text(BARE.title)
    expect(foot).to_have_text("Supported")
    page.unroute("**/page/article/**")
    del service.held[FARES.id]
    page.click(".answer [data-cite$='.1']")
    expect(body).to_contain_text("removed from the collection")
    assert foot.inner_text() == ""
