"""What is PostgreSQL's alone: its address, its connections that go, its steps, and the one process that writes."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.errors import DatelineError
from app.stores.catalog import Catalog
from app.stores.postgres import PostgresDatabase
from app.stores.postgres_catalog import PostgresCatalog
from app.stores.postgres_place import postgres_place
from app.stores.postgres_schema import CATALOG_POSTGRES
from app.stores.postgres_sql import numbered
from tests.postgres import Server, said_by
from tests.samples import made_article

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
HOLDER = """
import sys, time
from app.stores.postgres_catalog import PostgresCatalog
from app.stores.postgres_place import postgres_place
catalog = PostgresCatalog(postgres_place(sys.argv[1]))
catalog.leader.take("serve", 0)
print("leads", flush=True)
time.sleep(600)
"""


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    url = postgres.database()
    yield url
    postgres.drop(url)


@pytest.fixture
def catalog(url: str) -> Iterator[PostgresCatalog]:
    with closing(PostgresCatalog(postgres_place(url))) as catalog:
        yield catalog


# The address


@pytest.mark.parametrize(
    "url",
    [
        "mysql://dateline:hunter2@127.0.0.1/news",
        "postgresql://dateline:hunter2%zz@127.0.0.1/news",
        "postgresql://dateline:hunter2@[127.0.0.1/news",
        "postgresql://dateline:hunter2@127.0.0.1:1/news?sslmode=hunter2",
        "postgresql://dateline:hunter2@127.0.0.1:1/news",
    ],
)
def test_an_address_that_does_not_work_is_refused_in_one_line_without_its_password(url: str) -> None:
    with pytest.raises(DatelineError) as refused:
        PostgresCatalog(postgres_place(url))
    assert "\n" not in str(refused.value) and refused.value.do
    assert "hunter2" not in str(refused.value) or "sslmode" in url
    assert "dateline:hunter2" not in str(refused.value)


def test_a_place_shows_no_password() -> None:
    place = postgres_place("postgresql://dateline:hunter2@127.0.0.1:5433/news")
    assert place.name == "postgresql://dateline@127.0.0.1:5433/news"
    assert "hunter2" not in repr(place) and "hunter2" in place.conninfo


def test_marks_for_values_are_numbered_and_texts_left_alone() -> None:
    assert numbered("a = ? AND b IN (?, ?) AND c = 'why?'") == "a = $1 AND b IN ($2, $3) AND c = 'why?'"
    assert numbered("a IN ()") == "a IN (NULL)"
    assert numbered("a > ?1 AND b <= ?1 OR c = ?2") == "a > $1 AND b <= $1 OR c = $2"


# The tables


def test_both_databases_have_the_same_tables_and_columns(url: str, tmp_path: Path) -> None:
    columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    theirs = set(said_by(url, columns))
    with closing(Catalog(tmp_path / "catalog.sqlite")) as file:
        tables = [name for (name,) in file._database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        ours = {(table, row[1]) for table in tables for row in file._database.rows(f"PRAGMA table_info({table})")}
    ours = {(table, column) for table, column in ours if not table.startswith("sqlite_")}
    assert ours <= theirs
    assert theirs - ours == {("changes", "number"), ("journal", "at"), ("steps", "done"), ("touched", "words")}


def test_programs_that_open_an_empty_database_at_once_make_its_tables_once(postgres: Server) -> None:
    url, failed = postgres.database("empty"), []
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        try:
            PostgresCatalog(postgres_place(url)).close()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert said_by(url, "SELECT done FROM steps") == [(len(CATALOG_POSTGRES),)]
    postgres.drop(url)


def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    said_by(url, "UPDATE steps SET done = 99")
    with pytest.raises(DatelineError, match=r"newer Dateline.*Update Dateline"):
        PostgresCatalog(postgres_place(url))


def test_a_step_that_fails_leaves_the_database_as_it_was(url: str) -> None:
    steps = [*CATALOG_POSTGRES, "CREATE TABLE b (x BIGINT); INSERT INTO nowhere VALUES (1);"]
    with pytest.raises(psycopg.errors.UndefinedTable):
        PostgresDatabase(postgres_place(url), steps)
    assert said_by(url, "SELECT to_regclass('b')") == [(None,)]
    PostgresCatalog(postgres_place(url)).close()


# Connections


def test_connections_that_are_lost_between_two_statements_are_made_anew(catalog: PostgresCatalog, url: str) -> None:
    row = catalog.put(made_article("Before."), [])
    said_by(url, OTHERS)
    assert catalog.article_rows() == [row]
    said_by(url, OTHERS)
    assert catalog.put(made_article("After.", name="after"), []) > row
    assert len(catalog.article_rows()) == 2


def test_a_connection_that_is_lost_in_a_transaction_undoes_it_and_says_so(catalog: PostgresCatalog, url: str) -> None:
    with pytest.raises(DatelineError, match=r"^the catalog postgresql://.* cannot be reached: .*run it again"), catalog.transaction():
        catalog.put(made_article("Half."), [])
        said_by(url, OTHERS)
        catalog.put(made_article("The other half.", name="other"), [])
    assert catalog.article_rows() == []
    catalog.put(made_article("Whole."), [])
    assert len(catalog.article_rows()) == 1


def test_a_failed_statement_that_is_passed_over_does_not_pass_for_written(catalog: PostgresCatalog, url: str) -> None:
    database = PostgresDatabase(postgres_place(url), CATALOG_POSTGRES)
    with closing(database), pytest.raises(psycopg.errors.InFailedSqlTransaction), database.transaction():
        database.write("INSERT INTO meta VALUES ('kept', 'no')")
        with contextlib.suppress(psycopg.errors.UniqueViolation):
            database.write("INSERT INTO meta VALUES ('kept', 'twice')")
    assert catalog.meta("kept") is None


def test_readers_see_what_stood_before_a_transaction_until_it_ends(catalog: PostgresCatalog) -> None:
    seen = []
    with catalog.transaction():
        catalog.put(made_article("New."), [])
        reader = threading.Thread(target=lambda: seen.append(catalog.article_rows()))
        reader.start()
        reader.join(20)
    assert seen == [[]] and len(catalog.article_rows()) == 1


def test_a_key_that_no_text_can_hold_finds_nothing(catalog: PostgresCatalog) -> None:
    catalog.put(made_article("Here."), [])
    assert catalog.find("https://made.example/\0story") == []


# The leader


def test_one_process_leads_and_the_next_when_it_was_killed(catalog: PostgresCatalog, url: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "leads\n"
        assert not catalog.leader.try_take("ingest")
        with pytest.raises(DatelineError, match=rf"is being written by `dateline serve {holder.pid} on .*Stop it"):
            catalog.leader.take("ingest", 0)
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    killed = time.monotonic()
    catalog.leader.take("ingest", 10)
    assert catalog.leader.held and time.monotonic() - killed < 10


def test_a_leader_that_lets_go_lets_another(catalog: PostgresCatalog, url: str) -> None:
    with closing(PostgresCatalog(postgres_place(url), read_only=True)) as other:
        assert catalog.leader.try_take("serve") and not other.leader.try_take("serve")
        catalog.leader.release()
        assert catalog.leader.holder() is None
        assert other.leader.try_take("serve") and not catalog.leader.held
        other.put(made_article("By the new one."), [])


def test_a_leader_whose_connection_was_lost_goes_on_unless_another_leads_by_then(catalog: PostgresCatalog, url: str) -> None:
    catalog.leader.take("serve", 0)
    said_by(url, OTHERS)
    catalog.put(made_article("Still the leader."), [])
    with closing(PostgresCatalog(postgres_place(url))) as other:
        assert not other.leader.try_take("serve")
        said_by(url, OTHERS)
        other.leader.take("serve", 10)
        with pytest.raises(DatelineError, match="another process has become its ingest leader"):
            catalog.put(made_article("No more.", name="late"), [])
        assert len(other.article_rows()) == 1
        assert not catalog.leader.held


def test_a_leader_that_finds_its_server_away_may_not_write_until_it_leads_again(
    catalog: PostgresCatalog, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.leader.take("serve", 0)
    said_by(url, OTHERS)

    def away(database: PostgresDatabase) -> None:
        raise psycopg.OperationalError("the server is starting up")

    with monkeypatch.context() as patch:
        patch.setattr(PostgresDatabase, "_reconnect", away)
        with pytest.raises(DatelineError):
            catalog.leader.try_take("serve")
    with closing(PostgresCatalog(postgres_place(url))) as other:
        other.leader.take("serve", 10)
        with pytest.raises(DatelineError, match="another process has become its ingest leader"):
            catalog.put(made_article("No more.", name="late"), [])
    assert catalog.leader.try_take("serve")
    catalog.put(made_article("Leading again."), [])
