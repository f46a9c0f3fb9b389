"""What is followed goes with a backup, and is saved from a damaged catalog."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.service import Service
from app.stores.salvage import salvage
from tests.backups import restored, saved, settings_of
from tests.samples import opened
from tests.watchers import LOOPBACK, Clock, Watch, titles, write

pytestmark = pytest.mark.catalog_file("`restore` and `salvage`; PostgreSQL has its own (docs/scaling.md)")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Follows a folder of three files that have been read; one article was removed since."""
    for n in range(3):
        write(tmp_path / "news" / f"{n}.txt", f"Report number {n}\n\nThe works of Oster reached stage {n} on Monday.")
    with opened(tmp_path / "home", **LOOPBACK) as service:
        watch = Watch(service, Clock())
        watch.add(tmp_path / "news")
        assert watch.round() == "3 new"
        service.remove([str(tmp_path / "news" / "2.txt")])
    return tmp_path / "home"


def next_round(home: Path) -> tuple[str, list[str]]:
    """What the next round does, and what is there after it."""
    with opened(home, **LOOPBACK) as service:
        watch = Watch(service, Clock())
        return watch.round(), titles(service)


def reindexed(home: Path) -> None:
    with Service.open(settings_of(home), "own", "reindex") as service:
        service.reindex()


def test_a_restored_home_follows_what_the_saved_one_did(home: Path, tmp_path: Path) -> None:
    saved(home, tmp_path / "a.zip")
    restored(tmp_path / "a.zip", tmp_path / "new")
    write(tmp_path / "news" / "3.txt", "Report number 3\n\nThe works of Oster were halted.")
    (tmp_path / "news" / "0.txt").unlink()
    assert next_round(tmp_path / "new") == ("1 new, 1 removed", ["Report number 1", "Report number 3"])


def test_salvage_keeps_what_is_followed_and_how_far(home: Path, tmp_path: Path) -> None:
    assert salvage(home).lost == ()
    reindexed(home)
    (tmp_path / "news" / "0.txt").unlink()
    assert next_round(home) == ("1 removed", ["Report number 1"]), "what was removed stays away"


def test_where_salvage_loses_an_article_the_next_round_reads_it_again(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "catalog.sqlite")) as file, file:
        file.execute("UPDATE articles SET text = 'hurt' WHERE title = 'Report number 1'")
        file.execute("INSERT INTO follows (place, kind, added, due, failures) VALUES ('/nowhere', 'folder', 1, 1, 'many')")
    assert salvage(home).lost == (str(tmp_path / "news" / "1.txt"),)
    reindexed(home)
    with opened(home, **LOOPBACK) as service:
        assert [one.place for one in service.following.follows()] == [str(tmp_path / "news")]
    assert next_round(home) == ("2 new", ["Report number 0", "Report number 1", "Report number 2"])
