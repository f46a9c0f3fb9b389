"""A home saved in one file and restored from it: the same articles, answers and conversations; refusals in one line that harm nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from app.answer import Request, SearchRequest
from app.article import article_id
from app.backup.package import Package
from app.doctor.home import examine_home
from app.encoding.hashing import HashingEncoder
from app.stores.catalog import Catalog
from app.stores.conversations import CONVERSATIONS_FILE, Conversations
from tests.backups import fingerprint, restored, run, saved
from tests.quick import use_quick
from tests.samples import LOCK, MILL, MUSEUM, RECORDS, CountingEncoder, ingest_records, made_article, opened, write_records
from tests.test_indexing import assert_whole

pytestmark = pytest.mark.catalog_file("`backup` and `restore`; PostgreSQL has its own (docs/scaling.md)")

QUESTIONS = ("How did the council of Velm vote on the old mill?", "Kaldia engineers", "households without clean water", "ferry fares")
FILTERS: tuple[dict[str, str], ...] = ({}, {"since": "2025-10-01", "until": "2026-02-01"}, {"source": "Velm Courier"})
EDITED = MILL | {"text": MILL["text"] + " The roof will be copper."}
LATER = MUSEUM | {"url": "https://courier.example/later", "title": "Later", "text": "It came after the backup was made."}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve articles, one of them edited and another removed, and two conversations."""
    folder = tmp_path_factory.mktemp("made")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS)
        service.ingest([write_records(folder / "edited.jsonl", [EDITED])])
        service.remove([LOCK["url"]])
        # Else the word index counts words of what went until it merges, and hits that score nearly alike stand in another order.
        service.reindex()
        for number in (1, 2):
            service.conversations.add("", f"conversation-{number}", "key", f"Question {number}?", "{}")
            service.conversations.finish(f"conversation-{number}", 1, "Fourteen to nine.", '{"answer": "kept whole"}', ["a" * 20])
    return folder / "home"


