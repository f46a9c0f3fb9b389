"""The page in Chromium against a real server (tests/page_browser.py holds its requests to this machine)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from app.answer import Failed, Request
from app.article import Article
from app.settings import load_settings
from tests.page_browser import PATIENCE, PHONE, WIDE, Opener, ask, in_view, serving
from tests.page_scripts import (
    BARE,
    FARES,
    FIRST,
    PRICE,
    RISE,
    STEEP,
    UP_TO,
    ScriptedService,
    abstains,
    answers,
    cite,
    opening,
    quotes_and_says_in_short,
    sentence,
    whole,
)

pytest_plugins = ["tests.page_browser"]

HOSTILE = "<img src=x onerror='document.title=1'>${document.title=2}{{document.title=3}}`</script>"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_number_opens_its_exact_sentence_in_view_and_esc_returns_the_focus(
    opened: Opener, service: ScriptedService, size: dict[str, int]
) -> None:
    page = opened("/", size)
    ask(page, "How much is a ticket?")
    page.click(".answer [data-cite$='.4']")
    expect(page.locator("#panel[open] mark.at")).to_have_text(STEEP.quote)
    expect(page.locator("#panel .count")).to_have_text("Citation 4 of 4")
    assert page.locator("#panel mark:not(.at)").all_inner_texts() == [RISE.quote, PRICE.quote]
    assert in_view(page)
    assert page.locator("#panel").evaluate("panel => panel.matches(':modal')") == (size is PHONE)
    expect(page.locator("#panel .verdict")).to_have_text("Supported")
    expect(page.locator("#panel .about")).to_contain_text("28 November 2025")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).not_to_be_visible()
    assert page.evaluate("document.activeElement.dataset.cite") == "t1.4"


def test_sentences_come_one_by_one_and_their_numbers_work_at_once(opened: Opener, service: ScriptedService) -> None:
    service.script = service.one_by_one
    page = opened()
    page.fill("#ask textarea", "How much is a ticket?")
    page.keyboard.press("Enter")
    expect(page.locator(".steps")).to_contain_text("Read 12 passages from 2 articles")
    service.gate.release()
    expect(page.locator(".answer .s")).to_have_count(1)
    page.locator(".answer [data-cite$='.1']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
    page.keyboard.press("Escape")
    page.fill("#ask textarea", "typed while it streams")
    page.locator(".answer [data-cite$='.2']").focus()
    service.gate.release()
    expect(page.locator(".answer .s")).to_have_count(2)
    assert page.evaluate("document.activeElement.dataset.cite") == "t1.2"
    service.gate.release()
    expect(page.locator(".turn")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#say")).to_have_text("Answer ready: 2 sentences, 4 citations.")
    assert page.input_value("#ask textarea") == "typed while it streams"


def test_the_short_answer_turns_bold_at_the_end_and_the_focus_stays_where_it_was(opened: Opener, service: ScriptedService) -> None:
    service.script = partial(service.one_by_one, script=quotes_and_says_in_short)
    page = opened()
    page.fill("#ask textarea", "How much is a ticket?")
    page.keyboard.press("Enter")
    service.gate.release(2)
    expect(page.locator(".answer .s")).to_have_count(2)
    expect(page.locator(".answer strong")).to_have_count(0)
    page.locator(".answer [data-cite$='.2']").focus()
    service.gate.release()
    expect(page.locator(".answer strong.short")).to_have_text("22 crowns")
    assert int(page.locator(".answer strong.short").evaluate("one => getComputedStyle(one).fontWeight")) >= 600
    assert page.evaluate("document.activeElement.dataset.cite") == "t1.2"
    expect(page.locator(".facts")).to_contain_text("The articles’ own words")


def test_stop_ends_the_turn_keeps_what_was_checked_and_frees_the_service(opened: Opener, service: ScriptedService) -> None:
    service.script = service.one_by_one
    page = opened()
    page.fill("#ask textarea", "How much is a ticket?")
    page.keyboard.press("Enter")
    service.gate.release()
    expect(page.locator(".answer .s")).to_have_count(1)
    page.click("#stop")
    expect(page.locator(".turn")).to_have_attribute("data-state", "stopped")
    expect(page.locator(".turn .sources")).to_contain_text(PRICE.quote)
    expect(page.locator("#send")).to_be_visible()
    service.gate.release(2)
    assert service.closed.wait(PATIENCE / 1000)
    expect(page.locator(".turn")).to_have_attribute("data-state", "stopped")
    service.script = answers
    page.click("[data-act=again]")
    expect(page.locator(".turn").last).to_have_attribute("data-state", "answered")
    assert [one.question for one in service.asked] == ["How much is a ticket?"] * 2
    assert service.asked[1].history == []


def test_filters_are_chips_that_go_with_the_question_and_come_off_an_abstention(opened: Opener, service: ScriptedService) -> None:
    service.script = abstains
    page = opened()
    page.click("[data-act=set]")
    page.fill("#pop [name=as_of]", "2025-11-30")
    page.select_option("#pop [name=source]", "The Oster Gazette")
    page.click("#pop [type=submit]")
    expect(page.locator("#chips [data-key=as_of].chip")).to_have_text("As of 30 Nov 2025")
    ask(page, "Who won?", "abstained")
    assert (service.asked[0].as_of, service.asked[0].source) == ("2025-11-30", "The Oster Gazette")
    expect(page.locator(".answer .none")).to_have_text("The articles do not say.")
    page.click(".sources .cite >> nth=0")
    expect(page.locator("#panel .verdict")).to_have_text("Nearest passage, not an answer")
    page.keyboard.press("Escape")
    page.click(".offers [data-key=as_of]")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#chips .chip")).to_have_count(1)
    assert (service.asked[1].as_of, service.asked[1].source, service.asked[1].history) == (None, "The Oster Gazette", [])
    page.click("#chips [data-act=off]")
    ask(page, "And who came second?", "abstained")
    assert service.asked[2].source is None
    assert [one.question for one in service.asked[2].history] == ["Who won?", "Who won?"]


def test_a_model_that_is_down_leaves_the_found_sentences(opened: Opener, service: ScriptedService) -> None:
    def down(request: Request) -> Iterator[Any]:
        yield from opening(request)
        yield FIRST
        yield Failed(message="The language model does not answer.", detail="refused")
        yield whole(request, FIRST)

    service.script = down
    page = opened()
    ask(page, "How much?", "failed")
    expect(page.locator(".bad")).to_contain_text("These are the sentences it found, word for word.")
    page.click(".answer .cite >> nth=0")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)


def test_keys_move_through_citations_but_never_while_typing(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    ask(page, "How much?")
    page.keyboard.type("jk/")
    assert page.input_value("#ask textarea") == "jk/"
    page.evaluate("document.activeElement.blur()")
    at = "document.activeElement.dataset.cite"
    page.keyboard.press("Control+j")
    assert page.evaluate(at) is None
    page.keyboard.press("j")
    assert page.evaluate(at) == "t1.1"
    expect(page.locator("#card")).to_contain_text(PRICE.quote)
    page.keyboard.press("k")
    assert page.evaluate(at) == "t1.4"
    page.keyboard.press("Enter")
    expect(page.locator("#panel .count")).to_have_text("Citation 4 of 4")
    expect(page.locator("#panel mark.at")).to_have_text(STEEP.quote)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel .count")).to_have_text("Citation 1 of 4")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_hostile_titles_questions_and_articles_stay_text(opened: Opener, service: ScriptedService) -> None:
    evil = Article(id="e" * 20, title=HOSTILE, text=f"{HOSTILE} is what it says.", source=HOSTILE, authors=(HOSTILE,))
    service.held[evil.id] = evil
    said = sentence(0, f"{HOSTILE} was said.", cite(evil, evil.text))

    def script(request: Request) -> Iterator[Any]:
        yield from opening(request)
        yield said
        yield whole(request, said, notes=[HOSTILE])

    service.script = script
    page = opened()
    ask(page, HOSTILE)
    page.hover(".answer .cite")
    expect(page.locator("#card")).to_contain_text(HOSTILE)
    page.click(".answer .cite")
    expect(page.locator("#panel mark.at")).to_have_text(evil.text)
    expect(page.locator(".turn h2")).to_have_text(HOSTILE)
    expect(page.locator("#panel h2")).to_have_text(HOSTILE)
    assert page.title() == f"{HOSTILE[:80]} – Dateline"
    assert page.locator(".turn img, #panel img, #card img").count() == 0


def test_the_address_asks_once(opened: Opener, service: ScriptedService) -> None:
    page = opened("/?q=How+much%3F&as_of=2025-11-30")
    expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
    assert (service.asked[0].question, service.asked[0].as_of) == ("How much?", "2025-11-30")
    assert urlsplit(page.url).query == ""
    page.reload()
    expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
    assert len(service.asked) == 1


def test_two_tabs_know_nothing_of_each_other(opened: Opener, service: ScriptedService) -> None:
    one, two = opened(), opened()
    ask(one, "In the first tab?")
    ask(two, "In the second tab?")
    ask(one, "And then?")
    assert one.locator(".turn").count() == 2 and two.locator(".turn").count() == 1
    assert [earlier.question for earlier in service.asked[-1].history] == ["In the first tab?"]
    one.click("#rail [data-act=new]")
    expect(one.locator(".turn")).to_have_count(0)
    expect(two.locator(".turn")).to_have_count(1)


def test_the_first_screen_says_what_is_there_and_an_example_is_asked(opened: Opener, service: ScriptedService) -> None:
    service.state.invented = True
    page = opened()
    expect(page.locator("#welcome")).to_contain_text("61 articles from 2 outlets, 1 Oct 2025 to 31 Mar 2026")
    expect(page.locator("#facts")).to_contain_text("The demonstration articles are invented.")
    expect(page.locator(".example .why")).to_have_text("a figure that changed")
    page.click(".example")
    expect(page.locator(".turn h2")).to_have_text("How much will a return ticket cost?")


def test_without_articles_it_says_how_to_bring_them_and_notices_when_they_come(opened: Opener, service: ScriptedService) -> None:
    full = service.state
    service.state = full.model_copy(update={"articles": 0, "passages": 0, "embedded": 0})
    page = opened()
    expect(page.locator("#welcome")).to_contain_text("python ingest.py PATH")
    expect(page.locator("#send")).to_be_disabled()
    service.state = full.model_copy(update={"status": "catching-up", "embedded": 103})
    expect(page.locator("#banner")).to_contain_text("103 of 412 passages read for meaning")
    expect(page.locator("#send")).to_be_enabled()
    service.state = full
    expect(page.locator("#banner .strip")).to_have_count(0)


def test_an_article_that_changed_or_went_is_told_with_the_words_that_were_quoted(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    ask(page, "How much?")
    service.held = {FARES.id: Article(id=FARES.id, title="New", text=f"Corrected. {FARES.text}"), BARE.id: BARE}
    page.click(".answer [data-cite$='.1']")
    expect(page.locator("#panel .changed")).to_have_text(
        f"This article was changed on 3 Feb 2026, after the answer was made. The answer quoted: {PRICE.quote}"
    )
    assert page.locator("#panel mark").count() == 0, "the old places mark other words"
    del service.held[BARE.id]
    page.click(".answer [data-cite$='.3']")
    expect(page.locator("#panel .body")).to_contain_text("removed from the collection on 3 Feb 2026")
    expect(page.locator("#panel blockquote")).to_contain_text(UP_TO.quote)
    expect(page.locator("#panel .changed")).not_to_be_visible()


def test_copy_puts_answer_and_citations_on_the_clipboard(opened: Opener, service: ScriptedService) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    ask(page, "How much?")
    page.click("[data-act=copy]")
    expect(page.locator("[data-act=copy]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"{FIRST.text} [1][2]" in copied and f"[1] “{PRICE.quote}” — {FARES.title}, The Oster Gazette, 28 Nov 2025" in copied


def test_the_theme_follows_the_system_until_it_is_chosen(opened: Opener, service: ScriptedService) -> None:
    page = opened(color_scheme="dark")
    colour = "getComputedStyle(document.querySelector('.gradio-container')).backgroundColor"
    assert page.evaluate(colour) == "rgb(19, 21, 24)"
    page.click("[data-act=theme]")
    assert page.evaluate(colour) == "rgb(250, 249, 246)"
    page.reload()
    page.wait_for_selector("#welcome[data-ready]")
    assert page.evaluate(colour) == "rgb(250, 249, 246)"


def test_no_width_scrolls_sideways_and_the_phone_has_its_drawers(opened: Opener, service: ScriptedService) -> None:
    page = opened("/", PHONE)
    ask(page, f"How much {'supercalifragilistic' * 4} is a ticket?")
    for width in (320, 360, 768, 900, 1024, 1180, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        page.click(".answer [data-cite$='.1']")
        expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    page.click("#bar [aria-label=Menu]")
    page.click("#rail [data-act=outlet]")
    expect(page.locator("#rail")).not_to_be_visible()
    expect(page.locator("#chips .chip")).to_have_text("The Oster Gazette")


ARTICLES = {
    "strike.md": """---
