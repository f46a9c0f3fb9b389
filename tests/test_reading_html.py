"""HTML: the story without its menus, and what the page says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.article import Article
from app.reading import Problem, read_path
from app.reading.html import PAGE_LIMIT, TAG_LIMIT

PARAGRAPHS = (
    "The ferry to Osk sailed again on Monday after eleven days in port, and 210 people were on board.",
    "The harbour master, Lena Quist, said that the ice had gone faster than anyone had hoped for this winter.",
    "“We did not expect to sail before March,” she said, and thanked the crew of the tug for their patience.",
)
HEAD = """<title>Ferry sails again | Osk Mail</title><meta property="og:title" content="Ferry sails again">
<meta property="og:site_name" content="Osk Mail"><meta name="author" content="Ann Bell">
<link rel="canonical" href="https://osk-mail.example/ferry">"""
DATED = '<meta property="article:published_time" content="2025-02-03T10:00:00+01:00">'


def page(head: str = HEAD + DATED, body: str = "") -> str:
    story = "".join(f"<p>{paragraph}</p>\n" for paragraph in PARAGRAPHS)
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head>{head}</head><body>'
        '<nav><ul><li><a href="/">News</a></li><li><a href="/s">Sport</a></li></ul></nav>'
        f"<main><article><h1>Ferry sails again</h1>{body}{story}</article></main>"
        "<footer><p>© 2019 Osk Mail. All rights reserved.</p></footer></body></html>"
    )


def read(tmp_path: Path, content: str | bytes) -> tuple[list[Article], list[Problem]]:
    path = tmp_path / "page.html"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = list(read_path(path))
    return [item for item in found if isinstance(item, Article)], [item for item in found if isinstance(item, Problem)]


def test_a_page_gives_its_story_and_what_it_says_of_itself(tmp_path: Path) -> None:
    (article,), problems = read(tmp_path, page())
    assert not problems
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert (article.title, article.source, article.url) == ("Ferry sails again", "Osk Mail", "https://osk-mail.example/ferry")
    assert str(article.published) == "2025-02-03T10:00:00+01:00"
    assert article.authors == ("Ann Bell",) and article.language == "en"


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ('<meta itemprop="datePublished" content="2025-02-03">', "2025-02-03"),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-02-03T09:00:00Z"}</script>',
            "2025-02-03T09:00:00+00:00",
        ),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"datePublished": "2025-02-03"}]}</script>'
            '<meta name="date" content="2025-02-09">',
            "2025-02-03",
        ),
        ('<meta name="date" content="2025-02-03">', "2025-02-03"),
        ('<meta property="article:published_time" content="9999-99-99"><meta name="date" content="2025-02-03">', "2025-02-03"),
    ],
)
def test_the_date_is_found_where_pages_put_it(tmp_path: Path, stated: str, kept: str) -> None:
    (article,), _ = read(tmp_path, page(HEAD + stated))
    assert str(article.published) == kept


def test_a_time_element_is_read(tmp_path: Path) -> None:
    (article,), _ = read(tmp_path, page(HEAD, '<time datetime="2025-02-03T10:00:00+01:00">Monday</time>'))
    assert str(article.published) == "2025-02-03T10:00:00+01:00"


def test_a_copyright_year_is_no_date(tmp_path: Path) -> None:
    (article,), (problem,) = read(tmp_path, page(HEAD))
    assert article.published is None and "no date" in problem.message and not problem.fatal


def test_a_declared_encoding_is_believed(tmp_path: Path) -> None:
    (article,), problems = read(tmp_path, page('<meta charset="iso-8859-1">' + HEAD + DATED).encode("cp1252"))
    assert article.text == "\n\n".join(PARAGRAPHS) and not problems


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"<html><body><p> </p></body></html>",
        b"x" * (PAGE_LIMIT + 1),
        b"<p>a</p>" * TAG_LIMIT,
        b"\x00" * 5000,
        b"<?xml",
    ],
)
def test_a_page_without_a_story_or_beyond_bounds_is_one_failure(tmp_path: Path, content: bytes) -> None:
    articles, problems = read(tmp_path, content)
    assert not articles and [problem.fatal for problem in problems] == [True]
