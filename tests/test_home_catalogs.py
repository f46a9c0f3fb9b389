"""Where the homes of the tests keep their catalogs: in their files, and in `make test-postgresql` all of them in PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import home_catalogs
from tests.records import copy_home, record_in
from tests.samples import LOCK, MILL, ingest_records, opened, write_records

ROOT = Path(__file__).parents[1]


def articles(home: Path) -> int:
    """In its record, after a look that there is no other."""
    assert (home / "catalog.sqlite").exists() is not home_catalogs.in_postgresql()
    return int(record_in(home).said("SELECT COUNT(*) FROM articles")[0][0])


def test_a_home_that_was_opened_here_keeps_it_where_the_run_has_them_all(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, [MILL, LOCK], embed=False)
    with opened(tmp_path / "another") as service:
        ingest_records(service, tmp_path, [MILL], embed=False)
    copy_home(tmp_path / "home", tmp_path / "copy")
    with opened(tmp_path / "copy") as service:
        service.remove([LOCK["url"]])
    assert [articles(tmp_path / name) for name in ("home", "another", "copy")] == [2, 1, 1]


def test_so_does_one_that_a_process_of_its_own_has_opened(tmp_path: Path) -> None:
    file = write_records(tmp_path / "news.jsonl", [MILL, LOCK])
    names = {"DATELINE_HOME": str(tmp_path / "home"), "DATELINE_EMBEDDING_MODEL": "hashing"}
    done = subprocess.run([sys.executable, "ingest.py", str(file)], env=os.environ | names, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert articles(tmp_path / "home") == 2
    with opened(tmp_path / "home", "read") as service:
        assert service.find(MILL["url"]) is not None


def test_a_place_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(home_catalogs.MODE, "mysql")
    with pytest.raises(ValueError, match="SUITE_CATALOG is 'mysql': leave it unset, or set it to postgresql"):
        home_catalogs.in_postgresql()
