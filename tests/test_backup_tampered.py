"""Files that are no backup, or no longer what was saved: refused in one line before anything is written."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.backup.manifest import MANIFEST, Manifest
from app.backup.package import Package
from app.errors import DatelineError
from tests.backups import restored, saved
from tests.samples import RECORDS, ingest_records, opened

pytestmark = pytest.mark.catalog_file("`backup` and `restore`; PostgreSQL has its own (docs/scaling.md)")

COMMON = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("made")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS[:2])
    saved(folder / "home", folder / "a.zip")
    return (folder / "a.zip").read_bytes()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(parts: dict[str, bytes], /, **changes: Any) -> bytes:
    """A package of these parts, its manifest right about them but for the changes."""
    manifest = json.loads(parts[MANIFEST])
    listed = {name: data for name, data in parts.items() if name != MANIFEST}
    manifest["parts"] = [{"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in listed.items()]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in listed.items():
            out.writestr(name, data)
        out.writestr(MANIFEST, json.dumps(manifest | changes))
    return file.getvalue()


def refusal(folder: Path, data: bytes) -> str:
    """What is said of a file with this content; there must be no trace of it."""
    file = folder / "b.zip"
    file.write_bytes(data)
    with pytest.raises(DatelineError) as refused:
        restored(file, folder / "home")
    assert "\n" not in str(refused.value) and str(file) in str(refused.value)
    assert [path.name for path in folder.iterdir()] == ["b.zip"]
    return str(refused.value)


def read_through(folder: Path, data: bytes) -> Manifest | None:
    """None where it was refused."""
    file = folder / "b.zip"
    file.write_bytes(data)
    with contextlib.suppress(DatelineError), Package(file) as package:
        package.check(lambda count: None)
        return package.manifest
    return None


@COMMON
@given(data=st.data())
def test_any_changed_byte_is_refused_or_changes_nothing(data: st.DataObject, backup: bytes, tmp_path: Path) -> None:
    # The last kilobytes are zip's own list, where a byte does most; evenly drawn, hardly one would fall there.
    first = data.draw(st.sampled_from([0, len(backup) - 3_000]))
    place = data.draw(st.integers(first, len(backup) - 1))
    changed = bytearray(backup)
    changed[place] ^= data.draw(st.integers(1, 255))
    found = read_through(tmp_path, bytes(changed))
    assert found is None or found == read_through(tmp_path, backup)


@COMMON
@given(st.floats(0, 1, exclude_max=True))
@example(0.999)
def test_a_backup_that_was_cut_off_is_refused(backup: bytes, tmp_path: Path, part: float) -> None:
    assert read_through(tmp_path, backup[: int(len(backup) * part)]) is None


@COMMON
@given(st.binary(max_size=2_000), st.integers(0, 50))
def test_bytes_of_any_kind_are_no_backup(tmp_path: Path, noise: bytes, zipped: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr(MANIFEST if zipped % 2 else "other", noise)
    assert read_through(tmp_path, noise) is None
    assert read_through(tmp_path, file.getvalue()) is None


def test_a_changed_byte_of_a_restored_part_is_never_restored(backup: bytes, tmp_path: Path) -> None:
    parts = parts_of(backup)
    text = RECORDS[0]["text"][:30].encode()
    assert text in parts["catalog.sqlite"]
    lying = packed(parts)
    parts["catalog.sqlite"] = parts["catalog.sqlite"].replace(text, text.upper())
    # Packed again by somebody else: every sum of zip's own fits, the manifest is the old one.
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        for name, content in (parts | {MANIFEST: parts_of(lying)[MANIFEST]}).items():
            out.writestr(name, content)
    assert "catalog.sqlite is not what was saved" in refusal(tmp_path, file.getvalue())


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "words/evil", "matrix/../../evil", "lock", "C:\\evil", "catalog.sqlite-wal", "matrix/"]
)
def test_a_part_of_any_other_name_is_refused(name: str, backup: bytes, tmp_path: Path) -> None:
    assert "makes no sense" in refusal(tmp_path, packed(parts_of(backup) | {name: b"evil"}))


def unlisted(parts: dict[str, bytes]) -> bytes:
    data = io.BytesIO(packed(parts))
    with zipfile.ZipFile(data, "a") as out:
        out.writestr("../evil", b"evil")
    return data.getvalue()


def doubled(parts: dict[str, bytes]) -> bytes:
    data = io.BytesIO(packed(parts))
    with zipfile.ZipFile(data, "a") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr("catalog.sqlite", b"evil")
    return data.getvalue()


def bomb(parts: dict[str, bytes]) -> bytes:
    honest = json.loads(parts_of(packed(parts))[MANIFEST])["parts"]
    return packed(parts | {"matrix/vectors.f32": bytes(50_000_000)}, parts=honest)


def link(parts: dict[str, bytes]) -> bytes:
    """As a link on disk would be kept: restored, it is a file with the link's text in it, and that is no catalog."""
    file = io.BytesIO()
    listed = parts_of(packed(parts | {"catalog.sqlite": b"/etc/passwd"}))
    with zipfile.ZipFile(file, "w") as out:
        for name, data in listed.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o120777 << 16
            out.writestr(entry, data)
    return file.getvalue()


