"""Words, vectors and their cache that the disk has hurt: seen when they are opened and by doctor, and mended by what doctor names."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.commands.ingest import main as ingest
from tests.quick import use_quick
from tests.samples import RECORDS, opened, write_records
from tests.test_indexing import assert_whole, found

QUESTION = "How did the council of Velm vote on the old mill?"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Twelve articles, ingested."""
    home = tmp_path / "home"
    use_quick(monkeypatch, home=home)
    monkeypatch.chdir(tmp_path)
    write_records(tmp_path / "news.jsonl", RECORDS)
    assert ingest(["news.jsonl"]) == 0
    capsys.readouterr()
    return home


def garbled(file: Path, part: float = 0.5) -> None:
    """Garbage over the middle of a file, as long as it was."""
    data = bytearray(file.read_bytes())
    length = max(1, int(len(data) * part))
    start = (len(data) - length) // 2
    data[start : start + length] = random.Random(6).randbytes(length)
    file.write_bytes(data)


def hurt(home: Path, how: str) -> None:
    words, matrix, chroma = home / "words" / "passages", home / "matrix", home / "chroma"
    kind, _, rest = how.partition(": ")
    if kind == "words":
        match rest:
            case "deleted":
                shutil.rmtree(words)
            case "emptied":
                for file in words.iterdir():
                    file.unlink()
            case "no meta":
                (words / "meta.json").unlink()
            case "other meta":
                (words / "meta.json").write_text('{"segments": [7]}')
            case "a file":
                shutil.rmtree(words)
                words.write_text("no folder")
            case "of articles":
                shutil.rmtree(home / "words" / "articles")
            case "cut":
                file = next(words.glob("*.idx"))
                file.write_bytes(file.read_bytes()[:-20])
            case end:
                garbled(next(words.glob(f"*.{end}")))
    elif kind == "matrix":
        vectors = np.fromfile(matrix / "vectors.f32", np.float32)
        match rest:
            case "NaN":
                vectors[5::7] = np.nan
                vectors.tofile(matrix / "vectors.f32")
            case "zeros":
                np.zeros_like(vectors).tofile(matrix / "vectors.f32")
            case "two exchanged":
                table = vectors.reshape(-1, 384).copy()
                table[[0, 1]] = table[[1, 0]]
                table.tofile(matrix / "vectors.f32")
            case "deleted":
                shutil.rmtree(matrix)
            case name:
                garbled(matrix / name)
    elif rest == "deleted":
        shutil.rmtree(chroma)
    elif rest == "no graph":
        for folder in (path for path in chroma.iterdir() if path.is_dir()):
            shutil.rmtree(folder)
    elif rest == "chroma.sqlite3":
        garbled(chroma / rest, 0.9)
    else:
        garbled(next(chroma.glob(f"*/{rest}")))


WORDS = ["deleted", "emptied", "no meta", "other meta", "a file", "of articles", "cut", "idx", "term", "store", "fast", "fieldnorm"]
MATRIX = ["NaN", "zeros", "two exchanged", "deleted", "vectors.f32", "rows.i64", "sums.u32"]
CHROMA = ["deleted", "chroma.sqlite3"]
EVERY = [f"words: {how}" for how in WORDS] + [f"matrix: {how}" for how in MATRIX] + [f"chroma: {how}" for how in CHROMA]


@pytest.mark.parametrize("how", EVERY)
def test_a_hurt_index_is_said_with_the_command_that_mends_it(home: Path, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", QUESTION, "--json"]) == 0
    before = [hit["passage"] for hit in json.loads(capsys.readouterr().out)]
    hurt(home, how)

    # Whoever asks is told, instead of getting another answer.
    status = main(["ask", QUESTION, "--json"])
    said = capsys.readouterr()
    told = said.err if status else " ".join(json.loads(said.out)["notes"])
    assert "python -m app reindex" in told, told
    assert "Traceback" not in told

    assert main(["doctor", "--json"]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    assert {finding["mend"] for finding in json.loads(said.out) if finding["level"] == "error"} == {"python -m app reindex"}

    assert main(["reindex"]) == 0
    assert main(["doctor"]) == 0, capsys.readouterr().out
    capsys.readouterr()
    assert main(["search", QUESTION, "--json"]) == 0
    assert [hit["passage"] for hit in json.loads(capsys.readouterr().out)] == before
    with opened(home) as service:
        service.load_encoder()
        assert_whole(service)


@pytest.mark.parametrize("how", [f"matrix: {how}" for how in MATRIX])
def test_the_owner_of_a_home_writes_a_hurt_matrix_anew_from_chroma(home: Path, how: str) -> None:
    hurt(home, how)
    with opened(home) as service:
        service.load_encoder()
        assert service.health().detail == ""
        assert_whole(service)
        assert "14 to 9" in found(service, QUESTION, until="2026-02-01")[0]


@pytest.mark.parametrize("how", ["words: deleted", "words: emptied", "words: idx"])
def test_an_ingestion_over_a_hurt_word_index_says_what_mends_it_instead_of_going_on(
    home: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    hurt(home, how)
    assert ingest(["news.jsonl"]) == 2
    assert "python -m app reindex" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["garbage", "a folder", "empty", "NaN"])
def test_a_hurt_cache_of_vectors_costs_time_and_nothing_else(home: Path, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3
    from contextlib import closing

    file = home / "cache" / "vectors.sqlite"
    match how:
        case "garbage":
            garbled(file, 0.9)
        case "a folder":
            file.unlink()
            file.mkdir()
        case "empty":
            file.write_bytes(b"")
        case _:
            with closing(sqlite3.connect(file)) as cache, cache:
                cache.execute("UPDATE vectors SET vector = ?", (np.full(384, np.nan, np.float16).tobytes(),))
    assert main(["reindex"]) == 0
    assert main(["doctor"]) == 0
    assert capsys.readouterr().err == ""
    with opened(home) as service:
        service.load_encoder()
        assert_whole(service)
        assert "14 to 9" in found(service, QUESTION)[0]
