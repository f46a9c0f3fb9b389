"""Files dropped and chosen in Chromium, over a real home."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.service import Service
from tests import articles_site
from tests.articles_site import ALL, BOTH, DESK, files, mounted, state_of, total
from tests.page_browser import Opener, serving
from tests.samples import opened as opened_home
from tests.test_collection import STORY

pytest_plugins = ["tests.page_browser"]
home, site, story = articles_site.home, articles_site.site, articles_site.story


@BOTH
def test_files_are_added_each_with_what_became_of_it(opened: Opener, size: dict[str, int], story: Path, tmp_path: Path) -> None:
    picture, empty, large = tmp_path / "picture.png", tmp_path / "empty.txt", tmp_path / "large.txt"
    picture.write_bytes(b"\x89PNG")
    empty.write_bytes(b"")
    with large.open("wb") as file:
        file.truncate(20_000_001)
    page = opened("/articles", size)
    files(page, story, picture, empty, large)
    expect(page.locator("#adding .sum p")).to_have_text("4 of 4 files: 1 added, 3 failed.")
    expect(state_of(page, "fish market.txt")).to_have_attribute("data-state", "added")
    expect(state_of(page, "picture.png")).to_contain_text("Files with this ending are not read")
    expect(state_of(page, "empty.txt")).to_contain_text("It is empty.")
    expect(state_of(page, "large.txt")).to_contain_text("the page takes 19 MB")
    total(page, f"{len(ALL) + 1} articles")
    expect(page.locator("#row-0")).to_contain_text("Torrin opens a fish market")
    expect(page.locator("#rail .views .n")).to_have_text(str(len(ALL) + 1))
    page.set_input_files("#files", [story])
    expect(page.locator("#adding .sum p")).to_have_text("5 of 5 files: 1 added, 1 unchanged, 3 failed.")
    page.click("[data-do=clear]")
    expect(page.locator("#adding li")).to_have_count(0)


def test_a_folder_is_gone_through_as_ingest_would(opened: Opener, story: Path, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "story.txt").write_bytes(story.read_bytes())
    for name in ("README.md", "picture.png", ".hidden.txt"):
        (folder / name).write_bytes(b"Nothing of an article.")
    page = opened("/articles", DESK)
    page.click("[data-do=adding]")
    page.set_input_files("#folder", folder)
    expect(page.locator("#adding .sum p")).to_have_text("1 of 1 file: 1 added, 3 of other kinds passed over.")
    expect(page.locator("#adding li .name")).to_have_text("drop/inner/story.txt")


def test_what_is_dropped_on_the_page_is_added(opened: Opener, story: Path) -> None:
    page = opened("/articles", DESK)
    expect(page.locator("#adding")).not_to_be_visible()
    page.evaluate(
        """text => { const data = new DataTransfer();
        data.items.add(new File([text], "dropped.txt", { type: "text/plain" }));
        for (const type of ["dragenter", "dragover", "drop"])
          document.querySelector("#list").dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true })); }""",
        story.read_text(),
    )
    expect(state_of(page, "dropped.txt")).to_have_attribute("data-state", "added")
    total(page, f"{len(ALL) + 1} articles")


def test_another_writer_is_waited_for_with_its_reason_and_stop_leaves_nothing_half(
    opened: Opener, home: Service, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.collection.adding.WAIT_SECONDS", 0.1)
    more = []
    for n in range(5):
        more.append(tmp_path / f"more {n}.txt")
        more[-1].write_bytes(story.read_bytes().replace(b"eels", f"eels {n}".encode()))
    page = opened("/articles", DESK, forgive="503")
    with home._write_lock:
        files(page, story, *more)
        expect(state_of(page, "fish market.txt")).to_contain_text("Another command is writing articles")
        page.click("[data-do=stop]")
        expect(page.locator("#adding .sum p")).to_contain_text("6 stopped")
    total(page, f"{len(ALL)} articles")
    with home._write_lock:
        page.set_input_files("#files", [story])
        expect(state_of(page, "fish market.txt").last).to_contain_text("Another command is writing articles")
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.evaluate("setTimeout(() => location.reload())")
        page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(state_of(page, "fish market.txt").last).to_have_attribute("data-state", "added")
    total(page, f"{len(ALL) + 1} articles")


def test_an_empty_collection_offers_the_way_to_fill_it(opened: Opener, tmp_path: Path) -> None:
    first = tmp_path / "first.txt"
    first.write_bytes(STORY)
    with opened_home(tmp_path / "empty") as service, serving(mounted(service)) as base:
        page = opened("/", DESK, base=base)
        page.click("#welcome a.first")
        expect(page.locator("#adding .drop")).to_be_visible()
        expect(page.locator("#archive .note")).to_have_text("No articles yet: add some.")
        page.set_input_files("#files", [first])
        expect(page.locator("#row-0")).to_contain_text("Torrin opens a fish market")
        total(page, "1 article")
        page.evaluate("window.datelinePlace.go('/')")
        expect(page.locator("#welcome")).to_contain_text("1 article")
