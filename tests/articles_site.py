"""A home of three hundred articles behind the page, and what tests of the articles view do with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.answer import Filters
from app.service import Service
from app.web.api import make_api
from app.web.page import mount_page
from tests.page_browser import PHONE, serving, with_policy
from tests.samples import RECORDS, ingest_records
from tests.samples import opened as opened_home
from tests.test_collection import STORY

DESK = {"width": 1280, "height": 800}
BOTH = pytest.mark.parametrize("size", [DESK, PHONE], ids=["wide", "phone"])
HOSTILE = {
    "url": "https://made.example/hostile",
    "title": "<img src=x onerror='document.title=1'>${document.title=2}{{document.title=3}}",
    "source": "<b>Bold</b> Outlet",
    "published": "2024-01-02",
    "text": "A title that would be a script, were it not text. <script>document.title=4</script>",
}
MANY = [
    {
        "url": f"https://many.example/{n}",
        "title": f"Report {n} on the harbour works",
        "source": ("Harbour Post", "Quay Times")[n % 2],
        "published": f"2024-{1 + n // 28:02}-{1 + n % 28:02}",
        "text": f"The harbour works reached stage {n}. Cranes were moved on the day of report number {n}.",
    }
    for n in range(300)
]
ALL = [*RECORDS, *MANY, HOSTILE]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("articles")
    with opened_home(folder / "home") as service:
        ingest_records(service, folder, ALL)
        yield service


def mounted(service: Service) -> Any:
    return mount_page(with_policy(make_api(service, "token")), service)


@pytest.fixture(scope="module")
def site(home: Service) -> Iterator[tuple[str, Service]]:
    with serving(mounted(home)) as address:
        yield address, home


def rows(page: Page) -> list[str]:
    """The titles in sight, from above."""
    found = page.locator("#list .row:visible").evaluate_all("all => all.map(one => [one.at, one.children[0].textContent])")
    return [title for _, title in sorted(found)]


def total(page: Page, said: str) -> None:
    expect(page.locator("#archive .total")).to_have_text(said)


def files(page: Page, *paths: Path) -> None:
    page.click("[data-do=adding]")
    page.set_input_files("#files", list(paths))


def state_of(page: Page, name: str) -> Any:
    return page.locator("#adding li").filter(has_text=name)


@pytest.fixture
def story(tmp_path: Path, home: Service) -> Iterator[Path]:
    """A file whose article is not in the collection, and is not afterwards."""
    path = tmp_path / "fish market.txt"
    path.write_bytes(STORY)
    yield path
    for one in home.collection.listed(Filters(), "herring", "newest", 0, 100).articles:
        home.remove([one.id])
    home.catch_up()
