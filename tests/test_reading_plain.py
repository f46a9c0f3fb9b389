"""Plain text: the dated header, the text as it stands, and titles made of first sentences."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.article import Article
from app.reading import Problem, read_path

STORY = "The ferry to Osk was cancelled on Sunday because of ice. Some 210 people waited.\n\n\nA heading\n\nIt sails again on Monday."


def read(path: Path) -> tuple[list[Article], list[Problem]]:
    found = list(read_path(path))
    return [item for item in found if isinstance(item, Article)], [item for item in found if isinstance(item, Problem)]


def write(tmp_path: Path, content: str | bytes, name: str = "story.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_dated_story_is_read_and_its_inside_kept_exactly(tmp_path: Path) -> None:
    (article,), problems = read(write(tmp_path, f" date 2025-02-02 {STORY}\n\n"))
    assert not problems
    assert article.text == STORY
    assert article.published is not None and article.published.value == date(2025, 2, 2) and not article.published.has_time
    assert article.path == (tmp_path / "story.txt").resolve().as_posix()


def test_the_first_sentence_stands_in_for_the_title_and_is_marked(tmp_path: Path) -> None:
    (article,), _ = read(write(tmp_path, f"date 2025-02-02 {STORY}"))
    assert article.title == "The ferry to Osk was cancelled on Sunday because of ice."
    assert article.title_is_first_sentence


def test_a_long_first_sentence_is_cut_on_a_word(tmp_path: Path) -> None:
    (article,), _ = read(write(tmp_path, "date 2025-02-02 " + "harbour " * 60))
    assert len(article.title) <= 141
    assert article.title.removesuffix("…").split() == ["harbour"] * len(article.title.split())
    assert article.title.endswith("…")


def test_a_time_in_the_header_keeps_its_zone(tmp_path: Path) -> None:
    (article,), _ = read(write(tmp_path, "date 2025-02-02T18:30:00+01:00 The ferry sank."))
    assert article.published is not None and article.published.value == datetime.fromisoformat("2025-02-02T18:30:00+01:00")
    assert article.text == "The ferry sank."


def test_a_story_without_a_date_is_read_with_a_warning(tmp_path: Path) -> None:
    (article,), (problem,) = read(write(tmp_path, "The date of 2025-02-02 is not set in stone."))
    assert article.published is None
    assert article.text == "The date of 2025-02-02 is not set in stone."
    assert not problem.fatal and "no date" in problem.message


@pytest.mark.parametrize("day", ["9999-99-99", "9999-12-31", "1492-10-12", "0000-00-00"])
def test_an_impossible_date_leaves_the_article_undated_and_is_named(tmp_path: Path, day: str) -> None:
    (article,), (problem,) = read(write(tmp_path, f"date {day} The ferry sank."))
    assert article.published is None and article.text == "The ferry sank."
    assert not problem.fatal and day in problem.message


def test_tomorrow_is_allowed_and_next_week_is_not(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    near, _ = read(write(tmp_path, f"date {(now + timedelta(days=1)).date()} The ferry sank."))
    far, _ = read(write(tmp_path, f"date {(now + timedelta(days=7)).date()} The ferry sank."))
    assert near[0].published is not None and far[0].published is None


def test_line_ends_controls_and_marks_are_cleaned_and_nothing_else(tmp_path: Path) -> None:
    (article,), _ = read(write(tmp_path, "\ufeffdate 2025-02-02 One\r\ntwo\rthree\x00\x07 \u201cfour\u201d\tfi\u0301ve\u00a0six\x0cseven"))
    assert article.text == "One\ntwo\nthree \u201cfour\u201d\tfi\u0301ve\u00a0six\nseven"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_files_are_read_whatever_their_width(tmp_path: Path, encoding: str) -> None:
    (article,), problems = read(write(tmp_path, f"date 2025-02-02 {STORY} Zoë paid €5.".encode(encoding)))
    assert article.text.endswith("Zoë paid €5.")
    assert not any(problem.fatal for problem in problems)


def test_windows_text_is_read_with_a_warning(tmp_path: Path) -> None:
    (article,), (problem,) = read(write(tmp_path, "date 2025-02-02 Zoë paid €5 for the “last” ticket.".encode("cp1252")))
    assert article.text == "Zoë paid €5 for the “last” ticket."
    assert not problem.fatal and "Windows-1252" in problem.message


def test_one_broken_character_does_not_spoil_the_others(tmp_path: Path) -> None:
    data = "date 2025-02-02 “Zoë” paid €5 for the “last” ticket.".encode().replace(b"paid", b"p\xc3id")
    (article,), (problem,) = read(write(tmp_path, data))
    assert article.text == "“Zoë” p\ufffdid €5 for the “last” ticket."
    assert not problem.fatal


def test_a_packed_text_is_read(tmp_path: Path) -> None:
    (article,), problems = read(write(tmp_path, gzip.compress(f"date 2025-02-02 {STORY}".encode()), "story.txt.gz"))
    assert article.text == STORY and not problems


def test_an_edit_keeps_the_identity_and_changes_the_hash(tmp_path: Path) -> None:
    (before,), _ = read(write(tmp_path, f"date 2025-02-02 {STORY}"))
    (after,), _ = read(write(tmp_path, f"date 2025-02-02 {STORY} More."))
    assert before.id == after.id and before.content_hash != after.content_hash
