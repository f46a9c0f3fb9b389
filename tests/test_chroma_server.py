"""A home whose vectors are on a Chroma server: the same answers, and one clear line where the server is away, empty or another's."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answer import Request, SearchRequest
from app.errors import DatelineError, Unavailable
from app.service import Service
from app.stores.chroma_server import connect
from app.stores.vectors import COLLECTION, VectorStore
from tests.chroma_server import ChromaServer, chroma_server
from tests.samples import FERRY, LOCK, MILL, RECORDS, ingest_records, opened

VOTE = SearchRequest(question="How did the council of Velm vote?", k=20)
SCOPED = [
    VOTE,
    SearchRequest(question="What will it cost?", since="2026-01-01"),
    SearchRequest(question="What rises?", source="Torrin Mail"),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path_factory.mktemp("server") / "chroma") as server:
        yield server


@pytest.fixture
def server(running: ChromaServer) -> Iterator[ChromaServer]:
    """Running, with no collection of a test before."""
    yield running
    running.stop()
    running.start()
    client = connect(running.url)
    for collection in client.list_collections():
        client.delete_collection(collection.name)


@pytest.fixture(autouse=True)
def tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.trouble.AGAIN_SECONDS", 0.0)


def found(service: Service) -> list[list[tuple[str | None, float]]]:
    return [[(hit.url, round(hit.score, 2)) for hit in service.search(request)] for request in SCOPED]


def notes(service: Service) -> str:
    return " ".join(service.ask(Request(question=VOTE.question)).notes)


def test_a_server_gives_what_chroma_inside_gives_with_filters_too_and_follows_removals(tmp_path: Path, server: ChromaServer) -> None:
    with opened(tmp_path / "inside") as service:
        ingest_records(service, tmp_path, RECORDS)
        inside = found(service)
    with opened(tmp_path / "home", chroma_url=server.url) as service:
        ingest_records(service, tmp_path, RECORDS)
        assert found(service) == inside and all(inside)
        service.remove([str(MILL["url"])])
        assert VectorStore(tmp_path, server.url).count == service.health().embedded == len(RECORDS) - 1
        assert MILL["url"] not in [url for url, _ in found(service)[0]]
        assert not (tmp_path / "home" / "chroma").exists()


def test_while_the_server_is_away_the_homes_own_copy_is_searched_and_what_is_new_waits(tmp_path: Path, server: ChromaServer) -> None:
    with opened(tmp_path / "home", chroma_url=server.url, reader="linear") as service:
        ingest_records(service, tmp_path, [MILL, FERRY])
        before = found(service)
        server.stop()
        assert found(service) == before
        assert f"Searched in the home's own copy of the vectors: the Chroma server {server.url} does not answer" in notes(service)
        report = ingest_records(service, tmp_path / "more", [LOCK])
        assert report.added == 1 and "1 passages are found by words alone" in report.warnings[-1].warning
        assert "What is new is found by words alone" in notes(service)
        service.remove([str(FERRY["url"])])
        server.start()
        assert service.catch_up() == 1
        assert not notes(service) and service.health().detail == ""
        assert VectorStore(tmp_path, server.url).count == 2


def test_a_server_that_is_back_is_no_trouble_any_more_before_anybody_asks(tmp_path: Path, server: ChromaServer) -> None:
    with opened(tmp_path / "home", chroma_url=server.url, reader="linear") as service:
        ingest_records(service, tmp_path, [MILL])
        server.stop()
        assert found(service) and "Searched in the home's own copy" in service.health().detail
        service.load_search()
        assert service.health().detail and service.waits_for_server
        server.start()
        service.load_search()
        assert service.health().detail == ""


def test_a_server_that_is_away_at_the_start_leaves_words_until_it_is_back(tmp_path: Path, server: ChromaServer) -> None:
    with opened(tmp_path / "home", chroma_url=server.url, reader="linear") as service:
        ingest_records(service, tmp_path, [MILL, FERRY])
    server.stop()
    with opened(tmp_path / "home", chroma_url=server.url, reader="linear") as service:
        assert service.load_encoder() is None
        assert f"Answered by words alone: the Chroma server {server.url} does not answer" in notes(service)
        assert service.search(VOTE)[0].url == MILL["url"]
        server.start()
        assert service.load_encoder() is not None
        assert not notes(service)


def test_an_empty_server_is_noticed_and_reindex_fills_it(tmp_path: Path, server: ChromaServer) -> None:
    with opened(tmp_path / "home", chroma_url=server.url, reader="linear") as service:
        ingest_records(service, tmp_path, [MILL, FERRY])
        before = found(service)
        connect(server.url).delete_collection(COLLECTION)
        assert found(service) == before
        assert "has lost this home's vectors" in notes(service)
    with opened(tmp_path / "home", chroma_url=server.url, reader="linear") as service:
        assert service.load_encoder() is None
        assert "Chroma holds 0 of 2 vectors. Run: python -m app reindex" in notes(service)
        service.reindex()
        assert not notes(service) and found(service) == before


def test_another_homes_vectors_are_noticed_and_never_touched(tmp_path: Path, server: ChromaServer) -> None:
    with opened(tmp_path / "one", chroma_url=server.url) as service:
        ingest_records(service, tmp_path, RECORDS)
    with opened(tmp_path / "two", chroma_url=server.url) as service:
        ingest_records(service, tmp_path / "two", [MILL])
        assert "has the vectors of another home. Set DATELINE_CHROMA_COLLECTION" in service.health().detail
        with pytest.raises(DatelineError, match="vectors of another home"):
            service.reindex()
    assert VectorStore(tmp_path, server.url).count == len(RECORDS)
    with opened(tmp_path / "two", chroma_url=server.url, chroma_collection="two-of-them") as service:
        service.catch_up()
        assert not service.health().detail and service.health().embedded == 1
    assert VectorStore(tmp_path, server.url).count == len(RECORDS)


def test_what_is_no_chroma_server_is_said(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(Unavailable, match="does not answer in time"):
            VectorStore(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}")
    for url in ("127.0.0.1:8000", "http://127.0.0.1:8000/chroma", "http://127.0.0.1:99999"):
        with pytest.raises(DatelineError, match="is no address of a Chroma server"):
            VectorStore(tmp_path, url)
