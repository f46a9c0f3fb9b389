"""Search by words, with real Tantivy: what a reader types finds what is written, within the filters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import DatelineError
from app.stores.lexical import LexicalDocument, LexicalIndex, for_index
from app.stores.scope import Scope

OPEN = Scope()
DOCUMENTS = [
    LexicalDocument(1, 10, "Velm to reopen its mill", "The council of Velm voted 14 to 9 to reopen it.", "Velm Courier", 1_000),
    LexicalDocument(2, 20, "Troops", "Up to 20,000 engineers were to go, a U.S. envoy said.", "Northern Ledger", 2_000),
    LexicalDocument(3, 30, "Café Ångström opens", "It serves tea by the mill.", None, None),
    LexicalDocument(4, 20, "More on the mill", "Ferries were running past the mill.", "Northern Ledger", 3_000),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LexicalIndex]:
    index = LexicalIndex(tmp_path_factory.mktemp("words"))
    index.replace(DOCUMENTS, [])
    yield index
    index.close()


def keys(index: LexicalIndex, question: str, scope: Scope = OPEN, count: int = 10) -> list[int]:
    return [key for key, _ in index.search(question, count, scope)]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How did the council vote?", 1),
        ("20,000 engineers", 2),
        ("20000", 2),
        ("20\u202f000", 2),
        ("What did the US envoy say?", 2),
        ("the u.s. envoy", 2),
        ("cafe angstrom", 3),
        ("CAFÉ", 3),
        ("ferry run", 4),
    ],
)
def test_a_figure_an_abbreviation_or_an_inflected_word_is_found_however_it_is_written(
    index: LexicalIndex, question: str, found: int
) -> None:
    assert keys(index, question)[:1] == [found]


def test_of_two_equal_texts_the_one_with_the_word_in_its_title_comes_first(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.replace(
        [LexicalDocument(n, n, title, "The mill opened.", None, None) for n, title in ((1, "News of the day"), (2, "The mill"))], []
    )
    assert keys(index, "mill") == [2, 1]
    index.close()


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (Scope(seen_until=1_999), {1}),
        (Scope(seen_until=3_000), {1, 4}),
        (Scope(since=1_001), {4}),
        (Scope(since=1_000, seen_until=1_000), {1}),
        (Scope(since=4_000), set()),
        (Scope(sources=frozenset({"Northern Ledger"})), {4}),
        (Scope(sources=frozenset()), set()),
        (Scope(only=frozenset({10, 30})), {1, 3}),
        (Scope(only=frozenset()), set()),
        (Scope(without=frozenset({10, 20})), {3}),
        (Scope(seen_until=3_000, sources=frozenset({"Velm Courier"}), without=frozenset({10})), set()),
    ],
)
def test_filters_hold(index: LexicalIndex, scope: Scope, found: set[int]) -> None:
    assert set(keys(index, "the mill", scope)) == found


def test_filters_do_not_change_the_score(index: LexicalIndex) -> None:
    assert dict(index.search("mill", 10, OPEN))[1] == pytest.approx(dict(index.search("mill", 10, Scope(only=frozenset({10}))))[1])


@pytest.mark.parametrize("question", ["", "   ", "the of and", "?!", "AND OR NOT", "title:mill)(", '"', "zebra " * 3_000, "a\x00b"])
def test_nothing_that_is_typed_is_an_error(index: LexicalIndex, question: str) -> None:
    assert all(key in {1, 2, 3, 4} for key in keys(index, question))


def test_a_replaced_document_stands_once_and_those_of_a_removed_article_not_at_all(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.replace(DOCUMENTS, [])
    index.replace([DOCUMENTS[0]], [10, 20])
    assert index.count == 2
    assert keys(index, "council") == [1]
    assert keys(index, "engineers") == keys(index, "ferries") == []
    index.clear()
    assert index.count == 0
    index.close()


def test_another_reader_sees_what_was_committed_once_it_reloads(tmp_path: Path) -> None:
    writer, reader = LexicalIndex(tmp_path), LexicalIndex(tmp_path)
    writer.replace(DOCUMENTS, [])
    reader.reload()
    assert keys(reader, "council") == [1]
    writer.close()
    reader.close()


def test_a_broken_index_is_said_with_the_command_that_mends_it(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.replace(DOCUMENTS, [])
    index.close()
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(DatelineError, match="reindex"):
        LexicalIndex(tmp_path)
    renewed = LexicalIndex(tmp_path, renew=True)
    assert renewed.count == 0
    renewed.close()


def test_figures_and_abbreviations_are_one_word_each() -> None:
    assert for_index("20,000 of the U.S. and 3,5 or 1,2345") == "20000 of the US and 3,5 or 1,2345"
