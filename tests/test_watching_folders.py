"""A folder that is followed: files that come, change and are deleted, and a folder that is only out of reach."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.reading.origin import Problem
from app.service import Service
from app.watching.folders import FEW
from app.watching.notices import Notices
from tests.processes import until
from tests.samples import FERRY, MILL, MUSEUM, opened, write_records
from tests.watchers import LOOPBACK, Clock, Watch, titles, write

MILL_TEXT = "The old mill of Velm\n\nThe council of Velm voted 14 to 9 on Tuesday to reopen the old mill."
FERRY_TEXT = "The ferry of Oster\n\nFares on the Oster ferry will rise by 10 percent on 1 March."


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with opened(tmp_path_factory.mktemp("watching") / "home", **LOOPBACK) as service:
        yield service


@pytest.fixture
def watch(archive: Service) -> Iterator[Watch]:
    watch = Watch(archive, Clock())
    yield watch
    watch.following.change("remove", [one.place for one in watch.following.follows()])
    archive.remove([article.id for article in archive.stores.catalog.articles(archive.stores.catalog.article_rows()).values()])


@pytest.fixture
def folder(tmp_path: Path, watch: Watch) -> Path:
    """Followed, with twelve articles in it that have been read."""
    folder = tmp_path / "news"
    for n in range(12):
        write(folder / f"{n:02}.txt", f"Report number {n}\n\nThe harbour works of Oster reached stage {n} on Monday.")
    assert watch.add(folder) == "It is a folder."
    assert watch.round() == "12 new"
    return folder


def test_files_that_come_change_and_go_are_carried_through(watch: Watch, folder: Path) -> None:
    write(folder / "sub" / "mill.txt", MILL_TEXT)
    write(folder / "03.txt", "Report number 3\n\nThe harbour works of Oster were halted on Monday.")
    (folder / "05.txt").unlink()
    assert watch.round() == "1 new, 1 changed, 1 removed"
    assert watch.service.find(str(folder / "05.txt")) is None
    changed = watch.service.find(str(folder / "03.txt"))
    assert changed is not None and "halted" in changed.text
    assert "Report number 5" not in titles(watch.service) and len(titles(watch.service)) == 12
    assert watch.round() == "nothing new"
    assert [version.ended for version in watch.service.versions(str(folder / "05.txt"))] == ["removed"], "what it said is kept"


def test_a_file_that_was_renamed_is_one_article_at_its_new_name(watch: Watch, folder: Path) -> None:
    (folder / "05.txt").rename(folder / "five.txt")
    assert watch.round() == "1 new, 1 removed"
    assert titles(watch.service).count("Report number 5") == 1
    assert watch.service.find(str(folder / "five.txt")) is not None


def test_of_two_copies_one_stays_when_the_other_is_deleted(watch: Watch, folder: Path) -> None:
    shutil.copy(folder / "05.txt", folder / "copy.txt")
    os.utime(folder / "copy.txt", (1, 1))
    assert watch.round() == "nothing new"
    (folder / "05.txt").unlink()
    assert watch.round() == "1 new, 1 removed"
    assert titles(watch.service).count("Report number 5") == 1
    (folder / "copy.txt").unlink()
    assert watch.round() == "1 removed"
    assert "Report number 5" not in titles(watch.service)


def test_a_record_that_leaves_its_file_goes_unless_another_file_has_it(watch: Watch, folder: Path) -> None:
    os.utime(write_records(folder / "a.jsonl", [MILL, FERRY]), (1, 1))
    os.utime(write_records(folder / "b.jsonl", [FERRY, MUSEUM]), (1, 1))
    assert watch.round() == "3 new"
    os.utime(write_records(folder / "a.jsonl", [MUSEUM | {"url": "https://courier.example/other", "title": "Other"}]), (1, 1))
    watch.round()
    assert watch.service.find(MILL["url"]) is None
    assert watch.service.find(FERRY["url"]) is not None and watch.service.find("https://courier.example/other") is not None
    (folder / "b.jsonl").unlink()
    watch.round()
    assert watch.service.find(FERRY["url"]) is None and watch.service.find(MUSEUM["url"]) is None


def test_a_file_that_can_no_longer_be_read_keeps_its_articles(watch: Watch, folder: Path) -> None:
    os.utime(write_records(folder / "a.jsonl", [MILL, FERRY]), (1, 1))
    watch.round()
    write(folder / "a.jsonl", json.dumps(MILL) + "\n{broken")
    said = watch.round()
    assert said.startswith("nothing new; 1 could not be read: ") and "a.jsonl" in said
    assert watch.service.find(FERRY["url"]) is not None
    assert watch.round() == "nothing new", "told once"


def test_of_a_folder_that_is_not_there_nothing_is_removed(watch: Watch, folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    assert watch.round() == "nothing new; news refused: The folder is not there: nothing of it is removed"
    assert len(titles(watch.service)) == 12 and watch.of(folder).result == "refused"
    folder.with_name("elsewhere").rename(folder)
    (folder / "05.txt").unlink()
    assert watch.round() == "1 removed" and watch.of(folder).failures == 0


def test_of_a_folder_that_is_suddenly_empty_nothing_is_removed_until_somebody_says_that_it_was_meant(watch: Watch, folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    for _ in range(3):
        assert "All 12 files of it are gone, as if a disk were missing: nothing is removed." in watch.round()
        assert len(titles(watch.service)) == 12
    assert f"python -m app feeds add {folder} --gone" in watch.of(folder).line
    assert "taken as deleted" in watch.add(folder, gone=True)
    assert watch.at_once() == "12 removed" and titles(watch.service) == []
    write(folder / "mill.txt", MILL_TEXT)
    assert watch.round() == "1 new"
    (folder / "mill.txt").unlink()
    assert "gone, as if a disk were missing" in watch.round(), "it was meant once, not for ever"


def test_when_most_files_are_missing_at_once_what_is_new_comes_in_and_nothing_goes(watch: Watch, folder: Path) -> None:
    for n in range(FEW + 1):
        (folder / f"{n:02}.txt").unlink()
    write(folder / "mill.txt", MILL_TEXT)
    assert watch.round().startswith(f"1 new; news refused: {FEW + 1} of its 12 files are gone")
    assert len(titles(watch.service)) == 13


def test_what_comes_while_a_disk_is_missing_says_nothing_about_what_was_on_it(watch: Watch, folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    assert "gone, as if a disk were missing" in watch.round()
    for n in range(13):
        write(folder / f"other-{n:02}.txt", f"Another number {n}\n\nThe museum of Velm opened room {n} on Friday.")
    assert watch.round().startswith("13 new; news refused: All 12 files of it are gone")
    for _ in range(2):
        assert watch.round().startswith("nothing new; news refused: 12 of its 25 files are gone")
    folder.rename(folder.with_name("elsewhere"))
    assert "The folder is not there" in watch.round()
    folder.with_name("elsewhere").rename(folder)
    assert "12 of its 25 files are gone" in watch.round(), "another fault in between does not end the doubt"
    assert len(titles(watch.service)) == 25


def test_what_was_said_to_be_gone_during_a_look_holds_for_the_next(watch: Watch, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in folder.iterdir():
        file.unlink()
    files = import_module("app.watching.folders")._files

    def said_meanwhile(*given: Any) -> Any:
        watch.add(folder, gone=True)
        return files(*given)

    with monkeypatch.context() as patch:
        patch.setattr("app.watching.folders._files", said_meanwhile)
        assert "nothing is removed" in watch.at_once() or "nothing is removed" in watch.round()
    assert watch.round() == "12 removed"


def test_a_name_that_cannot_be_written_down_costs_that_file_alone(watch: Watch, folder: Path) -> None:
    with open(os.fsencode(folder) + b"/caf\xe9.txt", "w") as file:
        file.write(MILL_TEXT)
    write(folder / "ferry.txt", FERRY_TEXT)
    assert watch.round() == "1 new"
    assert watch.round() == "nothing new"
    (outcome,) = watch.following.change("add", [os.fsdecode(os.fsencode(folder.parent) + b"/fol\xe9")])
    assert not outcome.done and outcome.line


def test_a_file_that_could_not_be_read_for_a_moment_is_read_at_the_next_look(
    watch: Watch, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(folder / "mill.txt", MILL_TEXT)
    problem = Problem(str(path), "It cannot be read: input/output error.", fatal=True, passing=True)
    with monkeypatch.context() as patch:
        patch.setattr(watch.watcher, "hands", replace(watch.watcher.hands, read=lambda paths: (one for one in [problem])))
        assert "1 could not be read" in watch.round()
    assert watch.round() == "1 new"


def test_a_folder_that_was_moved_is_still_known_by_its_name(watch: Watch, folder: Path) -> None:
    moved = folder.rename(folder.with_name("moved"))
    folder.symlink_to(moved)
    (outcome,) = watch.following.change("pause", [str(folder)])
    assert outcome.done and watch.of(folder).paused


def test_a_few_files_may_always_go(watch: Watch, folder: Path) -> None:
    for n in range(FEW):
        (folder / f"{n:02}.txt").unlink()
    assert watch.round() == f"{FEW} removed"


def test_a_file_out_of_reach_is_not_gone(watch: Watch, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "sub" / "mill.txt", MILL_TEXT)
    watch.round()
    (folder / "sub" / "mill.txt").unlink()

    def lstat(path: str) -> os.stat_result:
        raise OSError(116, "Stale file handle", path)

    with monkeypatch.context() as patch:
        patch.setattr("app.watching.folders.os.lstat", lstat)
        assert watch.round() == "nothing new"
    assert watch.round() == "1 removed"


def test_an_article_that_somebody_removed_stays_away_until_its_file_changes(watch: Watch, folder: Path) -> None:
    watch.service.remove([str(folder / "05.txt")])
    assert watch.round() == "nothing new" and "Report number 5" not in titles(watch.service)
    write(folder / "05.txt", "Report number 5\n\nThe harbour works of Oster were halted.")
    assert watch.round() == "1 new"


def test_a_file_that_is_being_written_is_left_for_a_moment(watch: Watch, folder: Path) -> None:
    file = write(folder / "mill.txt", MILL_TEXT)
    watch.clock.now = watch.of(folder).due
    os.utime(file, (watch.clock.now - 1, watch.clock.now - 1))
    assert watch.at_once() == ""
    assert watch.of(folder).due - watch.clock.now <= 3, "and not for a quarter of an hour"
    watch.clock.now += 3
    assert watch.at_once() == "1 new"


def test_a_file_that_comes_while_its_folder_is_being_looked_at_does_not_wait_for_the_next_turn(watch: Watch, folder: Path) -> None:
    write(folder / "mill.txt", MILL_TEXT)
    bring = watch.service._pipeline.bring

    def later(*arguments: Any, **options: Any) -> Any:
        write(folder / "later.txt", FERRY_TEXT)
        watch.watcher.touched(str(folder))
        return bring(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch.service._pipeline, "bring", later)
        assert watch.round() == "1 new"
    assert watch.at_once() == "1 new"
    assert watch.at_once() == ""


def test_articles_that_no_file_of_the_folder_gave_are_not_its_own(watch: Watch, folder: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside.txt", FERRY_TEXT)
    watch.service.ingest([outside], embed=False)
    outside.unlink()
    os.utime(write_records(folder / "a.jsonl", [MILL]), (1, 1))
    watch.round()
    again = write_records(tmp_path / "mill.jsonl", [MILL | {"text": MILL["text"] + " It will be blue."}])
    watch.service.ingest([again], embed=False)
    (folder / "a.jsonl").unlink()
    assert watch.round() == "nothing new"
    assert watch.service.find(MILL["url"]) is not None and "The ferry of Oster" in titles(watch.service)


def test_folders_within_each_other_files_and_the_home_itself_are_refused(watch: Watch, folder: Path) -> None:
    home = watch.service.settings.home
    places = [folder.parent, folder / "sub", folder / "05.txt", home, home.parent]
    (folder / "sub").mkdir()
    outcomes = watch.following.change("add", [str(place) for place in places])
    assert [one.done for one in outcomes] == [False] * 5
    for one, words in zip(outcomes, ("which is in it", "It is in", "It is a file", "home", "home"), strict=True):
        assert words in one.line


@pytest.mark.parametrize("place", ["catalog.Catalog.forget", "follows.Follows.drop_let_go", "follows.Follows.read"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_look_that_is_killed_is_finished_by_the_next(watch: Watch, folder: Path, place: str, after: bool) -> None:
    module, owner, name = place.split(".")
    kind = getattr(import_module(f"app.stores.{module}"), owner)
    whole = getattr(kind, name)

    class KilledError(BaseException):
        """Nothing catches it, as nothing catches a kill."""

    def cut(*arguments: object, **options: object) -> None:
        if after:
            whole(*arguments, **options)
        raise KilledError

    (folder / "05.txt").rename(folder / "five.txt")
    (folder / "06.txt").unlink()
    write(folder / "mill.txt", MILL_TEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, name, cut)
        with pytest.raises(KilledError):
            watch.round()
    watch.round()
    assert titles(watch.service) == sorted([*(f"Report number {n}" for n in range(12) if n != 6), "The old mill of Velm"])
    assert watch.service.find(str(folder / "05.txt")) is None
    assert watch.round() == "nothing new"


def test_a_clock_that_was_years_ahead_does_not_put_off_a_look_for_years(watch: Watch, folder: Path) -> None:
    right = watch.clock.now
    watch.clock.now += 20 * 365 * 86_400
    assert watch.round() == "nothing new"
    watch.clock.now = right
    write(folder / "mill.txt", MILL_TEXT)
    assert watch.at_once() == "1 new"


def test_a_system_that_tells_of_no_more_changes_is_not_asked_all_the_time_and_told_once(
    watch: Watch, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[float] = []

    def refused(*_: Any, **__: Any) -> Any:
        tried.append(time.monotonic())
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", refused)
    monkeypatch.setattr("app.watching.notices.AGAIN_SECONDS", 0.0)
    monkeypatch.setattr("app.watching.notices.TROUBLE_SECONDS", 0.2)
    notices = Notices(watch.watcher)
    notices.start()
    until(lambda: len(tried) >= 3)
    notices.stop(10)
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(tried))
    assert len([line for line in caplog.messages if "watch limit" in line]) == 1
