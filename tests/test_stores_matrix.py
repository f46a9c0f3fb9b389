"""The matrix of vectors on disk: exact, and whole after a process that wrote it was killed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.encoding.encoder import Vectors, normalised
from app.stores.matrix import VectorMatrix
from app.stores.row_places import RowPlaces
from app.stores.sketch import Sketches


def vectors(count: int, dimension: int = 8, seed: int = 0) -> Vectors:
    return normalised(np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32))


@pytest.mark.parametrize(("file", "cut"), [("vectors.f32", 1), ("vectors.f32", 33), ("rows.i64", 1), ("rows.i64", 9), ("rows.i64", 24)])
def test_a_torn_file_loses_only_the_torn_rows_and_can_be_written_on(tmp_path: Path, file: str, cut: int) -> None:
    matrix = VectorMatrix(tmp_path, 8)
    matrix.append([1, 2, 3], vectors(3))
    torn = tmp_path / file
    torn.write_bytes(torn.read_bytes()[:-cut])

    again = VectorMatrix(tmp_path, 8)
    whole = len(again.rows)
    assert whole < 3
    assert again.rows.tolist() == [1, 2, 3][:whole]
    assert np.array_equal(again.vectors, vectors(3)[:whole])

    again.append([1, 2, 3, 4], vectors(4))
    reopened = VectorMatrix(tmp_path, 8)
    assert reopened.rows.tolist() == [1, 2, 3, 4]
    assert np.array_equal(reopened.get([1, 2, 3, 4])[3], vectors(4)[2])


def test_a_row_that_is_written_again_stands_once(tmp_path: Path) -> None:
    matrix = VectorMatrix(tmp_path, 8)
    matrix.append([1, 2], vectors(2))
    matrix.append([2, 3], vectors(3)[1:])
    assert matrix.rows.tolist() == [1, 2, 3]
    assert VectorMatrix(tmp_path, 8).rows.tolist() == [1, 2, 3]


@settings(max_examples=40)
@given(count=st.integers(1, 600), every=st.integers(1, 5), few=st.booleans(), seed=st.integers(0, 999))
def test_the_likest_by_their_signs_are_those_that_all_in_order_would_give(count: int, every: int, few: bool, seed: int) -> None:
    held = np.repeat(vectors(100, 64, seed), 60, axis=0) if few else vectors(6_000, 64, seed)
    sketches = Sketches(64)
    sketches.append(held)
    asked, places = vectors(1, 64, seed + 1)[0], np.arange(0, 6_000, every)
    apart = np.count_nonzero((held > 0) != (asked > 0), axis=1)[places]
    wanted = places[np.argsort(apart, kind="stable")[:count]]
    assert sorted(sketches.likest(asked, count, places)) == sorted(wanted)


@settings(max_examples=60)
@given(count=st.integers(1, 40), asked=st.integers(0, 50), share=st.floats(0, 1), seed=st.integers(0, 999))
def test_a_search_is_exact_among_the_places_that_are_allowed(
    tmp_path_factory: pytest.TempPathFactory, count: int, asked: int, share: float, seed: int
) -> None:
    matrix = VectorMatrix(tmp_path_factory.mktemp("matrix"), 8)
    stored = vectors(count, seed=seed)
    matrix.append(list(range(100, 100 + count)), stored)
    question = vectors(1, seed=seed + 1)[0]
    places = np.flatnonzero(np.random.default_rng(seed).random(count) < share)
    found = matrix.search(question, asked, places)
    expected = sorted(((float(stored[p] @ question), 100 + int(p)) for p in places), reverse=True)[:asked]
    assert [row for row, _ in found] == [row for _, row in expected]
    assert np.allclose([score for _, score in found], [score for score, _ in expected], atol=1e-5)


def test_rows_that_are_not_here_are_passed_over(tmp_path: Path) -> None:
    matrix = VectorMatrix(tmp_path, 8)
    assert matrix.get([7]) == {}
    assert matrix.search(vectors(1)[0], 5, np.zeros(0, np.int64)) == []
    matrix.append([7], vectors(1))
    assert list(matrix.get([7, 8])) == [7]
    matrix.clear()
    assert matrix.get([7]) == {}


def test_among_many_vectors_nearly_all_of_the_best_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.stores.matrix.EXACT", 4_000)
    draw = np.random.default_rng(4)
    subjects = draw.normal(size=(300, 128))
    stored = normalised((subjects[draw.integers(300, size=25_000)] + 0.8 * draw.normal(size=(25_000, 128))).astype(np.float32))
    matrix = VectorMatrix(tmp_path, 128)
    matrix.append(list(range(25_000)), stored)
    for places in (np.arange(25_000), np.sort(draw.permutation(25_000)[:5_000])):
        shares = []
        for subject in subjects[:10]:
            question = normalised(subject[np.newaxis].astype(np.float32))[0]
            scores = stored[places] @ question
            best = set(places[np.argsort(-scores)[:100]].tolist())
            hits = matrix.search(question, 100, places)
            assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
            assert all(abs(score - float(stored[row] @ question)) < 1e-5 for row, score in hits), "what is found is scored exactly"
            shares.append(len(best & {row for row, _ in hits}) / 100)
        assert np.mean(shares) > 0.95


def test_an_append_reads_nothing_of_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = VectorMatrix(tmp_path, 8)
    matrix.append(list(range(50)), vectors(50))

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("it reads the files")

    with monkeypatch.context() as patched:
        patched.setattr(np, "fromfile", refused)
        patched.setattr(np, "isin", refused)
        matrix.append([49, 50, 51], vectors(52)[49:])
    assert matrix.rows.tolist() == list(range(52))
    assert [row for row, _ in matrix.search(vectors(52)[51], 1, np.arange(52))] == [51]
    assert VectorMatrix(tmp_path, 8).rows.tolist() == list(range(52))


@settings(max_examples=80)
@given(
    batches=st.lists(st.lists(st.one_of(st.integers(0, 60), st.integers(0, 10**12)), max_size=6), max_size=8),
    asked=st.lists(st.integers(-1, 70), max_size=10),
    small=st.booleans(),
)
def test_a_row_is_found_at_its_place_whatever_rows_there_are(batches: list[list[int]], asked: list[int], small: bool) -> None:
    places = RowPlaces(np.zeros(0, np.int64))
    known: dict[int, int] = {}
    for batch in batches:
        fresh = [row % 61 if small else row for row in dict.fromkeys(batch)]
        fresh = [row for row in dict.fromkeys(fresh) if row not in known]
        known |= {row: len(known) + place for place, row in enumerate(fresh)}
        places.append(np.array(fresh, np.int64))
    wanted = [*asked, *known]
    assert places.of(np.array(wanted, np.int64)).tolist() == [known.get(row, -1) for row in wanted]
