"""A home with more passages than the Chroma inside is filled with: the matrix alone has the vectors and answers every question."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.__main__ import main
from app.answer import SearchRequest
from app.service import Service
from tests.quick import use_quick
from tests.samples import RECORDS, ingest_records, opened

QUESTION = "How did the council of Velm vote on the old mill?"


def ranked(service: Service) -> list[tuple[str, float]]:
    return [(hit.article_id, round(hit.score, 5)) for hit in service.search(SearchRequest(question=QUESTION))]


def test_beyond_the_bound_every_question_is_answered_as_before_without_chroma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path / "whole") as service:
        ingest_records(service, tmp_path, RECORDS)
        before = ranked(service)
        assert not service.stores.matrix_alone
    with opened(tmp_path / "home", chroma_passages=5) as service:
        ingest_records(service, tmp_path, RECORDS[:3])
        assert service.stores.vectors is not None and service.stores.vectors.count > 0
        ingest_records(service, tmp_path, RECORDS)
        assert service.stores.matrix_alone
        assert ranked(service) == before
    with opened(tmp_path / "home", chroma_passages=5) as service:
        service.load_encoder()
        health = service.health()
        assert health.detail == "" and health.embedded == health.passages
        assert not (tmp_path / "home" / "chroma").exists(), "its files are room for nothing"
        assert ranked(service) == before

        removed, _ = service.remove([before[0][0]])
        assert removed and before[0][0] not in [article for article, _ in ranked(service)]
        assert service.stores.catalog.journal.vectors_to_drop() == []
    use_quick(monkeypatch, home=tmp_path / "home")
    assert main(["doctor"]) == 0


def test_reindex_fills_chroma_again_once_the_bound_is_raised(tmp_path: Path) -> None:
    with opened(tmp_path / "home", chroma_passages=5) as service:
        ingest_records(service, tmp_path, RECORDS)
        assert service.stores.matrix_alone
    with opened(tmp_path / "home", chroma_passages=500) as service:
        service.load_encoder()
        assert service.stores.matrix_alone, "a part of the vectors can answer nothing"
        service.reindex()
        assert not service.stores.matrix_alone
        assert service.stores.vectors is not None and service.stores.vectors.count == service.health().passages
