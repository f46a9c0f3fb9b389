"""The home is its user's alone: whatever wrote it, and whatever it was before."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from app.commands.doctor import doctor
from app.errors import DatelineError
from app.stores.home import HomeLock, owner
from tests.samples import RECORDS, ingest_records, opened


@pytest.fixture(autouse=True)
def usual_mask() -> object:
    """As a shell has it; opening a home makes it narrower."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(home: Path) -> dict[str, str]:
    """Of the home and all that is in it."""
    return {str(path.relative_to(home)): oct(path.stat().st_mode & 0o777) for path in (home, *home.rglob("*"))}


def assert_closed(home: Path) -> None:
    wrong = {name: mode for name, mode in modes(home).items() if mode != ("0o700" if (home / name).is_dir() else "0o600")}
    assert wrong == {}


def test_every_file_of_a_home_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    home = tmp_path / "news" / "home"
    with opened(home) as service:
        ingest_records(service, tmp_path, RECORDS)
        written = modes(home)
        assert {"chroma/chroma.sqlite3", "owner.json", "lock"} <= set(written)
        assert service.stores.catalog.leader is not None or {"catalog.sqlite-wal", "catalog.sqlite-shm"} <= set(written)
        assert any(name.startswith("words/passages/") for name in written)
        assert any(name.startswith("matrix/") for name in written)
        assert_closed(home)
    assert_closed(home)
    with opened(home, "read") as service:
        service.load_encoder()
        assert_closed(home)


@pytest.mark.parametrize("mode", ["own", "read"])
def test_a_home_that_was_wider_is_narrowed_when_it_is_opened(tmp_path: Path, mode: str) -> None:
    home = tmp_path / "home"
    with opened(home) as service:
        ingest_records(service, tmp_path, RECORDS)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with opened(home, "own" if mode == "own" else "read"):
        assert_closed(home)


def test_files_of_others_in_the_folder_keep_their_modes_and_doctor_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("DATELINE_HOME", str(home))
    home.mkdir()
    theirs = home / "notes.txt"
    theirs.write_text("not Dateline's")
    with opened(home) as service:
        ingest_records(service, tmp_path, RECORDS)
    assert (theirs.stat().st_mode & 0o777, home.stat().st_mode & 0o777) == (0o644, 0o755)
    assert (home / "lock").stat().st_mode & 0o777 == 0o600
    doctor()
    assert f"mend: chmod go-rwx {home}" in capsys.readouterr().out
    subprocess.run(["chmod", "go-rwx", str(home)], check=True)
    doctor()
    assert f"{home} is closed to other users" in capsys.readouterr().out


@pytest.mark.parametrize("mode", ["own", "read"])
def test_the_home_of_another_user_is_refused_in_one_line(tmp_path: Path, mode: str) -> None:
    if os.geteuid():
        home = Path("/usr")
    else:
        home = tmp_path / "home"
        HomeLock(home, "own").release()
        os.chown(home, 65_534, -1)
    with pytest.raises(DatelineError, match="belongs to another user") as refused:
        HomeLock(home, "own" if mode == "own" else "read")
    assert "DATELINE_HOME" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert owner(home) is None
