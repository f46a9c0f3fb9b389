"""Files that take too long, too much memory or the process itself: each loses only itself, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.article import Article
from app.reading import KeptReader, Problem, read_bounded, read_path
from app.settings import load_settings
from tests.bad_kinds import SLOW_PAGE
from tests.processes import open_files, processor_seconds, until
from tests.processes import readers as all_readers

ROOT = Path(__file__).parents[1]
SLOW = SLOW_PAGE.decode()
GREEDY = "<p a b c d e f g>The ferry sailed.</p>" * 20_000

OTHERS: set[int] = set()
"""Of services that earlier tests opened in this process: they end by themselves after a while."""


@pytest.fixture(autouse=True)
def those_of_others() -> None:
    OTHERS.clear()
    OTHERS.update(all_readers(os.getpid()))


def readers(parent: int) -> set[int]:
    """Those that this test has started."""
    return all_readers(parent) - OTHERS


def story(name: str) -> str:
    return f"date 2025-02-03 The ferry {name} sailed on Monday."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for name in ("a", "c", "e"):
        (folder / f"{name}.txt").write_text(story(name))
    return folder


def told(items: list[Article | Problem]) -> list[str]:
    return [Path(item.path or "").name + ("!" if isinstance(item, Problem) else "") for item in items]


def test_files_are_read_in_their_own_process_as_they_are_in_this_one(tmp_path: Path) -> None:
    paths = [ROOT / "corpus", tmp_path / "gone.txt", ROOT / "README.md"]
    assert list(read_bounded(paths, 60)) == [item for path in paths for item in read_path(path)]
    assert not readers(os.getpid())


def test_a_file_that_takes_too_long_is_given_up_in_one_line_and_its_neighbours_survive(folder: Path) -> None:
    (folder / "b.html").write_text(SLOW)
    (folder / "d.html").write_text(SLOW)
    began = time.monotonic()
    items = list(read_bounded([folder], 1))
    assert told(items) == ["a.txt", "b.html!", "c.txt", "d.html!", "e.txt"]
    assert time.monotonic() - began < 10
    problem = items[1]
    assert isinstance(problem, Problem) and problem.fatal and problem.path == str(folder.resolve() / "b.html")
    assert problem.message == "Reading it takes more than 1 seconds (DATELINE_READ_SECONDS): given up."


def test_a_file_that_takes_too_much_memory_is_given_up_and_its_neighbours_survive(folder: Path) -> None:
    (folder / "b.html").write_text(GREEDY)
    items = list(read_bounded([folder], 60, 150 << 20))
    assert told(items) == ["a.txt", "b.html!", "c.txt", "e.txt"]
    assert isinstance(items[1], Problem) and items[1].fatal and "150 MB of memory" in items[1].message


def test_a_file_that_ends_the_process_is_named_and_its_neighbours_survive(folder: Path) -> None:
    (folder / "b.html").write_text(SLOW)
    items = read_bounded([folder], 60)
    found = [next(items)]
    (reader,) = readers(os.getpid())
    until(lambda: processor_seconds(reader) > 1)  # it is in the middle of b.html
    os.kill(reader, signal.SIGSEGV)
    found += items
    assert told(found) == ["a.txt", "b.html!", "c.txt", "e.txt"]
    assert isinstance(found[1], Problem) and "status -11" in found[1].message


def test_a_long_archive_may_take_as_long_as_it_gives_articles(tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    archive.write_text("".join(json.dumps({"text": story(str(number)), "date": "2025-02-03"}) + "\n" for number in range(30_000)))
    began = time.monotonic()
    assert sum(isinstance(item, Article) for item in read_bounded([archive], 1)) == 30_000
    assert time.monotonic() - began > 1


def test_stopping_early_ends_the_process(folder: Path) -> None:
    (folder / "b.html").write_text(SLOW)
    items = read_bounded([folder], 60)
    next(items)
    assert readers(os.getpid())
    items.close()
    assert not readers(os.getpid())


def ingest(home: Path, folder: Path, seconds: str = "60") -> subprocess.Popen[str]:
    names = {"HOME": str(home), "EMBEDDING_MODEL": "hashing", "LLM": "none", "READ_SECONDS": seconds}
    environment = {**os.environ, **{f"DATELINE_{name}": value for name, value in names.items()}}
    command = [sys.executable, str(ROOT / "ingest.py"), str(folder), "--json"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True, preexec_fn=_hear_ctrl_c)


def _hear_ctrl_c() -> None:
    """As a program that a terminal starts: one started in the background of a script is deaf to it, and so are those that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def reading(process: subprocess.Popen[str]) -> int:
    """The process that reads for this one, once it is busy with the slow file."""
    until(lambda: bool(readers(process.pid)))
    (reader,) = readers(process.pid)
    until(lambda: processor_seconds(reader) > 1)
    return reader


def gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def test_ctrl_c_leaves_nothing_behind_and_keeps_the_home_usable(folder: Path, tmp_path: Path) -> None:
    (folder / "b.html").write_text(SLOW)
    process = ingest(tmp_path / "home", folder)
    reader = reading(process)
    held = [name for name in open_files(reader) if str(tmp_path / "home") in name]
    assert not held, "the process that reads holds files of the home"
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130 and "Traceback" not in errors
    assert gone(reader)
    (folder / "b.html").unlink()
    output, _ = ingest(tmp_path / "home", folder).communicate(timeout=60)
    assert json.loads(output)["read"] == 3


def test_after_a_kill_the_process_that_reads_ends_by_itself(folder: Path, tmp_path: Path) -> None:
    (folder / "b.html").write_text(SLOW)
    process = ingest(tmp_path / "home", folder, seconds="4")
    reader = reading(process)
    process.kill()
    process.communicate()
    assert not gone(reader)
    until(lambda: gone(reader), 10)


def test_bad_files_beside_good_ones_are_told_by_name_and_the_good_ones_are_stored(folder: Path, tmp_path: Path) -> None:
    (folder / "b.html").write_text(SLOW)
    (folder / "bb.json").write_text('{"text": ')
    process = ingest(tmp_path / "home", folder, seconds="1")
    output, errors = process.communicate(timeout=60)
    report = json.loads(output)
    assert process.returncode == 1 and "Traceback" not in errors
    assert [Path(failed["path"]).name for failed in report["failed"]] == ["b.html", "bb.json"]
    assert report["added"] == 3


def test_the_seconds_are_a_setting() -> None:
    assert load_settings().read_seconds == 20


def test_a_kept_process_reads_call_after_call_and_ends_when_nobody_comes(folder: Path) -> None:
    kept = KeptReader(60, idle=0.5)
    assert told(list(kept([folder / "a.txt"]))) == ["a.txt"]
    (process,) = readers(os.getpid())
    assert told(list(kept([folder / "c.txt", folder / "gone.txt"]))) == ["c.txt", "gone.txt!"]
    assert readers(os.getpid()) == {process}, "the same one"
    until(lambda: not readers(os.getpid()))
    assert told(list(kept([folder / "e.txt"]))) == ["e.txt"]
    kept.close()
    assert not readers(os.getpid())


def test_a_kept_process_that_was_left_in_the_middle_or_killed_costs_the_next_call_nothing(folder: Path) -> None:
    kept = KeptReader(60)
    stopped = kept([folder])
    assert told([next(stopped)]) == ["a.txt"]
    stopped.close()
    assert told(list(kept([folder / "e.txt"]))) == ["e.txt"]
    (process,) = readers(os.getpid())
    os.kill(process, signal.SIGKILL)
    until(lambda: kept._worker.died)
    assert told(list(kept([folder / "c.txt"]))) == ["c.txt"]
    kept.close()
