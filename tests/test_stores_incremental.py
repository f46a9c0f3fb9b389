"""What is kept of the catalog in memory follows each write by what it changed, and is then what reading everything would give."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.article import Article, Passage, Published, Sentence, article_id
from app.stores.catalog import Catalog
from app.stores.changes import KEPT
from app.stores.columns import ColumnCache, PassageColumns
from app.stores.facts import Facts
from app.stores.listing import ArticleList, Order, Wanted
from app.stores.protocols import LexicalIndexProtocol
from app.stores.scope import Scope
from app.text.shingles import signature
from tests.records import Record, record_for_a_while, record_in

NAMES = st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(st.just("put"), NAMES, st.integers(0, 3)),
    st.tuples(st.just("remove"), NAMES, st.just(0)),
    st.tuples(st.just("erase"), NAMES, st.just(0)),
    st.tuples(st.just("recut"), NAMES, st.integers(1, 3)),
    st.tuples(st.just("recut former"), NAMES, st.integers(1, 3)),
    st.tuples(st.just("embed"), NAMES, st.just(0)),
    st.tuples(st.just("embed former"), NAMES, st.just(0)),
    st.tuples(st.just("settle"), NAMES, NAMES),
    st.tuples(st.just("owe everything"), st.just(0), st.just(0)),
    st.tuples(st.just("fail"), NAMES, st.integers(1, 3)),
)


def article(number: int, wording: int = 0) -> Article:
    url = f"https://a.example/{number}"
    when = None if (number + wording) % 3 == 0 else Published.parse(f"2025-0{1 + wording}-1{number}")
    source = None if wording == 3 else f"Outlet {(number + wording) % 3}"
    return Article(article_id(url, ""), f"Title {number}", f"One. Two. Three. {wording}.", when, source, url=url)


def passages(of: Article, count: int) -> list[Passage]:
    return [Passage(of.id, n, 5 * n, 5 * n + 4, (Sentence(5 * n, 5 * n + 4),)) for n in range(count)]


def do(catalog: Catalog, step: tuple[str, int, int]) -> None:
    what, number, value = step
    row = next((found.row for found in catalog.find(f"https://a.example/{number}")), None)
    match what:
        case "put":
            catalog.put(article(number, value), passages(article(number, value), value))
        case "remove" if row is not None:
            catalog.forget([row])
        case "erase":
            catalog.versions.erase([article(number).id])
        case "recut" if row is not None:
            catalog.recut(row, passages(article(number), value))
        case "recut former":
            for version, former in catalog.versions.uncut(article(number).id).items():
                catalog.versions.recut(version, passages(former, value))
        case "embed":
            catalog.journal.vectors_done(catalog.journal.passages_without_vector(number))
        case "embed former":
            catalog.versions.vectors_done(list(catalog.versions.passages_without_vector(number)))
        case "settle" if row is not None:
            first = next((found.row for found in catalog.find(f"https://a.example/{value}")), row)
            catalog.stories.settle(row, min(first, row), signature("none at all"), 0.5)
        case "owe everything":
            catalog.journal.owe_everything()
            catalog.versions.owe_everything()
        case "fail":
            with pytest.raises(ZeroDivisionError), catalog.transaction():
                catalog.put(article(number, value), passages(article(number, value), value))
                raise ZeroDivisionError


def told(columns: PassageColumns) -> list[tuple[Any, ...]]:
    """Every passage with all that is known of it, outlets by their names."""
    names = [columns.sources[number] for number in columns.source]
    is_former = np.isin(np.arange(len(columns.row)), columns.former)
    facts = (columns.row, columns.article, columns.last_second, columns.embedded, columns.story, is_former)
    return list(zip(*(values.tolist() for values in facts), names, strict=True))


@settings(max_examples=60)
@given(steps=st.lists(STEPS, max_size=14), looks=st.lists(st.booleans(), min_size=14, max_size=14))
def test_columns_after_any_writes_are_what_reading_everything_gives(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]], looks: list[bool]
) -> None:
    home = tmp_path_factory.mktemp("home")
    with record_for_a_while(home) as record, closing(record.opened()) as mine, closing(record.opened()) as other:
        followed = ColumnCache(mine)
        for step, (look, elsewhere) in zip(steps, zip(looks, reversed(looks), strict=True), strict=False):
            do(other if elsewhere else mine, step)
            if look:
                assert told(followed.current()) == told(ColumnCache(mine).current())
        columns = followed.current()
        assert told(columns) == told(ColumnCache(mine).current())
    for wanted in ([], [1], [2, 5], list(range(30))):
        places = [place for place, row in enumerate(columns.article.tolist()) if row in wanted]
        assert columns.places_of(wanted).tolist() == places
        firsts = {of: int(columns.row[place]) for place in reversed(places) for of in (int(columns.article[place]),)}
        assert columns.first_rows(wanted) == set(firsts.values())


def test_columns_and_list_follow_every_kind_of_change_in_either_database(record: Record) -> None:
    mine, other = record.opened(), record.opened()
    followed, listed = ColumnCache(mine), ArticleList(mine, cast(LexicalIndexProtocol, NoWords()))
    steps = [("put", 1, 2), ("put", 2, 2), ("put", 3, 1), ("embed", 9, 0), ("settle", 2, 1), ("put", 1, 3), ("embed former", 9, 0)]
    steps += [("recut", 2, 3), ("recut former", 1, 1), ("remove", 1, 0), ("put", 1, 2), ("fail", 3, 2), ("erase", 1, 0), ("remove", 1, 0)]
    for number, step in enumerate([*steps, ("owe everything", 0, 0)]):
        do(other if number % 2 else mine, step)
        assert told(followed.current()) == told(ColumnCache(other).current()), step
        fresh = ArticleList(other, cast(LexicalIndexProtocol, NoWords()))
        assert listed.rows(Wanted()).tolist() == fresh.rows(Wanted()).tolist(), step
    mine.close()
    other.close()


def test_a_change_is_seen_with_all_that_its_transaction_changed_and_under_a_number_not_seen_before(record: Record) -> None:
    mine, other = record.opened(), record.opened()
    seen = other.changes.latest()
    with mine.transaction():
        rows = [mine.put(article(number), passages(article(number), 2)) for number in (1, 2)]
        assert (other.changes.latest(), other.changes.since(seen)) == (seen, [])
    assert sorted(other.changes.since(seen) or ()) == rows
    seen = other.changes.latest()
    mine.set_meta("something", "else")
    assert other.changes.since(seen) == []
    mine.stories.settle(rows[1], rows[0], signature("none at all"), 0.5)
    assert other.changes.since(seen) == [rows[1]]
    mine.close()
    other.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[int] | None]:
    """Which articles the facts were read of, each time; None for all."""
    seen: list[Sequence[int] | None] = []
    read = Facts.passages

    def noting(self: Facts, names: Any, articles: Sequence[int] | None = None) -> Any:
        seen.append(articles)
        return read(self, names, articles)

    monkeypatch.setattr(Facts, "passages", noting)
    return seen


def test_a_write_of_one_article_reads_the_facts_of_that_article_alone(tmp_path: Path, asked: list[Sequence[int] | None]) -> None:
    catalog = record_in(tmp_path / "home").opened()
    rows = [catalog.put(article(number), passages(article(number), 3)) for number in range(6)]
    columns = ColumnCache(catalog)
    columns.current()
    assert asked == [None]
    catalog.journal.vectors_done([row for row, _, _ in catalog.passage_spans(rows[2])])
    columns.current()
    assert asked == [None, [rows[2]]]
    fresh = catalog.put(article(2, 1), passages(article(2, 1), 2))
    columns.current()
    assert [set(which or ()) for which in asked[2:]] == [{rows[2], fresh}]
    catalog.set_meta("something", "else")
    columns.current()
    assert len(asked) == 3, "what changes no fact reads none"
    catalog.close()


@pytest.mark.catalog_file("a file counts single changes and forgets the oldest, PostgreSQL counts transactions (app/stores/changes.py)")
def test_who_has_missed_too_many_changes_reads_everything(tmp_path: Path, asked: list[Sequence[int] | None]) -> None:
    catalog = record_in(tmp_path / "home").opened()
    row = catalog.put(article(1), passages(article(1), 3))
    columns = ColumnCache(catalog)
    columns.current()
    with catalog.transaction():
        for _ in range(KEPT // 6_000 + 2):
            catalog.recut(row, passages(article(1), 3_000))
    assert len(columns.current().row) == 3_000
    assert asked == [None, None]
    catalog.close()


def test_who_has_missed_more_changes_than_are_looked_up_reads_everything(
    tmp_path: Path, asked: list[Sequence[int] | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.stores.changes.KEPT", 5)
    catalog = record_in(tmp_path / "home").opened()
    row = catalog.put(article(1), passages(article(1), 3))
    columns = ColumnCache(catalog)
    columns.current()
    for _ in range(6):
        catalog.recut(row, passages(article(1), 2))
    assert len(columns.current().row) == 2
    assert asked == [None, None]
    catalog.close()


class NoWords:
    """A word index that nobody asks."""

    count = 0

    def holding(self, words: str) -> None:
        raise AssertionError(words)


@settings(max_examples=40)
@given(steps=st.lists(STEPS, max_size=14), looks=st.lists(st.booleans(), min_size=14, max_size=14))
def test_the_list_after_any_writes_is_what_reading_everything_gives(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]], looks: list[bool]
) -> None:
    orders: tuple[Order, ...] = ("newest", "oldest", "title", "outlet", "added")
    with record_for_a_while(tmp_path_factory.mktemp("home")) as record, closing(record.opened()) as catalog:
        followed = ArticleList(catalog, cast(LexicalIndexProtocol, NoWords()))
        for step, look in zip(steps, [*looks[: len(steps) - 1], True], strict=False):
            do(catalog, step)
            if look:
                fresh = ArticleList(catalog, cast(LexicalIndexProtocol, NoWords()))
                for wanted in (*(Wanted(order=order) for order in orders), Wanted(Scope(sources=frozenset(["Outlet 1"])))):
                    assert followed.rows(wanted).tolist() == fresh.rows(wanted).tolist()


class Words:
    """A word index of articles that follows when the test says so."""

    def __init__(self) -> None:
        self.rows = [1]

    @property
    def count(self) -> int:
        return len(self.rows)

    def holding(self, words: str) -> tuple[Any, Any]:
        return np.array(self.rows, np.int64), np.ones(len(self.rows))


def test_a_list_by_words_that_was_asked_for_before_they_had_followed_is_not_kept(tmp_path: Path) -> None:
    catalog, words = record_in(tmp_path / "home").opened(), Words()
    old, new = (catalog.put(article(number), passages(article(number), 1)) for number in (1, 2))
    listed = ArticleList(catalog, cast(LexicalIndexProtocol, words))
    words.rows = [old]
    assert listed.rows(Wanted(words="article")).tolist() == [old]
    words.rows = [new]
    catalog.journal.words_done([new], [])
    assert listed.rows(Wanted(words="article")).tolist() == [new]
    catalog.close()


def test_a_write_of_one_article_lists_that_article_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = record_in(tmp_path / "home").opened()
    for number in range(6):
        catalog.put(article(number), passages(article(number), 1))
    listed = ArticleList(catalog, cast(LexicalIndexProtocol, NoWords()))
    assert len(listed.rows(Wanted())) == 6
    seen: list[Sequence[int] | None] = []
    read = Catalog.listed_facts

    def noting(self: Catalog, rows: Sequence[int] | None = None) -> Any:
        seen.append(rows)
        return read(self, rows)

    monkeypatch.setattr(Catalog, "listed_facts", noting)
    fresh = catalog.put(article(7), passages(article(7), 1))
    assert fresh in listed.rows(Wanted()).tolist()
    assert seen == [[fresh]]
    catalog.close()
