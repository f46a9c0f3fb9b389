"""The catalog of a home's file copied into PostgreSQL: all of it or nothing, and the home goes on with it."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.__main__ import main
from app.doctor.home import examine_home
from app.encoding.hashing import HashingEncoder
from app.errors import DatelineError
from app.stores.catalog_copy import copy_catalog
from app.stores.home import HomeLock
from app.stores.postgres_catalog import PostgresCatalog
from app.stores.postgres_place import postgres_place
from tests.backups import fingerprint, quiet, run
from tests.copying import FEED, TORN, content, environment, fill, is_empty, put_aside, shown, started
from tests.postgres import Server, said_by
from tests.processes import until
from tests.records import Record
from tests.samples import FERRY, MILL, ORCHARD, CountingEncoder, ingest_records, opened, undo_steps
from tests.test_hurt_catalog import garble_pages
from tests.test_indexing import assert_whole, found

pytestmark = pytest.mark.catalog_file("`copy-catalog`, which copies the file into PostgreSQL")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder / "home", folder)
    return folder / "home"


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(filled, tmp_path / "home")


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    url = postgres.database()
    yield url
    postgres.drop(url)


@pytest.fixture
def command(home: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command in this process; `changes` are settings."""

    def copied(**changes: str) -> int:
        for name, value in environment(home, f"{url}?password=hunter2", **changes).items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        return main(["copy-catalog"])

    return copied


def copied(home: Path, url: str) -> None:
    copy_catalog(home, postgres_place(url), quiet)


# What is copied