@pytest.fixture(autouse=True)
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it."""
    home = tmp_path / "home"
    shutil.copytree(made, home)
    use_quick(monkeypatch, home=home)
    monkeypatch.chdir(tmp_path)
    return home


def everything(home: Path) -> list[Any]:
    """All that people can ask a home for. Without the scores of hits: an index counts words of what was removed until it is merged."""
    found: list[Any] = []
    with opened(home, "read", reader="linear") as service:
        service.load_models()
        for question in QUESTIONS:
            for request in (SearchRequest(question=question, **filters) for filters in FILTERS):
                found += [hit.model_dump(exclude={"score"}) for hit in service.search(request)]
            told = service.ask(Request(question=question))
            found.append((told.answer, told.short, told.conflicts, told.abstained))
        found += [service.sources(), service.health(), service.changed(article_id(LOCK["url"], ""))]
        catalog = service.stores.catalog
        found.append(catalog.articles(catalog.article_rows()))
    with closing(Conversations(home / CONVERSATIONS_FILE)) as kept:
        found += [kept.listing(""), kept.turns("", "conversation-1"), kept.turns("", "conversation-2"), kept.secret()]
    return found


def test_a_restored_home_gives_the_same_articles_answers_and_conversations(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(home)
    assert main(["backup", "a.zip"]) == 0
    assert "Saved 11 articles, 11 vectors and 2 conversations in a.zip" in capsys.readouterr().out
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "new" / "home"))

    assert main(["restore", "a.zip"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "Restored 11 articles and 2 conversations" in said.out
    assert "All 11 passages are found by words and by vectors." in said.out
    assert everything(tmp_path / "new" / "home") == before
    with opened(tmp_path / "new" / "home", "read") as service:
        assert [finding for finding in examine_home(service.settings, service.stores) if finding.level != "ok"] == []
    assert os.listdir(tmp_path / "new") == ["home"]

    # It is a home like any other: what is ingested again is known, what is new comes in, and nothing has become doubled.
    with opened(tmp_path / "new" / "home") as service:
        again = ingest_records(service, tmp_path, [*(record for record in RECORDS if record["url"] != MILL["url"]), EDITED, LATER])
        assert (again.unchanged, again.added) == (11, 2), "the removed one and the later one"
        service.load_encoder()
        assert_whole(service)


def test_no_text_is_embedded_again_for_a_restored_home_nor_when_its_indexes_are_built_anew(home: Path, tmp_path: Path) -> None:

    saved(home, tmp_path / "a.zip")
    restored(tmp_path / "a.zip", tmp_path / "new")
    encoder = CountingEncoder(HashingEncoder())
    with opened(tmp_path / "new", encoder=encoder) as service:
        assert service.health().embedded == 0
        assert service.catch_up() == 12, "the former text of the edited one is among them"
        assert_whole(service)
        service.reindex()
        assert service.health().embedded == 11
    assert encoder.texts == []


def test_a_backup_changes_nothing_in_the_home_and_only_its_user_can_read_it(home: Path, tmp_path: Path) -> None:
    before = fingerprint(home)
    old = os.umask(0)
    try:
        assert main(["backup", "a.zip"]) == 0
    finally:
        os.umask(old)
    assert fingerprint(home) == before
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "home"]


def write_and_end_suddenly(home: Path) -> None:
    Catalog(home / "catalog.sqlite").put(made_article("It was written a moment before the end."), [])
    os._exit(9)


def test_a_home_whose_last_process_was_killed_is_saved_with_what_stands_in_its_log(home: Path, tmp_path: Path) -> None:
    assert run(write_and_end_suddenly, home)[0] == 9
    assert (home / "catalog.sqlite-wal").stat().st_size > 0
    assert main(["backup", "a.zip"]) == 0
    with Package(tmp_path / "a.zip") as package:
        assert package.manifest.articles == 12


def test_a_file_that_is_there_is_replaced_only_by_force(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.zip").write_text("mine")
    assert main(["backup", "a.zip"]) == 2
    assert capsys.readouterr().err == "dateline: a.zip is there already. Name another file, or replace it with --force.\n"
    assert (tmp_path / "a.zip").read_text() == "mine"
    assert main(["backup", "a.zip", "--force"]) == 0
    with Package(tmp_path / "a.zip") as package:
        assert package.manifest.articles == 11


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("home/a.zip", "would lie in the home"),
        ("home/words/a.zip", "would lie in the home"),
        ("home", "home is a folder"),
        ("nowhere/a.zip", "mkdir -p nowhere"),
        ("home/lock/a.zip", "no folder home/lock"),
    ],
)
def test_a_place_where_no_backup_can_lie_is_refused_in_one_line(
    file: str, said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fingerprint(home)
    assert main(["backup", file]) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1
    assert fingerprint(home) == before


def test_a_home_without_a_catalog_has_nothing_to_save(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "catalog.sqlite").unlink()
    assert main(["backup", "a.zip"]) == 2
    assert "there is no catalog in" in capsys.readouterr().err
    assert not (tmp_path / "a.zip").exists()


def test_a_damaged_catalog_is_said_instead_of_saved(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = bytearray((home / "catalog.sqlite").read_bytes())
    data[4_096 * 3 : 4_096 * 5] = b"\xa5" * 8_192
    (home / "catalog.sqlite").write_bytes(data)
    assert main(["backup", "a.zip"]) == 2
    told = capsys.readouterr().err
    assert f"the catalog {home / 'catalog.sqlite'} is damaged" in told and "python -m app salvage" in told
    assert [path.name for path in tmp_path.glob("*.zip*")] + [path.name for path in tmp_path.glob(".*")] == []


def test_a_home_of_a_newer_program_is_not_saved(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(home / "catalog.sqlite")) as newer:
        newer.execute("PRAGMA user_version = 99")
    assert main(["backup", "a.zip"]) == 2
    assert "newer Dateline" in capsys.readouterr().err
    assert not (tmp_path / "a.zip").exists()


def test_a_home_that_holds_something_is_refused_or_moved_aside(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["backup", "a.zip"])
    with opened(home) as service:
        ingest_records(service, tmp_path, [LATER], embed=False)
    before = fingerprint(home)
    capsys.readouterr()
    assert main(["restore", "a.zip"]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert fingerprint(home) == before

    assert main(["restore", "a.zip", "--force"]) == 0
    aside = tmp_path / "home.before-restore-1"
    assert f"The old home is moved to {aside}.\n" in capsys.readouterr().out
    assert fingerprint(aside) == before
    with opened(home, "read") as new, opened(aside, "read") as old:
        assert (new.health().articles, old.health().articles) == (11, 12)


@pytest.mark.parametrize("left", [[], ["lock"], ["lock", "dateline.log", "owner.json"]])
def test_a_home_with_nothing_but_a_log_is_empty(left: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main(["backup", "a.zip"])
    new = tmp_path / "new"
    new.mkdir()
    for name in left:
        (new / name).touch()
    monkeypatch.setenv("DATELINE_HOME", str(new))
    assert main(["restore", "a.zip"]) == 0
    assert not list(tmp_path.glob("new.*"))


@pytest.mark.parametrize("how", ["a file", "a link to a folder", "a folder of somebody's beside it", "no room"])
def test_a_home_that_cannot_be_put_there_is_said_in_one_line(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["backup", "a.zip"])
    new = tmp_path / "new"
    monkeypatch.setenv("DATELINE_HOME", str(new))
    capsys.readouterr()
    if how == "a link to a folder":
        (tmp_path / "far").mkdir()
        new.symlink_to(tmp_path / "far")
        assert main(["restore", "a.zip"]) == 0
        assert new.is_symlink() and (tmp_path / "far" / "catalog.sqlite").is_file()
        return
    if how == "a file":
        new.write_text("mine")
    elif how == "no room":
        monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 100_000}))
    else:
        (tmp_path / "new.restoring").mkdir()
        (tmp_path / "new.restoring" / "letter.txt").write_text("mine")
    assert main(["restore", "a.zip"]) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if "no log is written" not in line]
    assert len(said) == 1 and said[0].startswith("dateline: ")
    if how == "a folder of somebody's beside it":
        assert said[0].endswith("letter.txt in it is not ours. Move it elsewhere.")
        assert (tmp_path / "new.restoring" / "letter.txt").read_text() == "mine"
    assert not (new / "catalog.sqlite").exists()
