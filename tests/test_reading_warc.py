"""The pages of a crawl: each with its own address, none in another's name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.article import Article, article_id
from app.reading import Problem, read_path
from tests.crawls import STORY, Crawl, packed, page
from tests.samples import opened

MILL = "https://courier.example/2026/mill"


def read(path: Path) -> tuple[list[Article], list[Problem]]:
    found = list(read_path(path))
    return [item for item in found if isinstance(item, Article)], [item for item in found if isinstance(item, Problem)]


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_the_pages_of_a_crawl_are_articles_with_their_addresses_and_the_second_they_were_seen(tmp_path: Path, name: str) -> None:
    crawl = Crawl(packed=name.endswith(".gz"))
    crawl.add("https://courier.example/robots.txt", "User-agent: *", kind="text/plain")
    crawl.add(MILL, page())
    crawl.add(f"{MILL}/picture", b"\x89PNG", kind="image/png")
    crawl.add(f"{MILL}/gone", page("Not found"), status="404 Not Found")
    crawl.add(f"{MILL}/old", "", status="301 Moved Permanently", http={"Location": MILL})
    crawl.add(f"{MILL}/same", page(), record="resource")
    articles, problems = read(crawl.write(tmp_path / name))
    assert not problems
    (article,) = articles
    assert (article.title, article.text, article.url, article.source) == ("Velm to reopen its mill", STORY, MILL, "courier.example")
    assert str(article.published) == "2026-01-07"
    assert article.seen == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC).timestamp()
    assert article.path == str(tmp_path.resolve() / name) and article.id == article_id(MILL, "")


def test_the_day_of_the_crawl_is_no_day_of_publication(tmp_path: Path) -> None:
    crawl = Crawl()
    crawl.add(MILL, page(day=""))
    articles, problems = read(crawl.write(tmp_path / "crawl.warc"))
    assert articles[0].published is None and articles[0].seen is not None
    assert [problem.fatal for problem in problems] == [False] and "has no date" in problems[0].message
    assert problems[0].path == f"{tmp_path.resolve()}/crawl.warc:{MILL}"


@pytest.mark.parametrize("seen", ["yesterday", "", "0001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_a_day_of_the_crawl_that_cannot_be_right_is_left_out(tmp_path: Path, seen: str) -> None:
    crawl = Crawl()
    crawl.add(MILL, page(), seen=seen)
    articles, _ = read(crawl.write(tmp_path / "crawl.warc"))
    assert articles[0].seen is None


@pytest.mark.parametrize(
    ("claimed", "address"),
    [
        ("https://www.courier.example/2026/mill-of-velm", "https://www.courier.example/2026/mill-of-velm"),
        ("/2026/mill-of-velm", "https://courier.example/2026/mill-of-velm"),
        ("https://gazette.example/orrin-offer", MILL),
        ("https://courier.example.evil.example/x", MILL),
        ("https://courier.example/", MILL),
        ("javascript:alert(1)", MILL),
        ("https://[", MILL),
    ],
)
def test_a_page_may_give_itself_another_address_of_its_own_site_alone(tmp_path: Path, claimed: str, address: str) -> None:
    crawl = Crawl()
    crawl.add(MILL, page(head=f'<link rel="canonical" href="{claimed}">'))
    articles, _ = read(crawl.write(tmp_path / "crawl.warc"))
    assert [article.url for article in articles] == [address]


def test_packed_pages_and_letters_of_other_encodings_are_read(tmp_path: Path) -> None:
    crawl = Crawl()
    crawl.add(MILL, packed(page()), http={"Content-Encoding": "gzip"})
    crawl.add(f"{MILL}/2", page(story=STORY.replace("Velm", "Gdańsk")).encode("iso-8859-2"), kind="text/html; charset=ISO-8859-2")
    crawl.add(f"{MILL}/3", b"\x00\x01", http={"Content-Encoding": "zstd"})
    articles, problems = read(crawl.write(tmp_path / "crawl.warc"))
    assert [article.text for article in articles] == [STORY, STORY.replace("Velm", "Gdańsk")]
    assert [problem.message for problem in problems] == ["This page is packed as “zstd”, which is not read. Known: gzip, deflate, br."]


def test_pages_without_an_article_are_one_line_and_no_failure(tmp_path: Path) -> None:
    crawl = Crawl()
    for number in range(2):
        crawl.add(f"https://courier.example/{number}", "<html><body><nav></nav></body></html>")
    crawl.add("https://courier.example/", page("Today"))
    path = crawl.write(tmp_path / "fronts.warc")
    articles, problems = read(path)
    assert not articles and [problem.fatal for problem in problems] == [True], "nothing came of the file"
    crawl.add(MILL, page())
    articles, problems = read(crawl.write(path))
    assert len(articles) == 1
    assert [(problem.message, problem.fatal) for problem in problems] == [
        ("3 of its 4 pages are front pages or hold no article's text: passed over.", False)
    ]


def test_a_page_that_was_cut_short_is_no_article(tmp_path: Path) -> None:
    crawl = Crawl()
    crawl.add(f"{MILL}/1", page())
    crawl.add(f"{MILL}/2", page(), WARC_Truncated="length")
    crawl.add(f"{MILL}/3", page())
    path = tmp_path / "cut.warc"
    path.write_bytes(crawl.data[:-400])
    articles, problems = read(path)
    assert [article.url for article in articles] == [f"{MILL}/1"]
    assert [problem.message for problem in problems] == [
        "The crawler cut this page short (WARC-Truncated).",
        "The file ends in the middle of this page.",
    ]


@pytest.mark.parametrize(
    "content", [b"no crawl at all\r\n\r\n", b"WARC/1.0\r\n", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9\r\n\r\n123456789"]
)
def test_what_is_no_crawl_is_told_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.warc"
    path.write_bytes(content)
    articles, problems = read(path)
    assert not articles and [problem.fatal for problem in problems] == [True]


def test_after_a_broken_record_what_came_before_is_kept(tmp_path: Path) -> None:
    crawl = Crawl()
    crawl.add(MILL, page())
    path = tmp_path / "broken.warc"
    path.write_bytes(crawl.data + b"garbage\r\nof all kinds\r\n\r\n")
    articles, problems = read(path)
    assert [article.url for article in articles] == [MILL]
    assert [problem.message for problem in problems] == ["What follows is no record of a crawl: the rest is lost."]


WHOLE = Crawl()
WHOLE.add(MILL, page())


@given(st.lists(st.tuples(st.integers(0, len(WHOLE.data)), st.integers(0, 60), st.binary(max_size=20)), max_size=6))
def test_a_crawl_damaged_anywhere_gives_articles_and_problems(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, bytes]]
) -> None:
    data = WHOLE.data
    for at, length, new in cuts:
        data = data[:at] + new + data[at + length :]
    path = tmp_path_factory.getbasetemp() / "damaged.warc"
    path.write_bytes(data)
    articles, problems = read(path)
    assert articles or problems
    assert all("\n" not in problem.message + problem.path for problem in problems)


def test_a_crawl_goes_into_the_archive_and_the_later_capture_of_a_page_counts(tmp_path: Path) -> None:
    crawl = Crawl(packed=True)
    crawl.add(MILL, page(), seen="2026-01-08T00:00:00Z")
    crawl.add(MILL, page(story=STORY.replace("3.2 million", "4 million")), seen="2026-01-09T00:00:00Z")
    path = crawl.write(tmp_path / "crawl.warc.gz")
    with opened(tmp_path / "home") as service:
        report = service.ingest([path], embed=False)
        assert (report.added, report.failed) == (1, [])
        article = service.find(MILL)
        assert article is not None and "4 million" in article.text
        again = service.ingest([path], embed=False)
        assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
