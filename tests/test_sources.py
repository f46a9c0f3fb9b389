"""Pages, feeds and sitemaps of a real site: what is new comes in, and a second run asks for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.service import Service
from tests.crawls import STORY, page
from tests.news_site import NewsSite, news_site
from tests.samples import opened
from tests.watchers import LOOPBACK

RSS = "application/rss+xml"
XML = "application/xml"
BRIDGE = STORY.replace("mill", "bridge").replace("Velm", "Torrin")


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with news_site() as site:
        yield site


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all: every site has addresses of its own, and the process that reads is slow to start."""
    with opened(tmp_path_factory.mktemp("sources") / "home", **LOOPBACK) as service:
        yield service


@pytest.fixture
def service(archive: Service) -> Service:
    archive._web.close()  # else a site that failed in another test is left to rest
    return archive


def counts(report: Any) -> tuple[int, int, int]:
    """(added, updated, unchanged), of a report in which nothing failed."""
    assert report.failed == [], report.failed
    return report.added, report.updated, report.unchanged


def entry(link: str, title: str = "The mill", content: str = "") -> str:
    whole = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{link}</guid>"
        f"<pubDate>Wed, 07 Jan 2026 08:30:00 +0100</pubDate><description>Short.</description>{whole}</item>"
    )


def rss(*entries: str, home: str = "{SITE}/") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Velm Courier</title><link>{home}</link><language>en-gb</language>{''.join(entries)}</channel></rss>"
    )


def sitemap(*urls: str, kind: str = "urlset", one: str = "url") -> str:
    inner = "".join(f"<{one}>{url}</{one}>" for url in urls)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!-- made by a generator -->'
        f'<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{inner}</{kind}>'
    )


def loc(path: str, lastmod: str = "") -> str:
    return f"<loc>{{SITE}}{path}</loc>" + (f"<lastmod>{lastmod}</lastmod>" if lastmod else "")


# Pages


def test_a_page_is_an_article_at_its_own_address(site: NewsSite, service: Service) -> None:
    canonical = '<link rel="canonical" href="/2026/mill">'
    address = site.put("/mill?utm_source=x", page(head=canonical))
    assert counts(service.ingest([address], embed=False)) == (1, 0, 0)
    article = service.find(f"{site.address}/2026/mill")
    assert article is not None and article.text == STORY and article.path is None
    assert (str(article.published), article.source) == ("2026-01-07", "127.0.0.1")


def test_a_page_that_has_not_changed_is_not_sent_again(site: NewsSite, service: Service) -> None:
    address = site.put("/mill", page())
    assert counts(service.ingest([address], embed=False)) == (1, 0, 0)
    assert counts(service.ingest([address], embed=False)) == (0, 0, 1)
    site.put("/mill", page(story=STORY.replace("3.2", "4")))
    assert counts(service.ingest([address], embed=False)) == (0, 1, 0)
    assert site.take_asked() == ["/mill", "*/mill", "/mill"]


def test_a_page_whose_article_was_removed_comes_back_when_it_is_named_again(site: NewsSite, service: Service) -> None:
    address = site.put("/mill", page())
    service.ingest([address], embed=False)
    service.remove([address])
    assert counts(service.ingest([address], embed=False)) == (1, 0, 0)


