"""Markdown: front matter, the title, and the body as plain text."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from app.article import Article
from app.reading import Problem, read_path


def read(tmp_path: Path, content: str, name: str = "story.md") -> tuple[list[Article], list[Problem]]:
    path = tmp_path / name
    path.write_text(content)
    found = list(read_path(path))
    return [item for item in found if isinstance(item, Article)], [item for item in found if isinstance(item, Problem)]


def test_front_matter_gives_the_fields(tmp_path: Path) -> None:
    (article,), problems = read(
        tmp_path,
        "---\ntitle: 'Ferry: it sails'\npublished: 2025-02-03T10:00:00+01:00\nsource: Mail\nurl: https://m.example/1\n"
        "authors:\n  - A B\n  - C D\nmood: [left, alone]\n---\n\nThe ferry sailed.\n",
    )
    assert not problems
    assert (article.title, article.text, article.source, article.url) == (
        "Ferry: it sails",
        "The ferry sailed.",
        "Mail",
        "https://m.example/1",
    )
    assert str(article.published) == "2025-02-03T10:00:00+01:00" and article.authors == ("A B", "C D")


def test_a_day_stays_a_day_and_an_impossible_one_is_warned_about(tmp_path: Path) -> None:
    (article,), problems = read(tmp_path, "---\ndate: 2025-02-03\n---\nThe ferry sailed.")
    assert str(article.published) == "2025-02-03" and not problems
    (article,), (problem,) = read(tmp_path, "---\ndate: 2025-02-31\n---\nThe ferry sailed.")
    assert article.published is None and "2025-02-31" in problem.message and not problem.fatal


def test_without_front_matter_a_leading_heading_is_the_title(tmp_path: Path) -> None:
    (article,), (problem,) = read(tmp_path, "# The *ferry* sails\n\nIt sailed on Monday.\n\n## Later\n\nIt came back.")
    assert article.title == "The ferry sails" and not article.title_is_first_sentence
    assert article.text == "It sailed on Monday.\n\nLater\n\nIt came back."
    assert "no date" in problem.message


def test_without_any_title_the_first_sentence_stands_in(tmp_path: Path) -> None:
    (article,), _ = read(tmp_path, "---\ndate: 2025-02-03\n---\nThe ferry sailed. It came back.")
    assert article.title == "The ferry sailed." and article.title_is_first_sentence


def test_a_heading_that_repeats_the_title_is_not_text(tmp_path: Path) -> None:
    (article,), _ = read(tmp_path, "---\ntitle: The ferry sails\ndate: 2025-02-03\n---\n# The ferry sails\n\nIt did.")
    assert article.text == "It did."


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("A *soft* and __hard__ ~~word~~.", "A soft and hard word."),
        ("See [the report](https://m.example/r 'x'), and <https://m.example>.", "See the report, and https://m.example."),
        ("One sentence\nin two lines.", "One sentence in two lines."),
        ("First line\\\nsecond line", "First line\nsecond line"),
        ("- one\n- two\n\nAfter.", "one\ntwo\n\nAfter."),
        ("> “Quoted,” he said.\n\nAfter.", "“Quoted,” he said.\n\nAfter."),
        ("Up 5 * 3 and 2 \\* 4 in file_name_here &amp; so.", "Up 5 * 3 and 2 * 4 in file_name_here & so."),
        ("| Town | Homes |\n|---|---|\n| Osk | 12 |", "Town | Homes\nOsk | 12"),
        ("Before ![a boat](b.png) after.\n\n---\n\n<!-- note -->\n\nEnd.", "Before  after.\n\nEnd."),
        ("<div>\nIn a box.\n</div>", "In a box."),
        ("<script>\nalert(1)\n</script>\n\nText.", "Text."),
    ],
)
def test_markup_becomes_plain_text(tmp_path: Path, markup: str, plain: str) -> None:
    (article,), _ = read(tmp_path, f"---\ndate: 2025-02-03\n---\n{markup}\n", "story.markdown")
    assert article.text == plain


def test_broken_front_matter_is_said_and_the_story_read(tmp_path: Path) -> None:
    (article,), problems = read(tmp_path, "---\ntitle: [unclosed\n---\nThe ferry sailed.")
    assert article.text == "The ferry sailed."
    assert not any(problem.fatal for problem in problems) and "front matter" in problems[0].message


def test_aliases_that_multiply_do_no_harm(tmp_path: Path) -> None:
    names = "abcdefghijklmnop"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in itertools.pairwise(names)]
    front = "\n".join([*lines, "title: *p", "date: *p", "authors: *p", "source: *p"])
    (article,), _ = read(tmp_path, f"---\n{front}\n---\nThe ferry sailed.")
    assert article.text == "The ferry sailed." and article.published is None and article.source is None


def test_a_story_may_open_with_a_rule(tmp_path: Path) -> None:
    (article,), _ = read(tmp_path, "---\n\nThe ferry sailed.")
    assert article.text == "The ferry sailed."
