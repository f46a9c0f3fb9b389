"""Homes of older programs are given what is new; those of newer ones are left alone."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Request
from app.errors import DatelineError
from app.stores.catalog import Catalog
from app.stores.conversation_schema import CONVERSATIONS
from app.stores.database import Database
from app.stores.migrations import migrate, statements
from app.stores.postgres_schema import CATALOG_POSTGRES
from app.stores.schema import CATALOG
from tests.records import record_in
from tests.samples import made_article, opened, undo_steps, write_records

RELEASED = {
    "catalog": (CATALOG, ["c70373da", "605d5a4a", "1a380acb", "55fc74e7", "784b5049", "08a5486d", "c8a0a688"]),
    "catalog in PostgreSQL": (
        CATALOG_POSTGRES,
        ["ccbe2658", "93da64d2", "1a380acb", "1a3c5fd9", "7a8159e7", "c82698f6", "61e22cfd"],
    ),
    "conversations": (CONVERSATIONS, ["b533bc12"]),
}
"""The first digits of the sha256 of every step that is on main: homes have had them as they are."""

OLD = "a file of a program from before there were catalogs in PostgreSQL"
OTHERS = "test_postgres.py has the same of tables in PostgreSQL"

MILL = {
    "url": "https://courier.example/mill",
    "title": "The mill",
    "text": "The mill of Velm reopened on Monday.",
    "published": "2026-01-10",
}


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_step_never_changes(name: str) -> None:
    steps, known = RELEASED[name]
    assert [hashlib.sha256(step.encode()).hexdigest()[:8] for step in steps] == known, "add a step instead, and its digits here"


@pytest.mark.catalog_file(OLD)
def test_a_home_from_before_the_steps_opens_with_every_article_and_vector_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with opened(home) as service:
        service.ingest([write_records(tmp_path / "mill.jsonl", [MILL])])
        before = service.health()
    with closing(sqlite3.connect(home / "catalog.sqlite")) as old:  # as the first version left it
        undo_steps(old)
    with opened(home) as service:
        service.load_encoder()
        assert service.health() == before and before.embedded == before.passages == 1
        article = service.find(MILL["url"])
        assert article is not None and article.text == MILL["text"]
        assert service.stores.catalog.stored_or_gone(article.id) is None, "nobody wrote down when it came"
        assert service.ask(Request(question="When did the mill of Velm reopen?")).sentences[0].citations[0].article_id == article.id


@pytest.mark.catalog_file(OTHERS)
def test_a_home_of_a_newer_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    Catalog(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(DatelineError, match=r"newer Dateline.*Update Dateline"):
        Catalog(path)
    assert path.read_bytes() == before


@pytest.mark.catalog_file(OTHERS)
def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "any.sqlite"
    one = "CREATE TABLE a (x);"
    Database(path, [one]).close()
    with pytest.raises(sqlite3.OperationalError):
        Database(path, [one, "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);"])
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT name FROM sqlite_master").fetchall() == [("a",)]
        assert file.execute("PRAGMA user_version").fetchone() == (1,)
    Database(path, [one, "CREATE TABLE b (x);"]).close()


@pytest.mark.catalog_file(OTHERS)
def test_programs_that_open_an_old_home_at_once_run_each_step_once(tmp_path: Path) -> None:
    path, steps = tmp_path / "any.sqlite", ["CREATE TABLE a (x);", "ALTER TABLE a ADD COLUMN y; INSERT INTO a VALUES (1, 2);"]
    Database(path, steps[:1]).close()
    ready, failed = threading.Barrier(6), []

    def work() -> None:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
            ready.wait()
            try:
                migrate(connection, steps, path)
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT * FROM a").fetchall() == [(1, 2)]


@given(
    st.lists(st.sampled_from(["SELECT ';'", "INSERT INTO a VALUES ('x;y')", "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END"]))
)
def test_a_script_is_cut_between_its_statements_alone(parts: list[str]) -> None:
    assert list(statements("".join(f"{part};\n" for part in parts))) == [f"{part};" for part in parts]


def test_what_was_removed_is_known_with_its_second_and_comes_back_whole(tmp_path: Path) -> None:
    with closing(record_in(tmp_path / "home").opened()) as catalog:
        article = made_article("The mill reopened.")
        row = catalog.put(article, [])
        came = catalog.stored_or_gone(article.id)
        assert came is not None
        catalog.forget([row])
        assert catalog.article(article.id) is None and (catalog.stored_or_gone(article.id) or 0) >= came
        catalog.put(article, [])
        assert catalog.article(article.id) == article
        assert catalog.stored_or_gone("f" * 20) is None
