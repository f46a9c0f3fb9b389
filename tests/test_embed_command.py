"""`embed`: works off what is owed, in this process."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from app.__main__ import main
from app.encoding.hashing import HashingEncoder
from tests.embedding_server import KEY, MODEL, embedding_server
from tests.samples import FERRY, MILL, ingest_records, opened


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two passages that owe their vectors."""
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("app.encoding.served.WAITS", (0.0, 0.0))
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, [MILL, FERRY], embed=False)
    return tmp_path / "home"


def test_it_makes_what_is_owed_and_then_has_nothing_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_EMBEDDING_MODEL", "hashing")
    assert main(["embed"]) == 0
    assert capsys.readouterr().out == "2 vectors made; all 2 passages have one.\n"
    assert main(["embed"]) == 0
    assert capsys.readouterr().out == "0 vectors made; all 2 passages have one.\n"


def test_a_server_that_is_away_is_one_line_and_the_work_is_done_once_it_is_back(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with embedding_server(HashingEncoder()) as server:
        for name, value in (("URL", server.base_url), ("MODEL", MODEL), ("API_KEY", KEY)):
            monkeypatch.setenv(f"DATELINE_EMBEDDING_{name}", value)
        server.fault = "500"
        assert main(["embed"]) == 2
        said = capsys.readouterr().err
        assert "answers 500: out of order" in said and said.count("\n") == 1 and "Traceback" not in said
        server.fault = ""
        assert main(["embed"]) == 0


def test_passages_that_say_the_same_are_embedded_once(tmp_path: Path) -> None:
    with embedding_server(HashingEncoder()) as server:
        changes = {"embedding_url": server.base_url, "embedding_model": MODEL, "embedding_api_key": KEY}
        with opened(tmp_path / "home", **changes) as service:
            ingest_records(service, tmp_path, [MILL, MILL | {"url": "https://courier.example/again"}, FERRY])
            assert service.health().embedded == 3
        assert server.batches == [1, 2], "a trial, and two texts"


def test_without_ray_installed_it_says_how_to_get_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if importlib.util.find_spec("ray"):
        monkeypatch.setitem(__import__("sys").modules, "ray", None)
    assert main(["embed", "--ray", "local"]) == 2
    assert "pip install -r requirements-ray.txt" in capsys.readouterr().err
