"""PostgreSQL with pgvector as a rival of the benchmark of homes that grow."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import pytest

from app.encoding.encoder import normalised
from app.errors import DatelineError
from app.stores.columns import PassageColumns
from app.stores.matrix import VectorMatrix
from app.stores.scope import Scope
from evals import pgvector_server
from evals.pgvector_rival import BUILT, rival
from evals.scale_home import chroma_bound

COUNT, DIMENSION, OUTLETS = 600, 384, ("Herald", "Courier", "Gazette")
DAY = 86_400


def installed() -> bool:
    try:
        distribution(pgvector_server.PACKAGE)
    except PackageNotFoundError:
        return False
    return True


with_it = pytest.mark.skipif(not installed(), reason="an extra of one benchmark: pip install --no-deps -r requirements-bench.txt")


@pytest.fixture
def matrix(tmp_path: Path) -> VectorMatrix:
    made = VectorMatrix(tmp_path / "matrix", DIMENSION)
    vectors = normalised(np.random.default_rng(1).standard_normal((COUNT, DIMENSION)).astype(np.float32))
    made.append(list(range(1, COUNT + 1)), vectors)
    return made


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the user who runs the server may come: not under pytest's own folders, which root keeps from others."""
    made = Path(tempfile.mkdtemp(prefix="dateline-pgvector-test-"))
    made.chmod(0o755)
    yield made / "rival"
    shutil.rmtree(made)


def columns(embedded: int = COUNT) -> PassageColumns:
    """Passages of one day after another, of the outlets in turn; the last ones have no vector yet."""
    rows = np.arange(1, COUNT + 1, dtype=np.int64)
    return PassageColumns(rows, rows, rows * DAY, (rows % 3).astype(np.int32), rows <= embedded, rows, OUTLETS)


def best(matrix: VectorMatrix, columns: PassageColumns, scope: Scope, vector: np.ndarray, count: int) -> list[int]:
    places = matrix.places_of(columns.row[columns.mask(scope) & columns.embedded])
    return [row for row, _ in matrix.search(vector, count, places)]


@with_it
def test_it_finds_what_is_nearest_within_days_and_outlets(matrix: VectorMatrix, folder: Path) -> None:
    facts, vector = columns(), np.asarray(matrix.vectors[41])
    some_days, one_outlet = Scope(since=100 * DAY, seen_until=140 * DAY), Scope(sources=frozenset(["Courier"]))
    with rival(folder, matrix, facts, 50) as pgvector:
        (row, cosine), *_ = pgvector.search(vector, 50, Scope())
        assert (row, round(cosine, 3)) == (42, 1.0)
        for scope in (some_days, one_outlet):
            found = {row for row, _ in pgvector.search(vector, 20, scope)}
            assert len(found & set(best(matrix, facts, scope, vector, 20))) >= 18
            assert found <= set(facts.row[facts.mask(scope)].tolist())


@with_it
def test_it_is_built_once_and_anew_where_the_home_is_another(matrix: VectorMatrix, folder: Path) -> None:
    def made() -> tuple[int, float]:
        return (folder / BUILT).stat().st_mtime_ns, json.loads((folder / BUILT).read_text())["seconds"]

    with rival(folder, matrix, columns(), 50):
        first = made()
    with rival(folder, matrix, columns(), 50) as again:
        assert (made(), again.seconds) == (first, first[1])
    with rival(folder, matrix, columns(embedded=500), 50) as fewer:
        assert made() != first
        assert max(row for row, _ in fewer.search(np.asarray(matrix.vectors[550]), 50, Scope())) <= 500


@with_it
def test_a_build_that_was_cut_off_begins_again(matrix: VectorMatrix, folder: Path) -> None:
    part = folder.with_name(f"{folder.name}.part")
    (part / "data").mkdir(parents=True)
    (part / "data" / "half").write_text("of an initdb that was killed")
    with rival(folder, matrix, columns(), 50) as pgvector:
        assert len(pgvector.search(np.asarray(matrix.vectors[0]), 50, Scope())) == 50
    assert not part.exists()


def test_without_the_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pgvector_server, "PACKAGE", "no-such-package-of-pgvector")
    with pytest.raises(DatelineError) as told:
        pgvector_server.programs()
    assert "pip install --no-deps -r requirements-bench.txt" in str(told.value)
    assert "--no-pgvector" in str(told.value)


def test_a_home_with_chroma_has_room_for_what_comes_while_it_is_measured() -> None:
    assert chroma_bound(100_000, 100_000) > 101_000
    assert chroma_bound(100_001, 100_000) == 0
