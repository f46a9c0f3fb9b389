"""A backup or a restore that is killed at any of its steps, or whose disk is full: nothing half has a name, and the next one succeeds."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.backup import restore, save
from tests.backups import allow, fingerprint, is_whole, restored, run, saved, settings_of
from tests.samples import MILL, RECORDS, ingest_records, opened

pytestmark = pytest.mark.catalog_file("`backup` and `restore`; PostgreSQL has its own (docs/scaling.md)")

ARTICLES = 40
EVERY = int(os.environ.get("EVERY", "7"))
"""Of the steps each seventh is tried, with another beginning for each test; `EVERY=1 pytest tests/test_backup_killed.py` tries all."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of forty articles and a backup of it."""
    folder, chance = tmp_path_factory.mktemp("made"), random.Random(15)
    texts = [" ".join(f"Word{chance.randrange(10**6)} was said." for _ in range(150)) for _ in range(ARTICLES)]
    with opened(folder / "home") as service:
        ingest_records(service, folder, [MILL | {"url": f"https://wire.example/{n}", "text": text} for n, text in enumerate(texts)])
        service.conversations.add("", "conversation", "key", "A question?", "{}")
    saved(folder / "home", folder / "a.zip")
    return folder


def articles(home: Path) -> int:
    with opened(home, "read") as service:
        service.stores.check_words()
        return service.health().articles


def save_with_force(home: Path, file: Path) -> None:
    saved(home, file, force=True)


def restore_with_force(home: Path, file: Path) -> None:
    restored(file, home, force=True)


@pytest.mark.parametrize("old", [None, b"an older backup"])
def test_a_backup_killed_at_any_step_leaves_no_half_file_and_the_home_as_it_was(made: Path, tmp_path: Path, old: bytes | None) -> None:
    home, file = tmp_path / "home", tmp_path / "b.zip"
    shutil.copytree(made / "home", home)
    before = fingerprint(home)
    step = 1 if old else 2
    status: int | None = -9
    while status == -9:
        if old is not None:
            file.write_bytes(old)
        status, _ = run(save_with_force if old else saved, home, file, step=step)
        assert fingerprint(home) == before
        if old is not None and file.read_bytes() == old:
            assert status == -9
        else:
            assert (not file.exists() and status == -9) or is_whole(file)
        if old is None:
            file.unlink(missing_ok=True)
        step += EVERY
    assert status == 0 and step > 20
    saved(home, file, force=True)
    assert is_whole(file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "home"]


def test_a_restore_killed_at_any_step_leaves_no_home_or_a_whole_one(made: Path, tmp_path: Path) -> None:
    home, step = tmp_path / "home", 1
    status: int | None = -9
    while status == -9:
        status, _ = run(restore_with_force, home, made / "a.zip", step=step)
        if home.exists():
            assert articles(home) == ARTICLES
            shutil.rmtree(home)
        else:
            assert status == -9
        step += 2 * EVERY
    assert status == 0 and step > 40
    restored(made / "a.zip", home)
    assert articles(home) == ARTICLES
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_restore_over_a_home_killed_at_any_step_has_the_old_one_whole_somewhere(made: Path, tmp_path: Path) -> None:
    home, step = tmp_path / "home", 2
    status: int | None = -9
    while status == -9:
        shutil.rmtree(home, ignore_errors=True)
        with opened(home) as service:
            ingest_records(service, tmp_path, RECORDS[:3], embed=False)
        before = fingerprint(home)
        status, _ = run(restore_with_force, home, made / "a.zip", step=step)
        aside = tmp_path / "home.before-restore-1"
        old = aside if aside.exists() else home
        # The next command takes over the name of the owner that was killed.
        assert {name: said for name, said in fingerprint(old).items() if name != "owner.json"} == before
        if home.exists() and aside.exists():
            assert articles(home) == ARTICLES
        shutil.rmtree(aside, ignore_errors=True)
        step += 4 * EVERY
    assert status == 0 and step > 40


def room_until(stage: str) -> Callable[[str, int, int], None]:
    """From the end of this stage on no file may grow beyond what a lock in memory takes."""

    def progress(now: str, done: int, total: int) -> None:
        if now.startswith(stage) and done == total:
            allow(34_000)

    return progress


def save_until_packing(home: Path, file: Path) -> None:
    save(home, file, force=False, progress=room_until("copying catalog"))


def restore_until_indexing(home: Path, file: Path) -> None:
    restore(file, settings_of(home), force=False, progress=room_until("restoring"), say=print)


@pytest.mark.parametrize(("work", "room"), [(saved, 45_000), (save_until_packing, 0)], ids=["copying", "packing"])
def test_a_disk_that_is_full_for_a_backup_is_said_in_a_line_and_nothing_is_left(
    work: Callable[..., None], room: int, made: Path, tmp_path: Path
) -> None:
    home, file = tmp_path / "home", tmp_path / "b.zip"
    shutil.copytree(made / "home", home)
    before = fingerprint(home)
    status, said = run(work, home, file, room=room)
    assert status == 2 and f"{file} cannot be written: " in said and "full" in said and "\n" not in said
    assert fingerprint(home) == before
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize(("work", "room"), [(restore_with_force, 45_000), (restore_until_indexing, 0)], ids=["unpacking", "indexing"])
def test_a_disk_that_is_full_for_a_restore_is_said_in_a_line_and_nothing_is_left(
    work: Callable[..., None], room: int, made: Path, tmp_path: Path
) -> None:
    status, said = run(work, tmp_path / "home", made / "a.zip", room=room)
    assert status == 2 and "Free some space" in said and "\n" not in said
    assert list(tmp_path.iterdir()) == []
