"""`check`: the support check alone, on lines of claims and sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_commands import feed, rows, run


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, and a working folder without .env."""
    home = tmp_path / "home"
    monkeypatch.setenv("DATELINE_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return home


def test_check_scores_claims_without_any_collection(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "The work is expected to start in March, officials said."
    pairs = [{"source": source, "claim": claim} for claim in ("The work should start in March.", "The work should start in May.")]
    feed(monkeypatch, b"\n".join(json.dumps(pair).encode() for pair in [*pairs, {"source": source}]))
    status, out, _ = run(capsys, "check", "--json")
    true, false, bad = rows(out)
    assert status == 1
    assert true["support"] > false["support"]
    assert "March" in source[true["start"] : true["end"]]
    assert any("May" in reason for reason in false["reasons"])
    assert list(bad) == ["error"]
    assert not (home / "catalog.sqlite").exists()


def test_many_claims_at_once_keep_their_order_and_their_names(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [{"id": n, "source": f"The port counted {n} ships.", "claim": f"The port counted {n + n % 2} ships."} for n in range(2, 150)]
    feed(monkeypatch, b"\n".join(json.dumps(line).encode() for line in lines))
    status, out, _ = run(capsys, "check", "--json")
    found = rows(out)
    assert status == 0
    assert [row["id"] for row in found] == list(range(2, 150))
    assert all((row["support"] == 1) == (row["id"] % 2 == 0) for row in found)


def test_a_claim_that_cannot_be_read_does_not_stop_those_that_came_with_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {"id": "a", "source": "The port counted 12 ships.", "claim": "The port counted 12 ships."}
    feed(monkeypatch, b"\n".join([json.dumps(good).encode(), b"not JSON", b"", json.dumps(good | {"id": "b"}).encode()]))
    status, out, _ = run(capsys, "check", "--json")
    first, bad, last = rows(out)
    assert status == 1
    assert (first["id"], last["id"]) == ("a", "b")
    assert first["support"] == last["support"] == 1
    assert "not JSON" in bad["error"]
