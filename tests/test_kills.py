"""An ingestion killed at random points, three times over: the next run finishes it, with nothing lost or doubled."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.doctor import examine
from evals.bench_kills import kill_catch_up, torture, without_vectors, write_articles
from tests.records import record_in
from tests.samples import RECORDS, opened, write_records
from tests.test_indexing import assert_whole, found

ARTICLES = 160
SEED = 20251130


def news(folder: Path) -> Path:
    """Articles of one to four passages, each with words of its own."""
    records = []
    for number in range(ARTICLES):
        source = RECORDS[number % len(RECORDS)]
        text = f"Report number{number} from the district. " + " ".join([source["text"]] * (1 + number % 4))
        records.append({"url": f"https://wire.example/{number}", "title": f"Report {number}", "published": "2025-10-02", "text": text})
    write_records(folder / "first.jsonl", records[: ARTICLES // 2])
    write_records(folder / "second.jsonl", records[ARTICLES // 2 :])
    return folder


def start(home: Path, folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATELINE_HOME": str(home), "DATELINE_EMBEDDING_MODEL": "hashing", "DATELINE_LLM": "none"}
    command = [sys.executable, "ingest.py", str(folder), "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[1])


def begun(home: Path) -> None:
    """Wait until the process has the home: what comes before it can hurt nothing."""
    deadline = time.monotonic() + 120
    while not (home / "owner.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_ingestion_killed_three_times_ends_with_every_article_once(tmp_path: Path) -> None:
    folder, home = news(tmp_path / "news"), tmp_path / "home"
    chance = random.Random(SEED)
    length, killed, turn = 2.0, 0, 0
    while killed < 3:
        assert turn < 20
        # Something new each time, so that a run after a whole one has work to be killed in.
        write_records(folder / f"turn{turn}.jsonl", [dict(RECORDS[0], url=f"https://wire.example/turn{turn}-{n}") for n in range(60)])
        turn += 1
        (home / "owner.json").unlink(missing_ok=True)
        process = start(home, folder)
        begun(home)
        began = time.monotonic()
        try:
            process.wait(chance.uniform(0, length))
            length = time.monotonic() - began  # it was done before its end came: so long a run is, on this machine now
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()

    process = start(home, folder)
    report = json.loads(process.communicate(timeout=120)[0])
    assert process.returncode == 0
    assert report["failed"] == []
    total = ARTICLES + turn * 60
    assert report["read"] == total
    with opened(home) as service:
        service.load_encoder()
        assert service.health().articles == total
        assert_whole(service)
        for number in chance.sample(range(ARTICLES), 20):
            assert f"number{number} " in found(service, f"number{number}", urls=[f"https://wire.example/{number}"])[0]


def without_a_vector(home: Path) -> int:
    return int(record_in(home).said("SELECT COUNT(*) FROM passages WHERE embedded = 0")[0][0])


def test_a_server_killed_while_it_makes_vectors_loses_and_doubles_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_articles(tmp_path / "news.jsonl", 600)
    without_vectors(tmp_path / "news.jsonl", home)
    looked_up = {} if record_in(home).url is None else {"waiting": without_a_vector}
    assert kill_catch_up(home, random.Random(SEED), **looked_up), "all vectors were made before the kill"
    with opened(home) as service:
        health = service.health()
        assert 0 < health.embedded < health.passages
        assert service.catch_up() == health.passages - health.embedded
        assert service.health().articles == 600
        assert_whole(service)
        assert [finding.what for finding in examine(service.settings, service.stores) if finding.level == "error"] == []


@pytest.mark.parametrize("kind", ["web", "watch"])
def test_what_comes_from_the_web_and_rounds_of_watching_lose_and_double_nothing_when_killed(tmp_path: Path, kind: str) -> None:
    outcome = torture(tmp_path, 2, articles=30, kind=kind)
    assert (outcome.kills, outcome.wrong, outcome.broken) == (2, 0, 0)


@pytest.mark.parametrize(
    "place",
    [
        "app.stores.catalog.Catalog.put",
        "app.stores.lexical.LexicalIndex.replace",
        "app.stores.vectors.VectorStore.upsert",
        "app.stores.matrix.VectorMatrix.append",
        "app.indexing.backlog.Backlog.drop_vectors",
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_ends_just_before_or_after_any_store_is_written_is_finished_by_the_next(tmp_path: Path, place: str, after: bool) -> None:
    from importlib import import_module

    module, owner, name = place.rsplit(".", 2)
    whole = getattr(getattr(import_module(module), owner), name)

    class KilledError(BaseException):
        """Nothing catches it, as nothing catches a kill."""

    def cut(*arguments: object, **options: object) -> None:
        if after:
            whole(*arguments, **options)
        raise KilledError

    old = write_records(tmp_path / "old.jsonl", RECORDS)
    with opened(tmp_path / "home") as service:
        service.ingest([old])
    edited = write_records(tmp_path / "new.jsonl", [record | {"text": record["text"] + " More is to come."} for record in RECORDS])
    with pytest.MonkeyPatch.context() as patch, opened(tmp_path / "home") as service:
        patch.setattr(place, cut)
        with pytest.raises(KilledError):
            service.ingest([edited])
    with opened(tmp_path / "home") as service:
        service.remove([RECORDS[0]["url"]])
        service.ingest([edited])
        service.load_encoder()
        assert service.health().articles == len(RECORDS)
        assert_whole(service)
        assert found(service, "How did the council of Velm vote?")[0].endswith("More is to come.")
