"""Addresses given to `ingest.py`: alone, beside a running `serve`, and killed on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.commands.ingest import main as ingest_main
from app.sources.items import Mark, Unchanged
from tests.crawls import STORY, Crawl, page
from tests.news_site import NewsSite, news_site
from tests.processes import until
from tests.quick import use_quick
from tests.samples import made_article, opened
from tests.test_api import guarded, running
from tests.test_archive import client_of
from tests.test_sources import LOOPBACK, XML, entry, loc, rss, sitemap

ROOT = Path(__file__).parents[1]


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with news_site() as site:
        yield site


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the commands of this test."""
    use_quick(monkeypatch, home=tmp_path / "home", fetch_private=1, fetch_pause=0, read_seconds=120)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def ingested(capsys: pytest.CaptureFixture[str], *places: str) -> tuple[int, dict[str, Any]]:
    """(exit status, the report)"""
    status = ingest_main([*places, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_a_page_a_feed_and_a_file_are_ingested_by_one_command(
    site: NewsSite, environment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("date 2025-02-03 The ferry sailed on Monday.")
    places = [site.put("/mill", page()), site.put("/rss", rss(entry("{SITE}/weir"))), str(tmp_path / "a.txt")]
    site.put("/weir", page("The weir", STORY.replace("mill", "weir")))
    status, report = ingested(capsys, *places)
    assert (status, report["added"], report["failed"]) == (0, 3, [])
    status, report = ingested(capsys, *places)
    assert (status, report["added"], report["unchanged"]) == (0, 0, 3)
    status, report = ingested(capsys, f"{site.address}/none")
    assert status == 2 and "gone (404)" in report["failed"][0]["error"]


def test_beside_a_running_serve_the_server_fetches(site: NewsSite, tmp_path: Path) -> None:
    address = site.put("/mill", page())
    with opened(tmp_path / "home", **LOOPBACK) as service, running(guarded(service)) as server, client_of(server) as client:
        assert client.ingest([address]).added == 1
        assert client.ingest([address]).unchanged == 1
        found = client.find(address)
        assert found is not None and found.text == STORY


def test_what_a_source_remembers_is_written_after_its_articles_never_before(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        articles = [made_article(f"The mill of {name} reopened.", name=name) for name in ("a", "b")]
        stored: list[int] = []
        mark = Mark(lambda: stored.append(len(service.stores.catalog.article_rows())))
        report = service._pipeline.bring([articles[0], mark, articles[1], mark, Unchanged(3)])
        assert stored == [2, 2] and (report.added, report.unchanged, report.read) == (2, 3, 5)
        with pytest.raises(RuntimeError):
            service._pipeline.bring(item for item in [mark, Mark(_fail)])
        assert len(stored) == 3


def _fail() -> None:
    raise RuntimeError


def test_after_a_kill_the_same_command_goes_on_and_nothing_is_lost_or_doubled(
    site: NewsSite, environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = 8
    for number in range(count):
        site.put(f"/{number}", page(f"Mill {number}", STORY.replace("Velm", f"Velm{number}")))
    address = site.put("/sitemap.xml", sitemap(*(loc(f"/{number}") for number in range(count))), XML)
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "ingest.py"), address], env=os.environ | {"DATELINE_FETCH_PAUSE": "0.5"}, stdout=quiet
    )
    until(lambda: len(site.asked) >= 4, 120)
    process.kill()
    process.wait()
    _, report = ingested(capsys, address)
    assert report["failed"] == []
    with opened(environment) as service:
        titles = [article.title for article in service.stores.catalog.articles(service.stores.catalog.article_rows()).values()]
        assert sorted(titles) == [f"Mill {number}" for number in range(count)]
        assert service.ingest([address], embed=False).failed == []


def test_the_second_in_which_a_crawler_saw_a_page_is_kept(tmp_path: Path) -> None:
    crawl = Crawl()
    crawl.add("https://courier.example/mill", page(), seen="2026-02-03T04:05:06Z")
    with opened(tmp_path / "home") as service:
        service.ingest([crawl.write(tmp_path / "crawl.warc")], embed=False)
        article = service.find("https://courier.example/mill")
        assert article is not None and service.stores.catalog.seen(article.id) == 1_770_091_506
