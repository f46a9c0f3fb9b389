"""axe-core finds nothing in any state of the page, at two widths and in both themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.axe import violations
from tests.page_browser import PHONE, WIDE, Opener
from tests.page_scripts import ScriptedService
from tests.page_walks import Walk, before_the_first_question, one_answer, other_endings
from tests.page_walks_archive import the_archive
from tests.page_walks_beside import conversations, evidence_by_date, judged, without_its_server

pytest_plugins = ["tests.page_browser"]
WALKS = (before_the_first_question, one_answer, other_endings, conversations, judged, evidence_by_date, the_archive, without_its_server)
NARROWEST = {"width": 320, "height": 844}


def sideways(page: Page, state: str) -> list[str]:
    """What scrolls sideways on the narrowest screens."""
    page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")  # the page has heard of it
    return [f"{state}: {width} px wide on a screen of 320"] if width > NARROWEST["width"] else []


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_state_of_the_page_has_a_fault(opened: Opener, service: ScriptedService, size: dict[str, int], walk: Walk) -> None:
    page, found = opened("/", size, reduced_motion="reduce"), []
    for state in walk(page, service):
        found += violations(page, state)
        if size is PHONE:
            found += sideways(page, state)
    assert not found, "\n\n".join(found)


def test_a_fault_would_be_seen_in_the_theme_that_has_it(opened: Opener, service: ScriptedService) -> None:
    page = opened("/", reduced_motion="reduce")
    page.evaluate("document.querySelector('#ask textarea').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('#ask textarea').removeAttribute('placeholder')")
    assert {one.split(" (")[0] for one in violations(page, "spoilt")} == {"spoilt, dark: label"}
    for theme, ink in (("dark", "#333"), ("light", "#ddd")):
        spoilt = page.add_style_tag(content=f":root[data-theme='{theme}'] {{ --ink3: {ink}; }}")
        assert {one.split(" (")[0] for one in violations(page, "spoilt")} == {"spoilt, dark: label", f"spoilt, {theme}: color-contrast"}
        spoilt.evaluate("style => style.remove()")
