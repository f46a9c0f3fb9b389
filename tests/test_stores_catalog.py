"""The record, in a file and in PostgreSQL, and the filters on it."""

from __future__ import annotations

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
from app.stores.fetched import LastFetch
from app.stores.follows import Pace
from app.stores.scope import Scope
from tests.records import Record
from tests.samples import made_article

NAMES = (None, "Velm Courier", "Northern Ledger")


@pytest.fixture
def catalog(record: Record) -> Iterator[Catalog]:
    catalog = record.opened()
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


def test_a_removal_is_owed_until_words_and_vectors_have_followed_it(catalog: Catalog) -> None:
    row = put(catalog, made_article("Gone."))
    words, journal = catalog.words, catalog.journal
    words.done(words.next(9))
    catalog.forget([row])
    assert (words.owed(), list(words.next(9).leaving)) == (1, [row])
    words.done(words.next(9))
    assert (words.owed(), list(words.next(9).leaving), journal.has_vectors_to_drop()) == (0, [], True)
    journal.vectors_dropped(journal.vectors_to_drop())
    assert (journal.vectors_to_drop(), journal.has_vectors_to_drop()) == ([], False)


def test_what_is_not_indexed_is_owed_until_it_is(catalog: Catalog) -> None:
    row = put(catalog, made_article("New."))
    words, journal, passages = catalog.words, catalog.journal, passage_rows(catalog)
    batch = words.next(9)
    assert (batch.articles, journal.passages_without_vector(9), journal.vectors_owed()) == ([row], list(passages), 1)
    words.done(batch)
    journal.vectors_done(list(passages))
    assert (words.owed(), journal.vectors_owed(), set(journal.passages_with_vector())) == (0, 0, passages)
    journal.owe_everything()
    words.begin_anew()
    assert (words.owed(), journal.vectors_owed()) == (1, 1)


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


@pytest.mark.catalog_file("a file that is no catalog")
def test_a_file_that_is_no_catalog_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite"
    file.write_bytes(b"not a database at all" * 200)
    with pytest.raises(DatelineError) as refused:
        Catalog(file)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert file.read_bytes() == b"not a database at all" * 200


def test_a_reader_cannot_write(record: Record) -> None:
    record.opened().close()
    reader = record.opened(read_only=True)
    with pytest.raises(record.refusal):
        put(reader, made_article("Mine."))
    reader.close()


def test_where_sources_were_is_kept_in_place_of_what_was_kept_before(catalog: Catalog) -> None:
    fetches, feed = catalog.fetches, "https://courier.example/feed"
    assert fetches.last(feed) is None
    for fetch in (LastFetch('"v1"', None, ("a",)), LastFetch(None, "Sun, 29 Nov 2026 08:00:00 GMT", ("a", "b"))):
        fetches.keep(feed, fetch)
        assert fetches.last(feed) == fetch
    for key, version in (("one", "1"), ("two", "1"), ("one", "2")):
        fetches.follow(feed, key, version)
    assert fetches.followed(feed) == {"one": "2", "two": "1"}
    fetches.unfollow_others(feed, ["one"])
    assert fetches.followed(feed) == {"one": "2"}


def test_what_is_followed_is_kept_and_its_files_give_way_to_those_of_the_same_text(catalog: Catalog) -> None:
    follows, folder = catalog.follows, "/news"
    follows.add(folder, "folder", 100)
    follows.add(folder, "feed", 300)  # the first stands
    follows.make_due(folder, 200)
    follows.make_due(folder, 50, gone=True)
    follow = follows.find(folder)
    assert follow is not None and (follow.kind, follow.due, follow.paused) == ("folder", 50, False)
    assert follows.believes_gone(folder) and [one.place for one in follows.all()] == [folder]
    for path in ("a", "b", "a"):
        follows.read(folder, path, "1", {"id": "text"}, whole=True)
    follows.forget_files(folder, ["a"])
    assert follows.files(folder) == {"b": "1"}
    assert [record.path for record in follows.let_go(folder)] == ["a"]
    follows.read_again_like(follows.let_go(folder))
    follows.drop_let_go(folder)
    assert (follows.files(folder), follows.let_go(folder)) == ({"b": ""}, [])
    follows.keep_pace(folder, Pace(600, (1, 2)))
    follows.looked(folder, asked=60, result="unchanged", line="", due=660, failures=0, gone=True)
    assert (follows.pace(folder), follows.believes_gone(folder)) == (Pace(600, (1, 2)), False)
    follows.remove(folder)
    assert (follows.all(), follows.files(folder)) == ([], {})


def test_a_text_that_lost_is_remembered_until_it_is_restored(catalog: Catalog) -> None:
    for _ in range(2):
        catalog.supersede("a", "hash")
    assert catalog.is_superseded("a", "hash") and not catalog.is_superseded("a", "other")
    catalog.restore("a", "hash")
    assert not catalog.is_superseded("a", "hash")


def test_outlets_are_in_the_order_of_their_letters_whatever_the_database_speaks(catalog: Catalog) -> None:
    names = ["Éclair", "apple", "Zebra", "Apple", "zebra", "b c", "b-c"]
    for name in names:
        put(catalog, made_article(name, "2025-10-02", name, name))
    assert catalog.outlets() == sorted(names)
    assert [outlet.source for outlet in catalog.sources()] == sorted(names)


def test_columns_follow_what_this_and_another_process_write(record: Record) -> None:
    mine, other = record.opened(), record.opened()
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


@settings(max_examples=300)
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
