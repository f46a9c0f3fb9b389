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
    return catalog.put(article, [Passage(article.id, 0, 0, len(article.text), (Sentence(0, len(article.text)),))])


def passage_rows(catalog: Catalog) -> set[int]:
    return {passage for row in catalog.article_rows() for passage, _, _ in catalog.passage_spans(row)}


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
    old_passages = passage_rows(catalog)
    new = put(catalog, made_article("The new text."))
    assert new != old
    for to_drop in (catalog.journal.words_to_drop(), catalog.journal.vectors_to_drop()):
        assert [(removal.article_row, set(removal.passage_rows)) for removal in to_drop] == [(old, old_passages)]
    assert not old_passages & passage_rows(catalog)


def test_rows_are_never_used_twice(catalog: Catalog) -> None:
    rows = set()
    for number in range(5):
        row = put(catalog, made_article(f"Text {number}."))
        assert row not in rows
        rows.add(row)
        catalog.forget([row])


def test_a_failed_transaction_leaves_nothing_behind(catalog: Catalog) -> None:
    kept = put(catalog, made_article("Kept.", name="kept"))

    def half() -> None:
        with catalog.transaction():
            put(catalog, made_article("Half."))
            catalog.forget([kept])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert catalog.article_rows() == [kept]
    assert catalog.journal.words_to_drop() == []
    put(catalog, made_article("Whole."))
    assert len(catalog.article_rows()) == 2


def test_a_removal_leaves_the_journal_when_words_and_vectors_have_followed_it(catalog: Catalog) -> None:
    catalog.forget([put(catalog, made_article("Gone."))])
    journal = catalog.journal
    assert journal.words_owed() == 1
    journal.words_done([], journal.words_to_drop())
    assert (journal.words_owed(), journal.has_vectors_to_drop()) == (0, True)
    journal.vectors_dropped(journal.vectors_to_drop())
    assert (journal.words_to_drop(), journal.vectors_to_drop(), journal.has_vectors_to_drop()) == ([], [], False)


def test_what_is_not_indexed_is_owed_until_it_is(catalog: Catalog) -> None:
    row = put(catalog, made_article("New."))
    journal, passages = catalog.journal, passage_rows(catalog)
    assert (journal.articles_without_words(9), journal.passages_without_vector(9), journal.vectors_owed()) == ([row], list(passages), 1)
    journal.words_done([row], [])
    journal.vectors_done(list(passages))
    assert (journal.words_owed(), journal.vectors_owed(), set(journal.passages_with_vector())) == (0, 0, passages)
    journal.owe_everything()
    assert (journal.words_owed(), journal.vectors_owed()) == (1, 1)


def test_articles_are_counted_by_whether_and_when_they_were_published(catalog: Catalog) -> None:
    assert catalog.is_empty()
    assert catalog.collection() == (None, 0)
    older, newer, _ = [put(catalog, made_article(n, day, n)) for n, day in (("a", "2025-10-02"), ("b", "2025-10-03"), ("c", None))]
    assert not catalog.is_empty()
    assert catalog.undated() == 1
    assert catalog.later_than(Published.parse("2025-10-02").last_second) == 1
    assert catalog.later_than(Published.parse("2025-10-03").last_second) == 0
    assert catalog.newest_rows(2) == [newer, older]
    totals = catalog.totals()
    assert (totals.articles, totals.passages, totals.embedded) == (3, 3, 0)
    assert (totals.oldest, totals.newest) == ("2025-10-02", "2025-10-03")
    assert catalog.damage() is None


def test_sources_are_counted_with_their_first_and_last_day(catalog: Catalog) -> None:
    for name, day, source in (("a", "2025-10-02", "Ledger"), ("b", "2025-09-01", "Ledger"), ("c", None, "Ledger"), ("d", None, None)):
        put(catalog, made_article(name, day, name, source))
    listed = [(s.source, s.articles, s.first, s.last) for s in catalog.sources()]
    assert listed == [("Ledger", 3, "2025-09-01", "2025-10-02"), (None, 1, None, None)]


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
    only=st.one_of(st.none(), st.frozensets(st.integers(1, 6))),
    without=st.frozensets(st.integers(1, 6), max_size=3),
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
        story=np.array([article for article, _, _ in passages], np.int64),
        sources=NAMES,
    )
    assert columns.mask(scope).tolist() == [scope.admits(*passage) for passage in passages]
