"""Saying in Chromium what is good and what is wrong, and finding it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from app.web.page import mount_page
from tests.page_browser import PHONE, Opener, ask, serving, with_policy
from tests.page_scripts import PRICE, RISE, ScriptedService, abstains

pytest_plugins = ["tests.page_browser"]
SIZES = pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["wide", "phone"])
SAVED = "document.querySelector('#say').textContent"


def kept(page: Page, service: ScriptedService) -> list[tuple[int, int, str, str]]:
    """What the server has, once it has said that it does."""
    page.wait_for_function(f"['Saved', 'Taken back'].includes({SAVED})")
    page.evaluate(f"{SAVED} = ''")
    return [(one.turn, one.citation, one.verdict, one.note) for one in service.conversations.feedback.of("", page.url.rsplit("/", 1)[1])]


def note_of(page: Page) -> Locator:
    """The first question's field."""
    return page.get_by_label("What should it have said?").first


def pressed(page: Page, *verdicts: str) -> None:
    found = page.locator(".turn .judge [aria-pressed=true]")
    expect(found).to_have_count(len(verdicts))
    assert found.evaluate_all("all => all.map((one) => one.dataset.verdict)") == list(verdicts)


@SIZES
def test_an_answer_is_good_or_bad_with_a_note_and_it_can_be_taken_back(
    opened: Opener, service: ScriptedService, size: dict[str, int]
) -> None:
    page = opened("/", size)
    ask(page, "How much?")
    pressed(page)
    page.get_by_role("button", name="Good answer").click()
    assert kept(page, service) == [(1, 0, "good", "")]
    pressed(page, "good")
    expect(page.locator(".tools .note")).not_to_be_visible()
    page.get_by_role("button", name="Bad answer").click()
    assert kept(page, service) == [(1, 0, "bad", "")]
    expect(note_of(page)).to_be_focused()
    page.keyboard.type("22 crowns & <b>no</b> more")
    page.keyboard.press("Enter")
    expect(page.locator(".tools .saved")).to_have_text("Saved")
    assert kept(page, service) == [(1, 0, "bad", "22 crowns & <b>no</b> more")]
    page.reload()
    pressed(page, "bad")
    expect(note_of(page)).to_have_value("22 crowns & <b>no</b> more")
    ask(page, "And then?")
    pressed(page, "bad")
    note_of(page).fill("25 crowns")
    page.locator(".tools .note").first.get_by_role("button", name="Send").click()
    assert kept(page, service) == [(1, 0, "bad", "25 crowns")]
    page.get_by_role("button", name="Bad answer").first.click()
    assert kept(page, service) == []
    pressed(page)
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    pressed(page)


@SIZES
def test_of_silence_it_is_said_that_it_should_have_answered(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    service.script = abstains
    page = opened("/", size)
    ask(page, "Who won?", "abstained")
    expect(page.get_by_role("button", name="Bad answer")).to_have_count(0)
    page.get_by_role("button", name="It should have answered").click()
    assert kept(page, service) == [(1, 0, "should-have-answered", "")]
    field = note_of(page).bounding_box()
    composer = page.locator("#ask").bounding_box()
    assert field and composer and field["y"] + field["height"] <= composer["y"], "the question box does not stand over it"
    page.get_by_role("button", name="Right to say nothing").click()
    assert kept(page, service) == [(1, 0, "good", "")]


@SIZES
def test_a_citation_is_wrong_and_only_that_one(opened: Opener, service: ScriptedService, size: dict[str, int]) -> None:
    page = opened("/", size)
    ask(page, "How much?")
    ask(page, "And then?")
    page.click(".turn:last-of-type .answer [data-cite$='.2']")
    expect(page.locator("#panel mark.at")).to_have_text(RISE.quote)
    wrong = page.get_by_role("button", name="This citation is wrong")
    wrong.click()
    assert kept(page, service) == [(2, 2, "wrong-citation", "")]
    page.get_by_label("What is wrong with it?").fill("It is about buses.")
    page.keyboard.press("Enter")
    assert kept(page, service) == [(2, 2, "wrong-citation", "It is about buses.")]
    page.click("#panel [data-act=prev]")
    expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
    expect(wrong).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_label("What is wrong with it?")).not_to_be_visible()
    page.click("#panel [data-act=next]")
    expect(wrong).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("What is wrong with it?")).to_have_value("It is about buses.")
    pressed(page)
    wrong.click()
    assert kept(page, service) == []


def test_a_note_that_is_being_written_stays_while_another_answer_comes(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    ask(page, "How much?")
    service.script = service.one_by_one
    page.fill("#ask textarea", "And then?")
    page.press("#ask textarea", "Enter")
    expect(page.locator(".turn")).to_have_count(2)
    page.get_by_role("button", name="Bad answer").first.click()
    page.keyboard.type("22 crow")
    for count in (1, 2):
        service.gate.release()
        expect(page.locator(".turn:last-of-type .answer .s")).to_have_count(count)
    page.keyboard.type("ns")
    service.gate.release()
    expect(page.locator(".turn").last).to_have_attribute("data-state", "answered")
    expect(note_of(page)).to_be_focused()
    expect(note_of(page)).to_have_value("22 crowns")
    pressed(page, "bad")


def test_what_could_not_be_saved_is_not_shown_as_if_it_were(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    ask(page, "How much?")
    service.conversations.delete("", page.url.rsplit("/", 1)[1])
    page.get_by_role("button", name="Good answer").click()
    expect(page.locator("#say")).to_have_text("It could not be saved.")
    pressed(page)


def test_nearest_passages_and_answers_that_are_not_kept_are_not_judged(opened: Opener, service: ScriptedService, tmp_path: Path) -> None:
    service.script = abstains
    page = opened()
    ask(page, "Who won?", "abstained")
    page.click(".sources .cite >> nth=0")
    expect(page.locator("#panel .verdict")).to_have_text("Nearest passage, not an answer")
    expect(page.get_by_role("button", name="This citation is wrong")).not_to_be_visible()
    with serving(mount_page(with_policy(FastAPI()), ScriptedService(tmp_path / "home", kept=False))) as base:
        page = opened(base=base)
        ask(page, "How much?")
        expect(page.locator(".turn .judge")).to_have_count(0)
        page.click(".answer .cite >> nth=0")
        expect(page.locator("#panel mark.at")).to_have_text(PRICE.quote)
        expect(page.get_by_role("button", name="This citation is wrong")).not_to_be_visible()
        page.context.close()


def test_another_conversation_does_not_show_what_was_said_of_the_first(opened: Opener, service: ScriptedService) -> None:
    page = opened()
    ask(page, "How much?")
    page.get_by_role("button", name="Good answer").click()
    assert kept(page, service) == [(1, 0, "good", "")]
    page.click("#rail [data-act=new]")
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "Who runs the harbour?")
    pressed(page)
    page.go_back()
    page.go_back()
    expect(page.locator(".turn h2")).to_have_text("How much?")
    pressed(page, "good")