def test_pages_and_files_come_together_and_what_cannot_be_had_is_one_line(site: NewsSite, service: Service, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("date 2025-02-03 The ferry sailed on Monday.")
    good, gone, failing = (
        site.put("/mill", page()),
        f"{site.address}/gone",
        site.put("/busy", "", status=503).replace("127.0.0.1", "localhost"),
    )
    empty = site.put("/empty", "<html><body></body></html>")
    report = service.ingest([tmp_path / "a.txt", gone, failing, good, empty, "ftp://news.example/x", "http://"], embed=False)
    assert report.added == report.read == 2
    lines = {failed.path: failed.error for failed in report.failed}
    assert set(lines) == {gone, failing, empty, "ftp://news.example/x", "http://"}
    assert "gone (404)" in lines[gone] and "503" in lines[failing] and "no article" in lines[empty]
    assert all("\n" not in line and "Traceback" not in line for line in lines.values())


def test_files_of_other_kinds_are_read_as_what_they_are(site: NewsSite, service: Service) -> None:
    records = '{"id": 1, "title": "A", "text": "The ferry sailed."}\n{"id": 2, "title": "B", "text": "The mill burned."}\n'
    markdown = site.put("/story.md", "---\npublished: 2026-01-07\n---\n# The ferry\n\nThe ferry did not sail on Friday.", "text/plain")
    assert counts(service.ingest([site.put("/all.jsonl", records, "application/x-ndjson"), markdown], embed=False)) == (3, 0, 0)
    article = service.find(markdown)
    assert article is not None and article.title == "The ferry" and str(article.published) == "2026-01-07"


def test_after_a_redirect_the_page_has_the_address_that_answered(site: NewsSite, service: Service) -> None:
    site.put("/new", page())
    old = site.put("/old", "", status=301, location="/new")
    assert counts(service.ingest([old], embed=False)) == (1, 0, 0)
    assert service.find(f"{site.address}/new") is not None and service.find(old) is None


def test_nothing_that_was_fetched_stays_in_a_file(site: NewsSite, service: Service, tmp_path: Path) -> None:
    service.ingest([site.put("/mill", page())], embed=False)
    assert list((service.settings.home / "fetched").iterdir()) == []
    left = tmp_path / "home" / "fetched" / "body-of-a-killed-process"
    left.parent.mkdir(parents=True)
    left.touch()
    with opened(tmp_path / "home"):
        assert not left.exists()


def test_addresses_of_private_networks_are_refused_unless_they_are_allowed(site: NewsSite, tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        report = service.ingest([site.put("/mill", page())], embed=False)
    assert [failed.path for failed in report.failed] == [f"{site.address}/mill"] and "DATELINE_FETCH_PRIVATE=1" in report.failed[0].error
    assert site.asked == []


# Feeds


def test_the_entries_of_a_feed_are_articles_from_their_text_or_their_page(site: NewsSite, service: Service) -> None:
    content = f"<p style='display:none'>Unseen</p><p>{STORY}</p><p>{BRIDGE}</p>"
    site.put("/bridge", page("The bridge", BRIDGE, day=""))
    feed = site.put("/rss", rss(entry("/mill", "Mill &amp;amp; fire", content), entry("{SITE}/bridge", "Bridge")), RSS)
    assert counts(service.ingest([feed], embed=False)) == (2, 0, 0)
    assert site.take_asked() == ["/rss", "/bridge"], "the whole text was in the feed"
    mill, bridge = service.find(f"{site.address}/mill"), service.find(f"{site.address}/bridge")
    assert mill is not None and mill.text == f"{STORY}\n\n{BRIDGE}"
    assert (mill.title, mill.source, str(mill.published)) == ("Mill & fire", "Velm Courier", "2026-01-07T08:30:00+01:00")
    assert bridge is not None and bridge.text == BRIDGE
    assert str(bridge.published) == "2026-01-07T08:30:00+01:00", "the page is silent of its day, the feed is not"


def test_a_second_run_asks_whether_the_feed_has_changed_and_reads_only_what_is_new(site: NewsSite, service: Service) -> None:
    for name in ("a", "b", "c"):
        site.put(f"/{name}", page(name, STORY.replace("mill", name)))
    feed = site.put("/rss", rss(entry("{SITE}/a"), entry("{SITE}/b")), RSS)
    assert counts(service.ingest([feed], embed=False)) == (2, 0, 0)
    assert counts(service.ingest([feed], embed=False)) == (0, 0, 2)
    site.put("/b", page("b", STORY.replace("mill", "weir")))
    site.put("/rss", rss(entry("{SITE}/c"), entry("{SITE}/b", "The weir"), entry("{SITE}/a")), RSS)
    site.take_asked()
    assert counts(service.ingest([feed], embed=False)) == (1, 1, 1)
    assert site.take_asked() == ["/rss", "/b", "/c"]


def test_an_entry_whose_page_is_not_to_be_had_now_is_asked_for_again(site: NewsSite, service: Service) -> None:
    site.put("/a", page())
    site.put("/b", "", status=500)
    feed = site.put("/rss", rss(entry("{SITE}/a"), entry("{SITE}/b")), RSS)
    report = service.ingest([feed], embed=False)
    assert report.added == 1 and [failed.path for failed in report.failed] == [f"{site.address}/b"]
    site.put("/b", page("b", BRIDGE))
    service._web.close()  # which lets a site rest that fails
    assert counts(service.ingest([feed], embed=False)) == (1, 0, 1)
    assert counts(service.ingest([feed], embed=False)) == (0, 0, 2)


def test_an_entry_that_is_gone_is_told_once(site: NewsSite, service: Service) -> None:
    feed = site.put("/rss", rss(entry("{SITE}/gone")), RSS)
    assert [failed.path for failed in service.ingest([feed], embed=False).failed] == [f"{site.address}/gone"]
    assert service.ingest([feed], embed=False).failed == []


def test_pages_of_sites_that_nobody_named_are_fetched_only_where_that_is_set(site: NewsSite, service: Service, tmp_path: Path) -> None:
    with news_site() as other:
        away = other.put("/story", page()).replace("127.0.0.1", "localhost")
        feed = site.put("/rss", rss(entry(away)), RSS)
        report = service.ingest([feed], embed=False)
        assert report.added == 0 and "1 of its 1 entries lead to other sites" in report.failed[0].error
        assert other.asked == []
        with opened(tmp_path / "other", **LOOPBACK, fetch_elsewhere=True) as service:
            assert counts(service.ingest([feed], embed=False)) == (1, 0, 0)


def test_a_feed_cannot_put_its_words_in_the_place_of_another_sites_article(site: NewsSite, service: Service) -> None:
    with news_site() as other:
        story = other.put("/story", page()).replace("127.0.0.1", "localhost")
        service.ingest([story], embed=False)
        feed = site.put("/rss", rss(entry(story, "False", f"<p>{BRIDGE}</p><p>{BRIDGE}</p>"), home=story), RSS)
        assert counts(service.ingest([feed], embed=False)) == (1, 0, 0)
        assert sorted(stored.article.text[:20] for stored in service.stores.catalog.find(story)) == [BRIDGE[:20], STORY[:20]]


def test_atom_is_read_as_well(site: NewsSite, service: Service) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Velm &lt;b&gt;Courier&lt;/b&gt;</title><link href="{SITE}/"/>'
        '<entry><id>tag:courier.example,2026:1</id><title>The mill</title><link href="{SITE}/mill"/>'
        "<updated>2026-01-07T08:30:00Z</updated><author><name>Jane Doe</name></author>"
        f'<content type="html">&lt;p&gt;{STORY}&lt;/p&gt;&lt;p&gt;{BRIDGE}&lt;/p&gt;</content></entry>'
        "</feed>"
    )
    assert counts(service.ingest([site.put("/atom", atom, "application/atom+xml")], embed=False)) == (1, 0, 0)
    article = service.find(f"{site.address}/mill")
    assert article is not None and (article.source, article.authors) == ("Velm Courier", ("Jane Doe",))
    assert str(article.published) == "2026-01-07T08:30:00+00:00" and article.text == f"{STORY}\n\n{BRIDGE}"


# Sitemaps


def test_the_pages_of_a_news_sitemap_have_its_dates(site: NewsSite, service: Service) -> None:
    news = (
        "<news:news><news:publication><news:name>Velm Courier</news:name><news:language>en</news:language></news:publication>"
        "<news:publication_date>2026-01-07T08:30:00+01:00</news:publication_date><news:title>The mill</news:title></news:news>"
    )
    site.put("/mill", page(day=""))
    address = site.put("/news.xml", sitemap(loc("/mill") + news, "<loc>https://gazette.example/x</loc>"), XML)
    report = service.ingest([address], embed=False)
    assert counts(report) == (1, 0, 0)
    assert [warning.warning for warning in report.warnings] == ["1 of its 2 addresses are not pages of this site: left out."]
    article = service.find(f"{site.address}/mill")
    assert article is not None and (str(article.published), article.source) == ("2026-01-07T08:30:00+01:00", "Velm Courier")


def test_lastmod_is_no_day_of_publication_but_says_what_to_read_again(site: NewsSite, service: Service) -> None:
    for name in ("a", "b"):
        site.put(f"/{name}", page(name, STORY.replace("mill", name), day=""))
    address = site.put("/sitemap.xml", sitemap(loc("/a", "2026-01-07"), loc("/b", "2026-01-08")), XML)
    assert counts(service.ingest([address], embed=False)) == (2, 0, 0)
    article = service.find(f"{site.address}/a")
    assert article is not None and article.published is None
    site.put("/sitemap.xml", sitemap(loc("/a", "2026-01-09"), loc("/b", "2026-01-08")), XML)
    site.put("/a", page("a", BRIDGE))
    site.take_asked()
    assert counts(service.ingest([address], embed=False)) == (0, 1, 1)
    assert site.take_asked() == ["/sitemap.xml", "/a"]


def test_an_index_leads_to_packed_sitemaps_and_only_those_that_changed_are_asked_for(site: NewsSite, service: Service) -> None:
    import gzip

    for name in ("a", "b", "c"):
        site.put(f"/{name}", page(name, STORY.replace("mill", name)))
    one = sitemap(loc("/a"), loc("/b")).replace("{SITE}", site.address)
    site.put("/1.xml.gz", gzip.compress(one.encode()), "application/gzip")
    site.put("/2.xml", sitemap(loc("/c")), XML)
    index = [loc("/1.xml.gz", "2026-01-07"), loc("/2.xml", "2026-01-08")]
    address = site.put("/index.xml", sitemap(*index, kind="sitemapindex", one="sitemap"), XML)
    assert counts(service.ingest([address], embed=False)) == (3, 0, 0)
    assert site.take_asked() == ["/index.xml", "/2.xml", "/c", "/1.xml.gz", "/a", "/b"], "the newest first"
    site.put("/d", page("d", BRIDGE))
    site.put("/2.xml", sitemap(loc("/c"), loc("/d")), XML)
    site.put("/index.xml", sitemap(index[0], loc("/2.xml", "2026-01-09"), kind="sitemapindex", one="sitemap"), XML)
    assert counts(service.ingest([address], embed=False)) == (1, 0, 1)
    assert site.take_asked() == ["/index.xml", "/2.xml", "/d"]


def test_an_index_without_days_is_followed_by_asking_each_of_its_sitemaps(site: NewsSite, service: Service) -> None:
    site.put("/a", page())
    site.put("/1.xml", sitemap(loc("/a")), XML)
    address = site.put("/index.xml", sitemap(loc("/1.xml"), kind="sitemapindex", one="sitemap"), XML)
    assert counts(service.ingest([address], embed=False)) == (1, 0, 0)
    site.take_asked()
    site.put("/b", page("b", BRIDGE))
    site.put("/1.xml", sitemap(loc("/a"), loc("/b")), XML)
    assert counts(service.ingest([address], embed=False)) == (1, 0, 1)
    site.take_asked()
    assert counts(service.ingest([address], embed=False)) == (0, 0, 2)
    assert site.take_asked() == ["/index.xml", "*/1.xml"]


def test_a_long_sitemap_is_read_run_by_run_the_newest_first(site: NewsSite, tmp_path: Path) -> None:
    for number in range(1, 6):
        site.put(f"/{number}", page(str(number), STORY.replace("mill", f"mill {number}")))
    address = site.put("/sitemap.xml", sitemap(*(loc(f"/{number}", f"2026-01-0{number}") for number in range(1, 6))), XML)
    with opened(tmp_path / "home", **LOOPBACK, sitemap_pages=2) as service:
        report = service.ingest([address], embed=False)
        assert report.added == 2 and [warning.warning[:36] for warning in report.warnings] == ["3 of its 5 pages are left for the ne"]
        assert site.take_asked() == ["/sitemap.xml", "/5", "/4"]
        assert service.ingest([address], embed=False).added == 2
        assert service.ingest([address], embed=False).added == 1
        assert site.take_asked() == ["/sitemap.xml", "/3", "/2", "/sitemap.xml", "/1"]
        assert counts(service.ingest([address], embed=False)) == (0, 0, 5)
        assert site.take_asked() == ["*/sitemap.xml"]
