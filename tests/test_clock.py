"""A clock that is wrong: behind the articles, or never set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import DatelineError
from app.indexing.pipeline import Pipeline
from app.reading import read_path
from app.service import Service
from tests.samples import FERRY, LOCK, ingest_records, opened, write_records


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with opened(tmp_path / "home") as service:
        yield service


def test_a_date_ahead_of_the_clock_names_the_clock_and_is_mended_once_that_is_right(service: Service, tmp_path: Path) -> None:
    file = write_records(tmp_path / "news.jsonl", [LOCK, FERRY])
    late = datetime.fromisoformat(FERRY["published"]).timestamp()
    # Read in this process: the one that reads has a clock of its own.
    pipeline = Pipeline(service.stores, service.backlog, lambda paths: (item for path in paths for item in read_path(path)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.reading.published.time", SimpleNamespace(time=lambda: late - 7 * 86_400))
        report = pipeline.ingest([file])
    assert report.added == 2
    (warning,) = report.warnings
    assert FERRY["published"] in warning.warning and "this machine's clock" in warning.warning
    again = service.ingest([file])
    assert (again.updated, again.unchanged, again.warnings) == (1, 1, [])
    stored = service.find(FERRY["url"])
    assert stored is not None and str(stored.published) == FERRY["published"]


def test_with_a_clock_that_was_never_set_nothing_is_ingested(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NeverSet(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> NeverSet:
            return cls(1970, 1, 1, 0, 3, tzinfo=tz)

    monkeypatch.setattr("app.indexing.pipeline.datetime", NeverSet)
    with pytest.raises(DatelineError, match="clock says 1 January 1970"):
        ingest_records(service, tmp_path, [LOCK])
    assert service.health().articles == 0