def test_a_home_goes_on_with_its_catalog_in_postgresql_and_nobody_sees_a_difference(
    home: Path, url: str, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(home) as before:
        before.catch_up()
        was, vectors = shown(before), before.health().embedded
    assert "14 to 9" in was["answers"][1] and "14 to 9" not in was["answers"][0]
    capsys.readouterr()
    assert command() == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "hunter2" not in said.out + "".join(log.read_text() for log in home.glob("dateline.log*"))
    assert said.out.splitlines()[0].startswith(
        "Copied 10 articles, 3 former versions and 2 places that are followed into postgresql://dateline@"
    )
    assert f"mv {home}/catalog.sqlite {home}/catalog.sqlite.copied" in said.out.splitlines()[1]
    assert "python -m app serve" in said.out.splitlines()[2] and said.out.count("\n") == 3
    put_aside(home)
    encoder = CountingEncoder(HashingEncoder())
    with opened(home, encoder=encoder, catalog_url=url) as service:
        service.catch_up()
        assert encoder.texts == [], "the home has the vectors, under the same rows"
        service.load_encoder()
        assert_whole(service)
        assert service.health().embedded == vectors
        assert shown(service) == was
        assert [finding for finding in examine_home(service.settings, service.stores) if finding.level != "ok"] == []
        assert service.conversations.listing("")


def test_every_row_is_copied_with_its_number(home: Path, url: str) -> None:
    copied(home, url)
    was = content(home)
    assert content(home, url) == was and all(was.values())
    meta = dict(said_by(url, "SELECT key, value FROM meta"))
    assert meta.pop("archive")
    assert meta == dict(Record(home, None).said("SELECT key, value FROM meta WHERE key <> 'archive'"))
    for table in ("passages", "former_passages"):
        assert said_by(url, f"SELECT DISTINCT embedded FROM {table}") == [(0,)]


def test_what_is_followed_is_known_as_it_was(home: Path, url: str) -> None:
    copied(home, url)
    with opened(home) as before:
        was = before.stores.catalog
        with closing(PostgresCatalog(postgres_place(url))) as now:
            assert now.follows.all() == was.follows.all() and now.follows.pace(FEED) == was.follows.pace(FEED)
            assert now.follows.files("/news") == was.follows.files("/news") != {}
            assert now.fetches.last(FEED) == was.fetches.last(FEED)
            assert now.fetches.followed(FEED) == {"an entry": "its version"}
            assert now.is_superseded("an id", "a hash")


def test_a_new_home_with_the_cache_of_the_old_one_embeds_nothing(home: Path, url: str, tmp_path: Path) -> None:
    copied(home, url)
    (tmp_path / "new").mkdir()
    shutil.copytree(home / "cache", tmp_path / "new" / "cache")
    encoder = CountingEncoder(HashingEncoder())
    with opened(tmp_path / "new", encoder=encoder, catalog_url=url) as service:
        service.catch_up()
        assert encoder.texts == []
        service.load_encoder()
        assert_whole(service)


def test_what_comes_afterwards_is_numbered_above_all_that_ever_was(home: Path, url: str, tmp_path: Path) -> None:
    used = dict(Record(home, None).said("SELECT name, seq FROM sqlite_sequence"))
    copied(home, url)
    put_aside(home)
    with opened(home, catalog_url=url) as service:
        ingest_records(service, tmp_path, [FERRY, ORCHARD | {"text": "The harvest of Ellingdale was better than feared."}])
        stores = service.stores
        new = stores.catalog.find(FERRY["url"]) + stores.catalog.find(ORCHARD["url"])
        assert all(stored.row > used["articles"] for stored in new)
        assert all(row > used["passages"] for stored in new for row, _, _ in stores.catalog.passage_spans(stored.row))
        assert [version.text for version in service.versions(ORCHARD["url"])][1:] == [ORCHARD["text"]]
        assert "better than feared" in " ".join(found(service, "harvest of Ellingdale"))
        service.load_encoder()
        assert_whole(service)
        service.remove([MILL["url"]])
        assert_whole(service)
        assert max(said_by(url, "SELECT seq FROM journal"))[0] > used["journal"]


def test_a_database_of_nothing_is_given_the_tables_and_the_catalog(home: Path, postgres: Server) -> None:
    url = postgres.database("nothing_yet")
    copied(home, url)
    assert content(home, url) == content(home)
    postgres.drop(url)


def test_a_catalog_of_an_older_program_is_brought_up_to_date_in_the_database_alone(home: Path, url: str) -> None:
    file = home / "catalog.sqlite"
    with closing(sqlite3.connect(file)) as old:
        undo_steps(old)
        old.execute("VACUUM")
        kept = old.execute("SELECT id, text FROM articles ORDER BY id").fetchall()
    was = file.read_bytes()
    copied(home, url)
    assert file.read_bytes() == was
    assert said_by(url, "SELECT id, text FROM articles ORDER BY id") == kept
    assert said_by(url, "SELECT COUNT(*) FROM versions") == [(0,)]


def test_the_copy_is_another_archive_and_a_home_of_another_one_is_refused(home: Path, url: str, postgres: Server) -> None:
    other = postgres.database()
    for each in (url, other):
        copied(home, each)
    put_aside(home)
    with opened(home, catalog_url=url):
        pass
    with pytest.raises(DatelineError, match="another catalog"), opened(home, catalog_url=other):
        pass
    postgres.drop(other)


# What ends it


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "Ctrl-C"])
def test_ended_half_way_it_leaves_the_database_empty_and_the_home_as_it_was(home: Path, url: str, how: signal.Signals) -> None:
    was = fingerprint(home)
    with psycopg.connect(url) as blocking:
        blocking.execute("LOCK TABLE versions IN SHARE MODE")
        with started(home, url) as process:
            waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY versions%'"
            until(lambda: bool(said_by(url, waiting)), 60)
            process.send_signal(how)
            said = process.communicate(timeout=60)[1]
    until(lambda: not said_by(url, "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"))
    assert is_empty(url)
    left = fingerprint(home)
    if how == signal.SIGINT:
        assert process.returncode == 130 and said.splitlines()[-1].startswith("dateline: stopped. Nothing was copied into postgresql://")
        assert left == was
    else:
        assert {name: left[name] for name in was} == was and set(left) - set(was) == {"catalog.sqlite.copying", "owner.json"}
    copied(home, url)
    assert content(home, url) == content(home)
    assert fingerprint(home) == was


