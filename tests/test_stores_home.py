"""Who may write in a home: one process, which the system frees of it however it ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.errors import DatelineError
from app.stores.home import HomeLock, Owner, owner

HOLD = """
import sys, time
from pathlib import Path
from app.stores.home import HomeLock
lock = HomeLock(Path(sys.argv[1]), sys.argv[2], "ingest")
print("held" if lock.held else "refused", flush=True)
time.sleep(60)
"""


def hold(home: Path, mode: str) -> subprocess.Popen[str]:
    """Another process that has taken the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(home), mode], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_second_owner_is_refused_in_one_line_that_names_the_holder(tmp_path: Path) -> None:
    process = hold(tmp_path, "own")
    try:
        with pytest.raises(DatelineError) as refused:
            HomeLock(tmp_path, "own", "remove")
        assert f"`ingest` (process {process.pid})" in str(refused.value)
        assert "\n" not in str(refused.value)
        assert refused.value.status == 2
        found = owner(tmp_path)
        assert found is not None
        assert (found.pid, found.kind, found.port) == (process.pid, "ingest", None)
    finally:
        kill(process)


def test_a_killed_owner_is_taken_over(tmp_path: Path) -> None:
    kill(hold(tmp_path, "own"))
    assert (tmp_path / "owner.json").exists()
    assert owner(tmp_path) is None
    lock = HomeLock(tmp_path, "own", "serve")
    assert lock.held
    lock.release()
    assert not (tmp_path / "owner.json").exists()


def test_a_reader_beside_an_owner_is_told_that_it_may_not_open_the_vectors(tmp_path: Path) -> None:
    process = hold(tmp_path, "own")
    try:
        lock = HomeLock(tmp_path, "read")
        assert not lock.held
        lock.release()
        assert owner(tmp_path) is not None
    finally:
        kill(process)


def test_readers_share_a_home(tmp_path: Path) -> None:
    process = hold(tmp_path, "read")
    try:
        lock = HomeLock(tmp_path, "read")
        assert lock.held
        assert owner(tmp_path) is None
        lock.release()
    finally:
        kill(process)


def test_an_owner_waits_for_a_reader_and_then_says_what_is_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.stores.home.PATIENCE_SECONDS", 0.2)
    reader = HomeLock(tmp_path, "read")
    with pytest.raises(DatelineError, match="in use by a command that reads it"):
        HomeLock(tmp_path, "own", "ingest")
    reader.release()
    HomeLock(tmp_path, "own", "ingest").release()


def test_an_owner_that_serves_says_where_and_only_to_its_user(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path, "own", "serve")
    told = Owner(os.getpid(), "serve", "127.0.0.1", 7860, "secret")
    lock.announce(told)
    assert owner(tmp_path) == told
    assert stat.S_IMODE((tmp_path / "owner.json").stat().st_mode) == 0o600
    with pytest.raises(DatelineError, match="on port 7860"):
        HomeLock(tmp_path, "own", "ingest")
    lock.release()


ODD = {
    "empty": b"",
    "half": b"{",
    "list": b"[]",
    "unknown field": b'{"pid": 1, "kind": "serve", "surprise": 2}',
    "binary": b"\x00\xff\xfe" * 100,
    "pid a word": b'{"pid": "one", "kind": "serve"}',
    "pid null": b'{"pid": null, "kind": "serve"}',
    "pid a list": b'{"pid": [1], "kind": "serve"}',
    "pid a fraction": b'{"pid": 1.5, "kind": "serve"}',
    "pid of a group": b'{"pid": 0, "kind": "serve"}',
    "pid huge": b'{"pid": 1e999, "kind": "serve"}',
    "pid larger than any": b'{"pid": 99999999999999999999, "kind": "serve"}',
    "kind a number": b'{"pid": 1, "kind": 7}',
    "kind steers a terminal": b'{"pid": 1, "kind": "\\u001b[2J"}',
    "port a word": b'{"pid": 1, "kind": "serve", "port": "x"}',
    "port out of range": b'{"pid": 1, "kind": "serve", "port": 99999}',
    "host a list": b'{"pid": 1, "kind": "serve", "host": [], "port": 7860}',
    "nested": b"[" * 100_000,
    "huge": b'{"pid": 1, "kind": "' + b"x" * 5_000_000 + b'"}',
}


@pytest.mark.parametrize("written", ODD.values(), ids=ODD)
def test_an_owner_file_that_makes_no_sense_is_no_owner_and_the_next_one_replaces_it(
    tmp_path: Path, written: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("DATELINE_HOME", str(home))
    home.mkdir()
    (home / "owner.json").write_bytes(written)
    assert owner(home) is None
    assert main(["search", "mill"]) == 0
    main(["doctor"])
    said = capsys.readouterr()
    assert said.err == ""
    assert "a command that wrote here was killed" in said.out
    HomeLock(home, "own", "serve").release()
    assert not (home / "owner.json").exists()


@pytest.mark.parametrize("written", [b"{", b'{"pid": "one", "kind": "serve"}', None])
def test_doctor_names_the_mend_where_the_owner_file_is_lost_or_hurt_under_its_owner(
    tmp_path: Path, written: bytes | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("DATELINE_HOME", str(home))
    process = hold(home, "own")
    try:
        if written is None:
            (home / "owner.json").unlink()
        else:
            (home / "owner.json").write_bytes(written)
        assert main(["search", "mill"]) == 0
        assert main(["doctor"]) == 1
        said = capsys.readouterr()
        assert said.err == ""
        assert "mend: Stop that command" in said.out
    finally:
        kill(process)
    HomeLock(home, "own", "serve").release()
    main(["doctor"])
    assert "Stop that command" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["lock", "owner.json"])
def test_a_folder_where_a_file_should_be_is_said_with_the_command_that_mends_it(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("DATELINE_HOME", str(home))
    (home / name).mkdir(parents=True)
    assert main(["remove", "nothing"]) == 2
    mend = capsys.readouterr().err.strip().rpartition("Run: ")[2]
    main(["doctor"])
    assert capsys.readouterr().err == ""
    assert mend == f"rm -r {home / name}"
    subprocess.run(mend.split(), check=True)
    HomeLock(home, "own", "serve").release()


def test_a_home_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    with pytest.raises(DatelineError, match="DATELINE_HOME"):
        HomeLock(file / "home", "own")


def test_two_homes_never_touch(tmp_path: Path) -> None:
    first = HomeLock(tmp_path / "one", "own", "serve")
    second = HomeLock(tmp_path / "two", "own", "serve")
    first.release()
    assert owner(tmp_path / "one") is None
    assert owner(tmp_path / "two") is not None
    second.release()
