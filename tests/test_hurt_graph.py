"""The graph of a larger Chroma collection, hurt on disk: said when it is opened, by a process that would else end on the spot."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.errors import DatelineError
from app.stores.graph_files import NOTE, look
from app.stores.vectors import VectorMetadata, VectorStore
from tests.test_hurt_indexes import garbled

COUNT = 1_200
"""Chroma writes the graph to files of its own from 1,000 on."""
META = VectorMetadata("a" * 20, 20260107, "Velm Courier")


def unit(seed: int, count: int = COUNT) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "chroma"
    store = VectorStore(folder, None)
    store.upsert(list(range(COUNT)), unit(1), [META] * COUNT)
    assert store.search(unit(1)[7], 1)[0][0] == 7
    store.close()
    return folder


@pytest.fixture
def chroma(made: Path, tmp_path: Path) -> Iterator[Path]:
    from chromadb.api.shared_system_client import SharedSystemClient

    shutil.copytree(made, tmp_path / "chroma")
    yield tmp_path / "chroma"
    SharedSystemClient.clear_system_cache()


def graph(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if path.is_dir())


def test_a_whole_graph_is_as_noted_and_written_on_it_is_noted_again(chroma: Path) -> None:
    assert look(chroma) == "as noted"
    store = VectorStore(chroma, None)
    store.upsert([5_000], unit(2, 1), [META])
    assert look(chroma) == "unknown", "a kill from here on leaves files of which nothing is known"
    store.close()
    assert look(chroma) == "as noted"
    again = VectorStore(chroma, None)
    assert again.search(unit(2, 1)[0], 1)[0][0] == 5_000
    again.close()


@pytest.mark.parametrize("name", ["data_level0.bin", "header.bin", "length.bin", "link_lists.bin", "index_metadata.pickle"])
def test_a_file_that_the_disk_has_hurt_is_said_with_the_command_that_mends_it(name: str, chroma: Path) -> None:
    file = graph(chroma) / name
    date = file.stat()
    garbled(file, 0.02)
    os.utime(file, ns=(date.st_atime_ns, date.st_mtime_ns))
    with pytest.raises(DatelineError, match=r"are hurt\. Run: python -m app reindex"):
        VectorStore(chroma, None)


def test_a_graph_that_is_gone_is_said(chroma: Path) -> None:
    shutil.rmtree(graph(chroma))
    with pytest.raises(DatelineError, match=r"are hurt\. Run: python -m app reindex"):
        VectorStore(chroma, None)


@pytest.mark.parametrize("noted", [True, False])
def test_a_graph_that_would_end_its_reader_ends_one_that_nobody_misses(noted: bool, chroma: Path) -> None:
    """As a power cut leaves it: written, and not as it was meant."""
    garbled(graph(chroma) / "data_level0.bin")
    if not noted:
        (chroma / NOTE).unlink()
    with pytest.raises(DatelineError, match=r"are hurt\. Run: python -m app reindex"):
        VectorStore(chroma, None)


def test_a_graph_of_which_nothing_is_noted_is_tried_and_then_used(chroma: Path) -> None:
    (chroma / NOTE).write_text("{")
    assert look(chroma) == "unknown"
    store = VectorStore(chroma, None)
    assert store.search(unit(1)[11], 1)[0][0] == 11
    store.close()
    assert look(chroma) == "as noted"