title: Dock strike in Port Ilsen enters its second week
published: 2025-11-17
source: Ilsen Courier
url: https://ilsen-courier.example/strike
---
Dock workers in Port Ilsen walked out on 10 November over night shifts.

The union said that 1,450 workers had joined the strike by Sunday. Eleven ships were waiting outside the harbour.
""",
    "bridge.md": """---
title: Karsk bridge will cost 118 million crowns
published: 2025-10-04
source: Radio Velm
url: https://radio-velm.example/bridge
---
The new road bridge at Karsk will cost 118 million crowns, the transport ministry said on Saturday.

It is to open in June 2027, a year later than was planned.
""",
}


def test_a_real_question_ends_at_the_words_of_a_real_article(opened: Opener, tmp_path: Path) -> None:
    from app.service import Service
    from app.web.server import make_app

    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    # Never abstains for want of confidence: how sure an answer must be is measured elsewhere.
    settings = load_settings(home=tmp_path / "home", llm="none", abstain_below=0.0)
    service = Service.open(settings, "own")
    try:
        service.ingest([folder])
        with serving(make_app(service, settings, "token", lambda: None)) as address:
            for size in (WIDE, PHONE):
                page = opened("/?as_of=2025-01-01", size, base=address)
                expect(page.locator("#welcome")).to_contain_text("2 articles from 2 outlets, 4 Oct 2025 to 17 Nov 2025")
                ask(page, "How many workers had joined the strike in Port Ilsen by Sunday?", "abstained")
                expect(page.locator(".answer .none")).to_have_text("No article matches these filters.")
                expect(page.locator(".answer .reason")).to_have_text("Take off the as-of day (2 articles).")
                expect(page.locator(".turn .offers button")).to_have_text(["without As of 1 Jan 2025: 2 articles"])
                page.click(".offers [data-key=as_of]")
                expect(page.locator(".turn").last).to_have_attribute("data-state", "answered")
                expect(page.locator(".answer").last).to_contain_text("1,450")
                expect(page.locator(".sources").last).to_contain_text("Ilsen Courier 17 Nov 2025")
                page.click(".turn:last-of-type .answer .s:has-text('1,450') .cite >> nth=0")
                expect(page.locator("#panel mark.at")).to_have_text("The union said that 1,450 workers had joined the strike by Sunday.")
                assert in_view(page)
                page.context.close()
    finally:
        service.close()