def test_a_full_disk_of_the_server_is_said_in_a_line_and_leaves_nothing(
    home: Path, url: str, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    said_by(
        url,
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$",
        "CREATE TRIGGER no_room BEFORE INSERT ON stories EXECUTE FUNCTION no_room()",
    )
    refused(command, capsys, r"postgresql://\S+ cannot be written: the server's disk is full\. .*nothing was written")
    assert is_empty(url)


def test_a_full_disk_of_the_home_is_said_in_a_line_and_leaves_nothing(home: Path, url: str) -> None:
    was = fingerprint(home)
    status, said = run(copied, home, url, room=40_000)
    assert status == 2 and "catalog.sqlite.copying cannot be written: " in said and "full" in said and "\n" not in said
    assert is_empty(url) and fingerprint(home) == was


def test_a_row_that_the_database_holds_otherwise_undoes_all_of_it(
    home: Path, url: str, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    said_by(
        url,
        "CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := NEW.at + 1; RETURN NEW; END $$",
        "CREATE TRIGGER later BEFORE INSERT ON gone FOR EACH ROW EXECUTE FUNCTION later()",
    )
    refused(command, capsys, r"gone of \S+catalog.sqlite are not in postgresql://\S+ as they are in the file \(2 of 2 rows")
    assert is_empty(url)


# What is refused


def refused(command: Callable[..., int], capsys: pytest.CaptureFixture[str], why: str, **changes: str) -> None:
    """In one line, with the exit status 2."""
    capsys.readouterr()
    assert command(**changes) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("dateline: ") and said.err.count("\n") == 1, said.err
    assert re.search(why, said.err), said.err
    assert "hunter2" not in said.err and "Traceback" not in said.err


@pytest.mark.parametrize("hurt", ["a page", "an article", "a version"])
def test_a_damaged_catalog_is_refused_with_what_mends_it(
    hurt: str, home: Path, url: str, command: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, record = home / "catalog.sqlite", Record(home, None)
    if hurt == "a page":
        garble_pages(file, lambda number, page: number > 0 and page[0] == 0x0D and b"orchards" in page, 1)
    else:
        table = "articles" if hurt == "an article" else "versions"
        record.said(f"UPDATE {table} SET text = text || '.' WHERE row IN (SELECT MIN(row) FROM {table})")
    was = fingerprint(home)
    altered = rf"1 {hurt.split()[1]}s of the catalog {file} are no longer what was written, the first in row \d"
    why = "is damaged: " if hurt == "a page" else altered
    refused(command, capsys, why + r".*Unset DATELINE_CATALOG_URL, then run: python -m app salvage")
    monkeypatch.setattr(sys, "argv", ["dateline"])
    refused(command, capsys, why + r".*Unset DATELINE_CATALOG_URL, then run: dateline salvage")
    assert is_empty(url) and fingerprint(home) == was


def test_a_catalog_of_a_newer_program_is_refused(
    home: Path, url: str, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Record(home, None).said("PRAGMA user_version = 99")
    refused(command, capsys, r"newer Dateline.*Update Dateline")
    assert is_empty(url)


def test_a_home_that_is_written_is_refused(home: Path, url: str, command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    lock = HomeLock(home, "own", "ingest")
    try:
        refused(command, capsys, rf"the home {home} is in use by `ingest` \(process \d+\). Stop it")
    finally:
        lock.release()
    assert is_empty(url)


def test_a_database_that_is_not_empty_is_refused_and_stays_as_it_is(
    home: Path, url: str, tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(tmp_path / "other", catalog_url=url) as service:
        ingest_records(service, tmp_path, [TORN], embed=False)
    was = content(home, url)
    refused(command, capsys, r"is not empty: it has articles\. Name an empty one")
    with opened(tmp_path / "other", catalog_url=url) as service:
        service.remove([TORN["url"]], erase=True)
    refused(command, capsys, r"is not empty: it has journal")
    assert len(was["articles"]) == 1


def test_a_database_that_another_process_writes_is_refused(
    home: Path, url: str, command: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.stores.catalog_copy.TURN_SECONDS", 0.1)
    with closing(PostgresCatalog(postgres_place(url))) as other:
        other.leader.take("serve", 0)
        refused(command, capsys, r"is being written by `dateline serve \d+ on ")
    assert is_empty(url)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"HOME": "nowhere"}, r"there is no catalog.sqlite in nowhere\. Set DATELINE_HOME"),
        ({"CATALOG_URL": "mysql://dateline:hunter2@127.0.0.1/news"}, r"is no address of a PostgreSQL database"),
        ({"CATALOG_URL": "postgresql://dateline:hunter2@127.0.0.1:1/news"}, r"postgresql://dateline@127.0.0.1:1/news cannot be reached"),
    ],
)
def test_settings_that_name_no_home_or_no_database_are_refused(
    changes: dict[str, str], why: str, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    refused(command, capsys, why, **changes)


def test_without_an_address_it_says_how_to_give_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    assert main(["copy-catalog"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "DATELINE_CATALOG_URL" in said and "postgresql://dateline@" in said
