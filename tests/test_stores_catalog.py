"""The record in SQLite, and the filters on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.article import Article, Passage, Published, Sentence
from app.errors import DatelineError
from app.stores.catalog import Catalog
from app.stores.columns import UNDATED, ColumnCache, PassageColumns
from app.stores.scope import Scope
from tests.samples import made_article

NAMES = (None, "Velm Courier", "Northern Ledger")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    yield catalog
    catalog.close()


def put(catalog: Catalog, article: Article) -> int:
    """Store an article as one passage of one sentence; returns its row."""
    with catalog.transaction() as db:
        return catalog.put(article, [Passage(article.id, 0, 0, len(article.text), (Sentence(0, len(article.text)),))], db)


def test_an_article_comes_back_as_it_was_put(catalog: Catalog, tmp_path: Path) -> None:
    whole = Article(
        "0" * 20, "Mill — “reopened”", "水門 opened.\nOn time.", Published.parse("2026-01-10T09:30:00+02:00"), "Velm Courier",
        ("Edda Norling", "A, B"), "https://courier.example/mill", str(tmp_path / "mill.txt"), "en", True,
    )  # fmt: skip
    bare = made_article("No date.", None, "bare")
    for article in (whole, bare):
        put(catalog, article)
        assert catalog.article(article.id) == article


@pytest.mark.parametrize("key", ["id", "url", "path"])
def test_an_article_is_found_by_id_address_and_file(catalog: Catalog, key: str) -> None:
    article = Article("1" * 20, "Mill", "It opened.", url="https://courier.example/mill", path="/news/mill.txt")
    put(catalog, article)
    assert [found.article for found in catalog.find(getattr(article, key))] == [article]
    assert catalog.find("https://courier.example/other") == []


def test_a_file_of_many_records_is_found_as_all_of_them(catalog: Catalog) -> None:
    for number in range(3):
        put(catalog, Article(str(number) * 20, "Mill", f"Story {number}.", path="/news/all.jsonl"))
    assert len(catalog.find("/news/all.jsonl")) == 3


def test_an_edited_article_gets_new_rows_and_the_journal_knows_the_old_ones(catalog: Catalog) -> None:
    old = put(catalog, made_article("The old text."))
    old_passages = [row for (row,) in catalog.rows("SELECT row FROM passages")]
    new = put(catalog, made_article("The new text."))
    assert new != old
    assert catalog.rows("SELECT article_row, passage_rows FROM journal") == [(old, str(old_passages))]
    assert not set(old_passages) & {row for (row,) in catalog.rows("SELECT row FROM passages")}


def test_rows_are_never_used_twice(catalog: Catalog) -> None:
    rows = set()
    for number in range(5):
        row = put(catalog, made_article(f"Text {number}."))
        assert row not in rows
        rows.add(row)
        with catalog.transaction() as db:
            catalog.forget([row], db)


def test_a_failed_transaction_leaves_nothing_behind(catalog: Catalog) -> None:
    def half() -> None:
        with catalog.transaction() as db:
            catalog.put(made_article("Half."), [], db)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert catalog.rows("SELECT COUNT(*) FROM articles") == [(0,)]
    put(catalog, made_article("Whole."))


def test_sources_are_counted_with_their_first_and_last_day(catalog: Catalog) -> None:
    for name, day, source in (("a", "2025-10-02", "Ledger"), ("b", "2025-09-01", "Ledger"), ("c", None, "Ledger"), ("d", None, None)):
        put(catalog, made_article(name, day, name, source))
    listed = [(s.source, s.articles, s.first, s.last) for s in catalog.sources()]
    assert listed == [("Ledger", 3, "2025-09-01", "2025-10-02"), (None, 1, None, None)]


def test_a_home_of_another_version_is_said_with_the_way_out(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    catalog.set_meta("home_version", "999")
    catalog.close()
    with pytest.raises(DatelineError, match=r"home version 999.*ingest again"):
        Catalog(tmp_path / "catalog.sqlite")


def test_a_file_that_is_no_catalog_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite"
    file.write_bytes(b"not a database at all" * 200)
    with pytest.raises(DatelineError) as refused:
        Catalog(file)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert file.read_bytes() == b"not a database at all" * 200


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    Catalog(tmp_path / "catalog.sqlite").close()
    reader = Catalog(tmp_path / "catalog.sqlite", read_only=True)
    with pytest.raises(sqlite3.OperationalError):
        put(reader, made_article("Mine."))
    reader.close()


def test_columns_follow_what_this_and_another_process_write(tmp_path: Path) -> None:
    mine, other = Catalog(tmp_path / "catalog.sqlite"), Catalog(tmp_path / "catalog.sqlite")
    columns = ColumnCache(mine)
    assert len(columns.current().row) == 0
    put(mine, made_article("One.", "2025-10-02", "one"))
    assert len(columns.current().row) == 1
    put(other, made_article("Two.", None, "two"))
    assert columns.current().last_second.tolist() == [Published.parse("2025-10-02").last_second, UNDATED]
    assert columns.current() is columns.current()
    mine.close()
    other.close()


SECONDS = st.integers(0, 6)
PASSAGES = st.lists(st.tuples(st.integers(1, 5), st.one_of(st.none(), SECONDS), st.sampled_from(NAMES)), max_size=12)
SCOPES = st.builds(
    Scope,
    since=st.one_of(st.none(), SECONDS),
    seen_until=st.one_of(st.none(), SECONDS),
    sources=st.one_of(st.none(), st.frozensets(st.sampled_from([*NAMES[1:], "Another"]))),
    keep=st.one_of(st.none(), st.frozensets(st.integers(1, 6))),
    drop=st.frozensets(st.integers(1, 6), max_size=3),
)


@settings(max_examples=300, deadline=None)
@given(PASSAGES, SCOPES)
def test_the_mask_admits_what_the_scope_admits(passages: list[tuple[int, int | None, str | None]], scope: Scope) -> None:
    columns = PassageColumns(
        row=np.arange(len(passages), dtype=np.int64),
        article=np.array([article for article, _, _ in passages], np.int64),
        last_second=np.array([UNDATED if second is None else second for _, second, _ in passages], np.int64),
        source=np.array([NAMES.index(name) for _, _, name in passages], np.int32),
        embedded=np.ones(len(passages), bool),
        sources=NAMES,
    )
    assert columns.mask(scope).tolist() == [scope.admits(*passage) for passage in passages]
