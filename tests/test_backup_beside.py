"""Backups taken beside processes that write: each is a state that the home was in."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.backup.package import Package
from app.doctor.home import examine_home
from app.encoding.hashing import HashingEncoder
from app.indexing.passages import embedded_text
from app.service import Service
from app.stores.matrix import VectorMatrix, checksum
from app.stores.matrix_files import MatrixFiles
from app.stores.stores import Stores
from tests.backups import restored, running, saved
from tests.processes import until
from tests.samples import MILL, opened, write_records
from tests.test_indexing import assert_whole
from tests.test_server import Machine

pytestmark = pytest.mark.catalog_file("`backup` and `restore`; PostgreSQL has its own (docs/scaling.md)")

ARTICLES = 500


def ingest(home: Path, file: Path) -> None:
    with opened(home) as service:
        service.ingest([file])


def number_of(url: str | None) -> int:
    return int((url or "").rpartition("/")[2])


def assert_vectors_are_their_passages_own(service: Service) -> None:
    stores, encoder = service.stores, HashingEncoder()
    assert isinstance(stores, Stores) and stores.matrix is not None
    rows = stores.catalog.journal.passages_with_vector()
    stored = stores.catalog.passages(rows[:500])
    articles = stores.catalog.articles({passage.article_row for passage in stored.values()})
    texts = [embedded_text(articles[p.article_row], articles[p.article_row].text[p.passage.start : p.passage.end]) for p in stored.values()]
    held = stores.matrix.get(list(stored))
    np.testing.assert_allclose(np.array([held[row] for row in stored]).reshape(-1, 384), encoder.encode(texts), atol=1e-6)


def test_a_backup_taken_while_another_process_ingests_holds_a_beginning_of_what_it_reads(tmp_path: Path) -> None:
    home = tmp_path / "home"
    texts = [f"Report number{number} from the district. {MILL['text']}" for number in range(ARTICLES)]
    records = [MILL | {"url": f"https://wire.example/{number}", "text": text} for number, text in enumerate(texts)]
    counts, backups = [], []
    with running(ingest, home, write_records(tmp_path / "news.jsonl", records)) as writer:
        until(lambda: (home / "matrix").exists() or (home / "words" / "articles" / "meta.json").exists(), 120)
        while writer.is_alive():
            backups.append(tmp_path / f"{len(backups)}.zip")
            saved(home, backups[-1])
        writer.join()
        assert writer.exitcode == 0
    for file in backups:
        with Package(file) as package:
            counts.append((package.manifest.articles, package.manifest.vectors))
    assert counts == sorted(counts) and len(set(counts)) > 2, "it was saved at several moments"
    middle = max(range(len(counts)), key=lambda place: (counts[place] != counts[-1], place))
    for place in sorted({0, middle, len(counts) - 1}):
        new = tmp_path / f"new{place}"
        restored(backups[place], new)
        with opened(new) as service:
            found = service.stores.catalog.articles(service.stores.catalog.article_rows())
            assert sorted(number_of(article.url) for article in found.values()) == list(range(counts[place][0]))
            assert all(article.text == texts[number_of(article.url)] for article in found.values())
            service.catch_up()
            service.load_encoder()
            assert_whole(service)
            assert_vectors_are_their_passages_own(service)
            assert [finding for finding in examine_home(service.settings, service.stores) if finding.level == "error"] == []
    with opened(home) as service:
        assert service.health().articles == ARTICLES
        service.load_encoder()
        assert_whole(service)


def unit(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_matrix_that_is_begun_anew_or_half_written_gives_what_it_held_and_nothing_else(tmp_path: Path) -> None:
    matrix, old = VectorMatrix(tmp_path, 8), unit(5_000, 1)
    matrix.append(list(range(5_000)), old)
    with MatrixFiles(tmp_path) as files:
        assert files.dimension() == 8
        matrix.append(list(range(5_000, 5_100)), unit(100, 2))
        with open(tmp_path / "rows.i64", "ab") as half:
            half.write(np.int64(7_000).tobytes())
        assert files.dimension() is None, "rows and vectors are not of the same number now"
        matrix.clear()
        matrix.append(list(range(5_000)), unit(5_000, 3))
        wanted = np.arange(10, 6_000, 2)
        rows, vectors, sums = (np.concatenate(part) for part in zip(*files.sound(wanted, 8), strict=True))
    assert rows.tolist() == list(range(10, 5_100, 2))
    np.testing.assert_array_equal(vectors[:100], old[10:210:2])
    assert [checksum(row, vector) for row, vector in zip(rows, vectors, strict=True)] == sums.tolist()


def test_a_hurt_vector_is_left_out_of_a_backup_and_made_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ingest(
        home, write_records(tmp_path / "news.jsonl", [MILL | {"url": f"https://wire.example/{n}", "text": f"{n} mills."} for n in range(9)])
    )
    data = bytearray((home / "matrix" / "vectors.f32").read_bytes())
    data[4 * 384 * 3 + 2] ^= 64
    (home / "matrix" / "vectors.f32").write_bytes(data)
    saved(home, tmp_path / "a.zip")
    with Package(tmp_path / "a.zip") as package:
        assert (package.manifest.passages, package.manifest.vectors) == (9, 8)
    restored(tmp_path / "a.zip", tmp_path / "new")
    with opened(tmp_path / "new") as service:
        service.catch_up()
        assert_whole(service)
        assert_vectors_are_their_passages_own(service)


def test_both_commands_work_beside_a_server_and_restore_does_not_touch_its_home(tmp_path: Path) -> None:
    machine, file = Machine(tmp_path), str(tmp_path / "a.zip")
    ingest(machine.home, write_records(tmp_path / "news.jsonl", [MILL]))
    with machine.serving():
        done = machine.run("-m", "app", "backup", file)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Saved 1 articles, 1 vectors and 0 conversations")
        refused = machine.run("-m", "app", "restore", file, "--force")
        assert refused.returncode == 2
        assert "is in use by `serve` (process" in refused.stderr and refused.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.glob("home*")) == ["home"]


def test_a_home_that_does_not_say_how_long_its_vectors_are_is_saved_whole(tmp_path: Path) -> None:
    ingest(tmp_path / "home", write_records(tmp_path / "news.jsonl", [MILL]))
    with closing(sqlite3.connect(tmp_path / "home" / "catalog.sqlite")) as older, older:
        older.execute("DELETE FROM meta WHERE key = 'embedding_dimension'")
    saved(tmp_path / "home", tmp_path / "a.zip")
    with Package(tmp_path / "a.zip") as package:
        assert (package.manifest.vectors, package.manifest.dimension) == (1, 384)
