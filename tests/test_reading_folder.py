"""Folders and single paths: what is read, passed over, and refused."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import BinaryIO

import pytest

from app.article import Article
from app.reading import Problem, read_path
from app.reading.opening import open_file

TEXT = "date 2025-02-03 The ferry sailed."


def read(path: Path) -> tuple[list[Article], list[Problem]]:
    found = list(read_path(path))
    return [item for item in found if isinstance(item, Article)], [item for item in found if isinstance(item, Problem)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "b").mkdir(parents=True)
    for name in ("c.txt", "a.TXT", "b/d.txt"):
        (folder / name).write_text(f"{TEXT} {name}")
    return folder


def test_a_folder_is_read_in_sorted_order_and_the_same_each_time(folder: Path) -> None:
    articles, problems = read(folder)
    assert [Path(str(article.path)).name for article in articles] == ["a.TXT", "c.txt", "d.txt"] and not problems
    assert read(folder)[0] == articles


def test_hidden_files_and_notes_and_unknown_endings_are_passed_over(folder: Path) -> None:
    (folder / ".git").mkdir()
    for name in (".hidden.txt", ".git/x.txt", "README.md", "readme.txt", "LICENSE.txt", "picture.png", "Makefile"):
        (folder / name).write_text(TEXT)
    articles, problems = read(folder)
    assert len(articles) == 3 and not problems


def test_a_file_that_is_named_is_read_or_refused_aloud(folder: Path) -> None:
    (folder / "README.md").write_text("# Ferry\n\nIt sailed.")
    (folder / "picture.png").write_bytes(b"x")
    assert len(read(folder / "README.md")[0]) == 1
    articles, (problem,) = read(folder / "picture.png")
    assert not articles and problem.fatal and ".txt" in problem.message and problem.path.endswith("picture.png")


def test_a_missing_path_and_an_empty_folder_are_failures(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.txt", tmp_path, tmp_path / "\x00.txt"):
        articles, (problem,) = read(path)
        assert not articles and problem.fatal


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("date 2025-02-03 Secret.")
    (tmp_path / "other").mkdir()
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "out").symlink_to(tmp_path / "other")
    (folder / "broken.txt").symlink_to(tmp_path / "gone.txt")
    articles, problems = read(folder)
    assert len(articles) == 3 and not any("Secret" in article.text for article in articles)
    assert sorted(Path(problem.path).name for problem in problems) == ["broken.txt", "out", "out.txt"]
    assert all(problem.fatal for problem in problems)


def test_links_within_the_folder_add_nothing_twice_and_do_not_go_round(folder: Path) -> None:
    (folder / ".store").mkdir()
    (folder / ".store" / "kept").write_text(TEXT)
    (folder / "again.txt").symlink_to(folder / "c.txt")
    (folder / "kept.txt").symlink_to(folder / ".store" / "kept")
    (folder / "b" / "round").symlink_to(folder)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    articles, problems = read(folder)
    assert len(articles) == 4 and len({article.id for article in articles}) == 4
    assert [Path(problem.path).name for problem in problems] == ["self.txt"]


def test_pipes_sockets_and_devices_are_never_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.txt")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        articles, problems = read(folder)
        assert len(articles) == 3 and len(problems) == 2 and all(problem.fatal for problem in problems)
        for path in (Path("pipe.txt"), Path("socket.txt"), Path("/dev/zero")):
            assert [problem.fatal for problem in read(path)[1]] == [True]


def test_a_name_that_is_no_utf8_is_said_in_writable_characters(folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text(TEXT)
    articles, (problem,) = read(folder)
    assert len(articles) == 3 and problem.fatal
    problem.path.encode()


def test_a_file_that_may_not_be_read_fails_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may read everything, so the refusal is played.
    def refuse(path: Path, packed: bool) -> BinaryIO:
        if path.name == "c.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return open_file(path, packed)

    monkeypatch.setattr("app.reading.dispatch.open_file", refuse)
    articles, (problem,) = read(folder)
    assert len(articles) == 2 and problem.fatal and problem.path.endswith("c.txt") and "permission denied" in problem.message


def test_a_relative_path_and_a_link_give_the_same_identity(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (tmp_path / "link.txt").symlink_to(folder / "c.txt")
    ids = {read(path)[0][0].id for path in (folder / "c.txt", Path("c.txt"), Path("b/../c.txt"), tmp_path / "link.txt")}
    assert len(ids) == 1


@pytest.mark.parametrize("odd", ["new\nline", "gnp\u202etxt", "colour\x1b[31m", "no\u200bspace"])
def test_a_name_that_would_write_over_the_terminal_is_told_in_one_harmless_line(folder: Path, odd: str) -> None:
    (folder / f"{odd}.txt").write_text(TEXT)
    articles, (problem,) = read(folder)
    assert len(articles) == 3 and problem.fatal and "Rename it" in problem.message
    assert problem.path.isprintable() and odd not in problem.path
    assert next(problem.path for problem in read(folder / f"{odd}.png")[1]).isprintable()


def test_names_in_any_script_are_read(folder: Path) -> None:
    for name in ("Überblick", "новости", "報道", "👩\u200d🚒", "a\u00a0b", "tab\there"):
        (folder / f"{name}.txt").write_text(f"{TEXT} {name}")
    articles, problems = read(folder)
    assert len(articles) == 9 and not problems
