"""The page when its server is a process that goes away, and what it says of a question that is not taken."""

from __future__ import annotations

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
            # Gradio loads the page anew when its server is back.
            expect(told).to_contain_text("The answer was cut off. Your question is kept.")
            expect(page.locator("#ask textarea")).to_have_value(QUESTION)
            page.click("#told button")
            expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
            expect(page.locator(".turn h2")).to_have_text(QUESTION)
            expect(page.locator("#ask textarea")).to_have_value("")
            expect(told).not_to_be_visible()
            page.reload()
            page.wait_for_selector("#welcome[data-ready]")
            expect(told).not_to_be_visible()
        page.context.close()


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
    expect(body).to_contain_text("no longer in the collection")
    assert foot.inner_text() == ""