def programmed(parts: dict[str, bytes]) -> bytes:
    """A catalog with a trigger of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.sqlite"
        path.write_bytes(parts["catalog.sqlite"])
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("CREATE TRIGGER evil AFTER UPDATE ON articles BEGIN UPDATE articles SET text = 'evil' WHERE row = new.row; END")
        return packed(parts | {"catalog.sqlite": path.read_bytes()})


def without(parts: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {key: data for key, data in parts.items() if key != name}


CRAFTED: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "more than it lists": (unlisted, "not what it lists"),
    "a part twice": (doubled, "not what it lists"),
    "larger than it says": (bomb, "larger than it should be"),
    "links": (link, "none of Dateline's"),
    "a trigger": (programmed, "triggers of its own"),
    "no database": (lambda parts: packed(parts | {"catalog.sqlite": b"SQLite format 3\0" + bytes(5_000)}), "none of Dateline's"),
    "no catalog": (lambda parts: packed(without(parts, "catalog.sqlite")), "makes no sense"),
    "half a matrix": (lambda parts: packed(without(parts, "matrix/rows.i64")), "makes no sense"),
    "a newer format": (lambda parts: packed(parts, format=2, dateline="9.1", new="field"), "made by a newer Dateline (9.1)"),
    "newer tables": (lambda parts: packed(parts, steps={"catalog.sqlite": 99}), "made by a newer Dateline"),
    "a version that steers a terminal": (lambda parts: packed(parts, format=2, dateline="\x1b[2J"), "made by a newer Dateline (?)"),
    "counts below nothing": (lambda parts: packed(parts, articles=-1), "makes no sense"),
    "a field of its own": (lambda parts: packed(parts, extra=1), "makes no sense"),
}


@pytest.mark.parametrize("kind", CRAFTED)
def test_a_package_that_was_made_by_hand_is_refused_with_what_is_wrong(kind: str, backup: bytes, tmp_path: Path) -> None:
    craft, said = CRAFTED[kind]
    assert said in refusal(tmp_path, craft(parts_of(backup)))


def test_a_package_with_a_password_is_refused(backup: bytes, tmp_path: Path) -> None:
    changed = bytearray(backup)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := backup.find(mark, at + 1)) >= 0:
            changed[at + place] |= 1
    assert "password" in refusal(tmp_path, bytes(changed)) or "encrypted" in refusal(tmp_path, bytes(changed))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"gone\.zip cannot be read: no such file or directory"):
        restored(tmp_path / "gone.zip", tmp_path / "home")
