"""What articles said before, and how far feeds were followed, come back with a restored home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.backup.package import Package
from app.doctor.home import examine_home
from app.encoding.hashing import HashingEncoder
from tests.backups import restored, saved
from tests.crawls import STORY, page
from tests.news_site import NewsSite, news_site
from tests.samples import LOCK, MILL, CountingEncoder, opened
from tests.test_indexing import assert_whole
from tests.test_sources import LOOPBACK, RSS, entry, rss
from tests.test_versions import EDITED, OTHERS, changed_mill
from tests.test_versions_kept import FEBRUARY, mill_on

pytestmark = pytest.mark.catalog_file("`backup` and `restore`; PostgreSQL has its own (docs/scaling.md)")

AGAIN = STORY.replace("mill", "bridge")


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with news_site() as site:
        yield site


def test_former_versions_are_found_as_of_their_days_in_a_restored_home_and_nothing_is_embedded_again(tmp_path: Path) -> None:
    changed_mill(tmp_path / "home", tmp_path)
    with opened(tmp_path / "home") as service:
        service.remove([LOCK["url"]])
        before = [service.versions(record["url"]) for record in (MILL, LOCK)]
        assert [len(versions) for versions in before] == [2, 1]
    saved(tmp_path / "home", tmp_path / "a.zip")
    with Package(tmp_path / "a.zip") as package:
        made = package.manifest
        assert (made.articles, made.vectors, made.passages) == (len(OTHERS), len(OTHERS), len(OTHERS))

    restored(tmp_path / "a.zip", tmp_path / "new")
    encoder = CountingEncoder(HashingEncoder())
    with opened(tmp_path / "new", encoder=encoder) as service:
        service.catch_up()
        assert encoder.texts == []
        assert_whole(service)
        assert [finding for finding in examine_home(service.settings, service.stores) if finding.level != "ok"] == []
        assert [service.versions(record["url"]) for record in (MILL, LOCK)] == before
        assert (mill_on(service), mill_on(service, FEBRUARY)) == (EDITED["text"], MILL["text"])
        encoder.texts.clear()
        service.reindex()
        assert encoder.texts == []
        assert_whole(service)


def test_what_an_erased_article_said_is_in_no_backup(tmp_path: Path) -> None:
    changed_mill(tmp_path / "home", tmp_path)
    with opened(tmp_path / "home") as service:
        service.remove([MILL["url"]], erase=True)
    saved(tmp_path / "home", tmp_path / "a.zip")
    restored(tmp_path / "a.zip", tmp_path / "new")
    with opened(tmp_path / "new") as service:
        assert service.versions(MILL["url"]) == []
        assert service.stores.catalog.versions.searched() == (0, 0)


def test_a_restored_home_follows_a_feed_from_where_it_was_and_knows_what_a_page_said_before(site: NewsSite, tmp_path: Path) -> None:
    first = site.put("/mill", page())
    site.put("/council", page(title="The council meets"))
    feed = site.put("/feed", rss(entry("{SITE}/council", title="The council meets")), RSS)
    with opened(tmp_path / "home", **LOOPBACK) as service:
        assert service.ingest([feed, first]).failed == []
        site.put("/mill", page().replace(STORY, AGAIN))
        assert service.ingest([first]).updated == 1
        before = texts(service, first)
        assert len(before) == 2 and "bridge" in before[0] and "mill" in before[1]
    saved(tmp_path / "home", tmp_path / "a.zip")

    restored(tmp_path / "a.zip", tmp_path / "new")
    site.take_asked()
    with opened(tmp_path / "new", **LOOPBACK) as service:
        report = service.ingest([feed, first])
        assert (report.added, report.updated, report.unchanged, report.failed) == (0, 0, 2, [])
        assert site.take_asked() == ["*/feed", "*/mill"]
        assert texts(service, first) == before
        assert_whole(service)


def texts(service: Any, address: str) -> list[str]:
    return [one.text for one in service.versions(address)]
