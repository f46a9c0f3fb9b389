"""Who may write in a home: one process, which the system frees of it however it ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("written", ["", "{", "[]", '{"pid": 1, "surprise": 2}', "\x00\x00"])
def test_an_owner_file_that_makes_no_sense_is_no_owner(tmp_path: Path, written: str) -> None:
    (tmp_path / "owner.json").write_text(written)
    assert owner(tmp_path) is None
    HomeLock(tmp_path, "own", "serve").release()


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
