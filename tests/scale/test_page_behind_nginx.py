"""A conversation in Chromium through nginx: answers come as they are written, one server keeps it, and the other takes over."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.page_browser import WIDE, ask
from tests.samples import RECORDS, write_records
from tests.scale.fleet import START_SECONDS, Fleet, waited

pytest_plugins = ["tests.page_browser"]

FIRST, SECOND = "How many engineers does Kaldia plan to send to the Orrin delta?", "Who reopens the old mill of Velm?"


def test_a_conversation_through_nginx_is_kept_by_one_replica_and_goes_on_at_the_other(
    fleet: Fleet, chromium: Browser, tmp_path: Path
) -> None:
    fleet.ingest(fleet.leader(), write_records(tmp_path / "all.jsonl", RECORDS))
    for name in ("replica1", "replica2"):
        waited(lambda name=name: fleet.health(name)["embedded"] and not fleet.health(name)["detail"], 120, f"{name} has all")  # type: ignore[misc]
    page = chromium.new_page(viewport=WIDE)  # type: ignore[arg-type]
    page.goto(fleet.at("entrance"))
    page.wait_for_selector("#welcome[data-ready]", state="attached")
    for question in (FIRST, SECOND):
        ask(page, question)
    expect(page.locator(".turn")).to_have_count(2)
    assert all(turn.get_attribute("data-state") == "answered" for turn in page.locator(".turn").all())
    page.reload()
    expect(page.locator(".turn h2")).to_have_text([FIRST, SECOND])
    page.locator(".turn .cite").first.click()
    expect(page.locator("#panel mark.at")).to_be_visible()

    kept = [name for name in ("replica1", "replica2") if (fleet.folder / name / "conversations.sqlite").exists()]
    asked_of = [name for name in kept if conversations(fleet, name)]
    assert len(asked_of) == 1, asked_of
    fleet.kill(asked_of[0])
    page.goto(fleet.at("entrance"))
    page.wait_for_selector("#welcome[data-ready]", state="attached")
    ask(page, FIRST)
    expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
    fleet.start(asked_of[0])
    waited(lambda: fleet.health(asked_of[0])["status"] == "ok", START_SECONDS, "it is back")
    page.context.close()


def conversations(fleet: Fleet, name: str) -> int:
    with closing(sqlite3.connect(f"file:{fleet.folder / name / 'conversations.sqlite'}?mode=ro", uri=True)) as file:
        return int(file.execute("SELECT COUNT(*) FROM conversations").fetchone()[0])
