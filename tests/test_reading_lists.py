"""Feeds and sitemaps as bytes: whatever they hold, links and problems come out, and nobody speaks for another site."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.fetching import Fetched
from app.reading import File, Known, Link, Problem
from app.reading.dispatch import read_file
from app.sources.kinds import ending_of_body
from tests.crawls import STORY

SITE = "https://courier.example"
LONG = f"{STORY} {STORY}"


def read(folder: Path, body: str | bytes, ending: str = ".feed", charset: str = "") -> tuple[list[Link], list[Problem]]:
    path = folder / "body"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    found = list(read_file(File(path, ending, f"{SITE}/list", Known(charset=charset))))
    return [item for item in found if isinstance(item, Link)], [item for item in found if isinstance(item, Problem)]


def rss(entries: str, channel: str = "<title>Velm Courier</title>", before: str = "") -> str:
    return f'<?xml version="1.0"?>{before}<rss version="2.0"><channel>{channel}{entries}</channel></rss>'


def item(inner: str) -> str:
    return f"<item><link>{SITE}/mill</link><title>The mill</title>{inner}</item>"


def described(text: str) -> str:
    return f"<description><![CDATA[{text}]]></description>"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (f"<p>{LONG}</p><p>{LONG}</p><p>{LONG}</p>", True),
        (f"<p>{LONG}</p><p>{LONG}</p><p>{LONG} …</p>", False),
        (f"<p>{LONG}</p><p>{LONG}</p><p>{LONG}</p><p><a href='/mill'>Read more »</a></p>", False),
        (f"<p>{STORY}</p>", False),
        ("", False),
    ],
)
def test_an_entry_is_an_article_only_if_it_holds_the_whole_text(tmp_path: Path, text: str, whole: bool) -> None:
    (link,), problems = read(tmp_path, rss(item(described(text))))
    assert not problems and (link.article is not None) is whole
    assert link.address == f"{SITE}/mill" and link.known.title == "The mill" and link.known.source == "Velm Courier"


def test_an_entry_without_a_page_is_what_it_says(tmp_path: Path) -> None:
    (link,), _ = read(tmp_path, rss(f"<item><title>Note</title><guid isPermaLink='false'>n1</guid>{described(STORY)}</item>"))
    assert link.article is not None and link.article.text == STORY and link.article.url is None and link.key == "n1"


@pytest.mark.parametrize(
    ("address", "elsewhere"),
    [
        ("/2026/mill", False),
        ("https://www.courier.example/mill", False),
        ("https://news.courier.example/mill", False),
        ("https://home.example/mill", False),
        ("https://gazette.example/mill", True),
        ("https://courier.example.gazette.example/mill", True),
        ("https://notcourier.example/mill", True),
    ],
)
def test_an_entry_that_leads_away_from_the_feeds_site_and_its_home_is_told_apart(tmp_path: Path, address: str, elsewhere: bool) -> None:
    channel = "<title>Velm Courier</title><link>https://home.example/</link>"
    (link,), _ = read(tmp_path, rss(f"<item><title>a</title><link>{address}</link></item>", channel))
    assert link.elsewhere is elsewhere


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "https://[", "mailto:a@b.example"])
def test_a_link_that_is_no_web_address_is_none(tmp_path: Path, address: str) -> None:
    (link,), _ = read(tmp_path, rss(f"<item><title>a</title><link>{address}</link>{described(STORY)}</item>"))
    assert link.address == "" and link.article is not None and link.article.url is None


def test_entries_that_share_one_id_are_told_apart_and_an_edit_is_another_version(tmp_path: Path) -> None:
    one, two = (f"<item><guid>same</guid><title>{title}</title><link>{SITE}/{title}</link></item>" for title in ("a", "b"))
    first, _ = read(tmp_path, rss(one + two))
    assert len({link.key for link in first}) == 2
    again, _ = read(tmp_path, rss(one + two))
    assert again == first
    edited, _ = read(tmp_path, rss(one.replace("<title>a", "<title>A")))
    assert edited[0].key == first[0].key and edited[0].version != first[0].version


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("<pubDate>Wed, 07 Jan 2026 08:30:00 +0100</pubDate>", "Wed, 07 Jan 2026 08:30:00 +0100"),
        ("<pubDate>2026-01-07</pubDate>", "2026-01-07"),
        ("<pubDate>Wed, 07 Jan 2026 08:30:00 EST</pubDate>", "Wed, 07 Jan 2026 08:30:00 EST"),
        ("<pubDate>once upon a time</pubDate>", ""),
        ("", ""),
    ],
)
def test_the_day_of_an_entry_is_kept_as_it_is_written(tmp_path: Path, written: str, published: str) -> None:
    (link,), _ = read(tmp_path, rss(item(written)))
    assert link.known.published == published


def test_entities_name_no_files_and_do_not_grow(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    entities = f'<!DOCTYPE x [<!ENTITY a0 "{"ha" * 50}">{levels}<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    began = time.monotonic()
    links, _ = read(tmp_path, rss("<item><title>&a8; &f;</title></item>", before=entities))
    pages = f'<?xml version="1.0"?>{entities}<urlset><url><loc>{SITE}/&f;</loc><title>&a8;</title></url></urlset>'
    mapped, _ = read(tmp_path, pages, ".sitemap")
    assert time.monotonic() - began < 8
    assert "the secret" not in repr(links) + repr(mapped) and len(repr(links) + repr(mapped)) < 10_000


def sitemap(*inner: str, root: str = "urlset") -> str:
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(inner)}</{root}>'


def test_the_pages_of_a_sitemap_with_pictures_have_their_own_addresses(tmp_path: Path) -> None:
    image = '<i:image xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><i:loc>https://courier.example/a.png</i:loc></i:image>'
    links, problems = read(tmp_path, sitemap(f"<url><loc>\n {SITE}/a </loc>{image}<lastmod>2026-01-07</lastmod></url>"), ".sitemap")
    assert not problems
    assert [(link.address, link.version, link.newest, link.is_list) for link in links] == [
        (f"{SITE}/a", "2026-01-07", "2026-01-07T00:00:00+00:00", False)
    ]


def test_a_broken_sitemap_gives_the_pages_before_the_break(tmp_path: Path) -> None:
    body = sitemap(*(f"<url><loc>{SITE}/{n}</loc></url>" for n in range(50)))[:-300]
    links, problems = read(tmp_path, body, ".sitemap")
    assert 0 < len(links) < 50 and [problem.fatal for problem in problems] == [True]


def test_a_sitemap_of_too_many_pages_or_that_is_a_bomb_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.reading.sitemap.LINKS_LIMIT", 500)
    many = sitemap(*(f"<url><loc>{SITE}/{n}</loc></url>" for n in range(502)))
    links, problems = read(tmp_path, many, ".sitemap")
    assert len(links) == 500 and "more than 500 pages" in problems[0].message
    links, problems = read(tmp_path, gzip.compress(b"<urlset>" + b" " * 70_000_000), ".sitemap.gz")
    assert not links and [problem.fatal for problem in problems] == [True]


@pytest.mark.parametrize(
    ("ending", "body"), [(".feed", "<html><p>No feed.</p></html>"), (".sitemap", "<html/>"), (".feed", ""), (".sitemap", "")]
)
def test_what_is_neither_is_told_in_one_line(tmp_path: Path, ending: str, body: str) -> None:
    links, problems = read(tmp_path, body, ending)
    assert not links and [problem.fatal for problem in problems] == [True] and problems[0].path == f"{SITE}/list"


PIECES = st.sampled_from(
    b"<?xml version='1.0' encoding='utf-16'?>|<rss version='2.0'>|<channel>|<item>|</item>|<link>|</link>|https://courier.example/a|<title>"
    b"|</title>|<description>|<![CDATA[|]]>|<p>|<guid>|<pubDate>|Wed, 07 Jan 2026|<feed xmlns='http://www.w3.org/2005/Atom'>|<entry>|<id>"
    b"|<content type='xhtml'>|<urlset>|<url>|</url>|<loc>|</loc>|<lastmod>|</urlset>|<sitemapindex>|<sitemap>|</sitemap>|&amp;|&x;|&#0;"
    b"|<!DOCTYPE x [<!ENTITY x 'y'>]>|\x00|\xff\xfe|\xef\xbb\xbf|http://[|words |<author>|a@b (c)|<source url='x'>|<enclosure/>".split(b"|")
)


@settings(max_examples=200)
@given(
    st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(b"".join)),
    st.sampled_from([".feed", ".sitemap", ".sitemap.gz"]),
    st.sampled_from(["", "utf-16", "utf7", "nonsense"]),
)
@example(b"<rss><channel><item><link>http://[</link></item></channel></rss>", ".feed", "")
def test_any_bytes_give_links_and_problems(tmp_path_factory: pytest.TempPathFactory, body: bytes, ending: str, charset: str) -> None:
    links, problems = read(tmp_path_factory.getbasetemp(), body, ending, charset)
    assert links or problems
    assert all(problem.message and "\n" not in problem.message + problem.path for problem in problems)
    assert all(link.address.startswith(("http://", "https://", "")) and len(link.key) <= 4_000 for link in links)


@pytest.mark.parametrize(
    ("body", "kind", "path", "ending"),
    [
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made\nby > x --><rss version="2.0">', "text/html", "/rss", ".feed"),
        ('<?xml version="1.0"?><feed>'.encode("utf-16"), "application/xml", "/", ".feed"),
        (b"<rdf:RDF xmlns:rdf='x'>", "text/xml", "/index.rdf", ".feed"),
        (b"<?xml version='1.0'?><?xml-stylesheet href='x'?><sitemapindex>", "text/plain", "/s.xml", ".sitemap"),
        (gzip.compress(b"<urlset>", mtime=0), "application/octet-stream", "/sitemap.xml.gz", ".sitemap.gz"),
        (gzip.compress(b"WARC/1.0", mtime=0), "application/octet-stream", "/crawl.warc.gz", ".warc.gz"),
        (b"<!DOCTYPE html><html><rss>", "application/rss+xml", "/", ".html"),
        (b"%PDF-1.4", "text/html", "/report", ".pdf"),
        (b"# The mill", "text/plain", "/mill.md", ".md"),
        (b"The mill", "text/plain", "/mill", ".txt"),
        (b"From: a", "application/octet-stream", "/letter.eml", ".html"),
        (b"{}", "application/json", "/a", ".json"),
        (b"", "", "/", ".html"),
    ],
)
def test_what_was_fetched_is_known_by_its_bytes_first(body: bytes, kind: str, path: str, ending: str) -> None:
    assert ending_of_body(Fetched("", f"{SITE}{path}", "fresh", body, kind)) == ending


@settings(max_examples=200, deadline=200)
@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(b"".join)))
@example(b"<!-- " * 800)
@example(b"<!doctype [" * 370)
@example(b"<?xml" * 800)
def test_any_bytes_are_of_some_kind_at_once(body: bytes) -> None:
    assert ending_of_body(Fetched("", SITE, "fresh", body)).startswith(".")
