"""Vectors by two workers of Ray on this machine: those that one process makes, each passage once, whoever is killed meanwhile."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.encoding.encoder import Vectors
from app.encoding.ray_workers import LOCAL, RayEncoder
from app.errors import DatelineError
from app.service import Service
from app.settings import load_settings
from tests.samples import RECORDS, ingest_records, opened

WORDS = ["ferry", "mill", "council", "bridge", "dikes", "engineers", "strike", "museum", "orchard", "lock", "crowns", "harbour"]
ARTICLES = 360
COPIES = 90
"""Of them say word for word, with title, outlet and day, what another says: three say each."""


def records() -> list[dict[str, str]]:
    """Articles of one passage each."""
    made = []
    for n in range(ARTICLES):
        of = n % (COPIES // 3) if n < COPIES else n
        words = random.Random(of)
        text = " ".join(f"{words.choice(WORDS)}{words.randrange(100)}" for _ in range(30)) + f" in the year {of}."
        told = {"source": "Velm Courier", "published": "2025-11-30", "text": text}
        made.append({"url": f"https://made.example/{n}", "title": f"Story {of}", **told})
    return made


DISTINCT = ARTICLES - COPIES + COPIES // 3


@pytest.fixture(scope="module")
def workers() -> Iterator[RayEncoder]:
    with RayEncoder(load_settings(llm="none", embedding_model="hashing"), LOCAL, 2) as encoder:
        yield encoder


def vectors(service: Service) -> Vectors:
    """Of every passage, in the order of their rows, which are the same in each home."""
    matrix = service.stores.matrix
    assert matrix is not None
    held = matrix.get(matrix.rows.tolist())
    assert len(held) == ARTICLES
    return np.stack([held[row] for row in sorted(held)])


def computed(encoder: RayEncoder) -> int:
    return sum(one["computed"] for one in encoder.describe())


def test_workers_that_cannot_load_the_model_say_why() -> None:
    settings = load_settings(llm="none", embedding_url="http://127.0.0.1:9/v1", embedding_model="none")
    with pytest.raises(DatelineError, match=r"a worker of Ray cannot embed: the embedding server \S+ does not answer"):
        RayEncoder(settings, LOCAL, 1)


def test_each_passage_is_embedded_once_by_hash_and_the_work_goes_on_where_it_was_stopped(tmp_path: Path, workers: RayEncoder) -> None:
    before, stop, seen = computed(workers), threading.Event(), []

    def watch(stage: str, done: int, total: int) -> None:
        if stage == "vectors":
            seen.append((done, total))
            stop.set()

    with opened(tmp_path / "home", encoder=workers) as service:
        ingest_records(service, tmp_path, records(), embed=False)
        made = service.catch_up(watch, stop)
        assert 0 < made < ARTICLES and seen == [(made, ARTICLES)]
    with opened(tmp_path / "home", encoder=workers) as service:
        assert service.catch_up() == ARTICLES - made
        assert service.health().embedded == service.health().passages == ARTICLES
    assert computed(workers) - before == DISTINCT
    assert len({one["pid"] for one in workers.describe()}) == 2


def test_a_killed_worker_is_replaced_and_nothing_is_lost(tmp_path: Path, workers: RayEncoder) -> None:
    pids = {one["pid"] for one in workers.describe()}
    victim = min(pids)

    def kill(stage: str, done: int, total: int) -> None:
        if stage == "vectors" and done < total:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                assert victim not in {one["pid"] for one in workers.describe()}

    with opened(tmp_path / "home", encoder=workers) as service:
        ingest_records(service, tmp_path, records(), embed=False)
        assert service.catch_up(kill) == ARTICLES
        assert service.health().embedded == ARTICLES
        spread = vectors(service)
    assert victim not in {one["pid"] for one in workers.describe()}
    with opened(tmp_path / "alone") as service:
        ingest_records(service, tmp_path, records())
        np.testing.assert_allclose(spread, vectors(service), atol=1e-3)


def test_the_packaged_model_gives_the_same_vectors_there(tmp_path: Path) -> None:
    """By the command, as a user types it."""
    run = [sys.executable, "-m", "app"]
    environment = os.environ | {"DATELINE_HOME": str(tmp_path / "home")}
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS, embed=False)
    done = subprocess.run([*run, "embed", "--ray", "local"], env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert (done.returncode, done.stdout) == (0, f"{len(RECORDS)} vectors made; all {len(RECORDS)} passages have one.\n"), done.stderr
    settings = load_settings(home=tmp_path / "home", llm="none")
    from app.encoding import load_encoder
    from app.indexing.passages import embedded_text
    from app.stores.stores import Stores

    encoder, stores = load_encoder(settings), Stores(settings, "own", "test")
    try:
        stores.open_vectors(encoder)
        for stored in stores.catalog.passages(stores.catalog.journal.passages_with_vector()).values():
            article = stores.catalog.articles([stored.article_row])[stored.article_row]
            anew = encoder.encode([embedded_text(article, article.text[stored.passage.start : stored.passage.end])])[0]
            assert stores.matrix is not None
            assert float(stores.matrix.get([stored.row])[stored.row] @ anew) > 0.999
    finally:
        stores.close()
