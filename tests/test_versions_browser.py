"""The panel of an answer as of a day, in a real browser over a real service: the version that was quoted, and how it differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from app.web.page import mount_page
from tests.page_browser import PHONE, WIDE, Opener, serving, with_policy
from tests.samples import opened as opened_home
from tests.test_versions import VOTE, changed_mill

pytest_plugins = ["tests.page_browser"]


@pytest.fixture(scope="module")
def page_of_mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("versions")
    changed_mill(folder / "home", folder)
    with opened_home(folder / "home", abstain_below=0.01) as service, serving(mount_page(with_policy(FastAPI()), service)) as address:
        yield address


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_number_as_of_a_day_opens_what_the_article_said_then(
    opened: Opener, page_of_mill: str, tmp_path: Path, size: dict[str, int]
) -> None:
    page = opened(f"/?as_of=2026-02-01&q={VOTE.replace(' ', '+')}", size, base=page_of_mill)
    expect(page.locator(".turn")).to_have_attribute("data-state", "answered")
    expect(page.locator(".answer .revision")).to_have_text("[said until 3 Mar 2026, when it was corrected]")
    page.click(".answer .cite >> nth=0")
    expect(page.locator("#panel mark.at")).to_contain_text("voted 14 to 9")
    expect(page.locator("#panel .until")).to_have_text("This is what the article said until 3 March 2026.")
    expect(page.locator("#panel .changed")).to_be_hidden()
    page.click("#panel .former summary")
    expect(page.locator("#panel .former li").first).to_contain_text("voted 1412 to 911 on Tuesday")
    expect(page.locator("#panel .former del")).to_have_text(["14", "9"])
    page.screenshot(path=str(tmp_path / "panel.png"))
