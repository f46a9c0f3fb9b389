"""An archive whose vectors a server computes: it finds what it would find by itself, and goes on by words while the server is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answer import Request, SearchRequest
from app.encoding import Encoder
from app.encoding.hashing import HashingEncoder
from app.errors import DatelineError
from app.service import Service
from app.settings import load_settings
from app.web.background import Background
from tests.embedding_server import KEY, MODEL, EmbeddingServer, embedding_server
from tests.processes import free_port, until
from tests.samples import FERRY, MILL, RECORDS, ingest_records, opened

VOTE = "How did the council of Velm vote?"


class Other(HashingEncoder):
    """Another model of the same dimension."""

    def encode(self, texts):  # type: ignore[no-untyped-def]
        return super().encode([text[::-1] for text in texts])


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.encoding.served.WAITS", (0.0, 0.0))
    monkeypatch.setattr("app.web.background.AGAIN_SECONDS", 0.05)
    monkeypatch.setattr("app.trouble.AGAIN_SECONDS", 0.0)


@pytest.fixture
def port() -> int:
    """One that is free, and stays the server's where it goes and comes back."""
    return free_port()


@pytest.fixture
def server(port: int) -> Iterator[EmbeddingServer]:
    with embedding_server(HashingEncoder(), port) as server:
        yield server


def at(port: int) -> dict[str, str]:
    return {"embedding_url": f"http://127.0.0.1:{port}/v1", "embedding_model": MODEL, "embedding_api_key": KEY, "reader": "linear"}


def notes(service: Service) -> str:
    return " ".join(service.ask(Request(question=VOTE)).notes)


def test_it_finds_and_scores_as_with_the_model_in_this_process(tmp_path: Path, encoder: Encoder) -> None:
    asked = [
        SearchRequest(question=VOTE),
        SearchRequest(question="ferry prices", since="2026-01-01"),
        SearchRequest(question="flood defences"),
    ]
    with opened(tmp_path / "here", encoder=encoder) as service:
        ingest_records(service, tmp_path, RECORDS)
        here = [[(hit.url, round(hit.score, 3)) for hit in service.search(request)] for request in asked]
    with embedding_server(encoder) as server:
        settings = load_settings(home=tmp_path / "served", llm="none", **at(server.server_port))
        with Service.open(settings, "own", "test") as service:
            report = ingest_records(service, tmp_path, RECORDS)
            assert not report.failed and not any("by words alone" in one.warning for one in report.warnings)
            assert service.health().embedded == service.health().passages
            assert [[(hit.url, round(hit.score, 3)) for hit in service.search(request)] for request in asked] == here
            assert service.stores.catalog.meta("embedding_dimension") == "384"


def test_articles_are_kept_while_the_server_is_away_and_get_their_vectors_when_it_is_back(tmp_path: Path, port: int) -> None:
    with opened(tmp_path / "home", **at(port)) as service:
        report = ingest_records(service, tmp_path, [MILL, FERRY])
        assert (report.added, report.failed) == (2, [])
        (warning,) = report.warnings
        assert "2 passages are found by words alone until they have vectors." in warning.warning
        assert f"Answered by words alone: the embedding server http://127.0.0.1:{port}/v1/embeddings does not answer" in warning.warning
        assert service.search(SearchRequest(question=VOTE))[0].url == MILL["url"]
        assert "does not answer" in notes(service) and service.health().status == "words-only"
        with embedding_server(HashingEncoder(), port):
            assert service.catch_up() == 2
            assert (service.health().embedded, service.health().detail) == (2, "")
            assert not notes(service)


def test_a_server_that_goes_while_it_serves_is_told_and_words_go_on(tmp_path: Path, server: EmbeddingServer) -> None:
    with opened(tmp_path / "home", **at(server.server_port)) as service:
        ingest_records(service, tmp_path, [MILL, FERRY])
        assert not notes(service)
        server.fault = "503"
        assert service.ask(Request(question=VOTE)).sentences
        assert "Answered by words alone: the embedding server" in notes(service) and "answers 503" in service.health().detail
        server.fault = "nan"
        assert "numbers that are no vector" in notes(service), "it was tried again"
        server.fault = ""
        assert not notes(service) and not service.health().detail


def test_a_server_that_is_back_is_no_trouble_any_more_before_anybody_asks(tmp_path: Path, server: EmbeddingServer) -> None:
    with opened(tmp_path / "home", **at(server.server_port)) as service:
        ingest_records(service, tmp_path, [MILL])
        background = Background(service)
        background.start()
        try:
            server.fault = "503"
            assert "answers 503" in notes(service) and service.health().status == "words-only"
            background.wake()
            server.fault = ""
            until(lambda: service.health().status == "ok")
        finally:
            background.stop(10)


def test_a_server_that_fails_in_the_middle_owes_vectors_and_serve_makes_them_by_itself(tmp_path: Path, server: EmbeddingServer) -> None:
    server.fault = "500"
    with opened(tmp_path / "home", **at(server.server_port)) as service:
        ingest_records(service, tmp_path, RECORDS, embed=False)
        background = Background(service)
        background.start()
        try:
            until(lambda: bool(service.health().detail))
            server.fault = ""
            until(lambda: service.health().embedded == service.health().passages and service.health().status == "ok")
            server.fault = "500"
            more = MILL | {"url": "https://courier.example/more", "title": "More of the mill"}
            ingest_records(service, tmp_path / "more", [more], embed=False)
            background.wake()
            until(lambda: "What is new is found by words alone" in service.health().detail)
            server.fault = ""
            until(lambda: service.health().embedded == service.health().passages and not service.health().detail)
        finally:
            background.stop(10)


def test_another_model_under_the_same_name_is_noticed(tmp_path: Path, server: EmbeddingServer) -> None:
    with opened(tmp_path / "home", **at(server.server_port)) as service:
        ingest_records(service, tmp_path, [MILL, FERRY])
    server.encoder = Other()
    with opened(tmp_path / "home", **at(server.server_port)) as service:
        service.load_encoder()
        assert "gives other vectors for all-minilm/served-384" in service.health().detail
    server.encoder, server.fault = HashingEncoder(), "narrow"
    with opened(tmp_path / "home", **at(server.server_port)) as service:
        service.load_encoder()
        assert "were made with all-minilm/served-384, the embedding model is now all-minilm/served-100" in service.health().detail
        with pytest.raises(DatelineError, match="reindex"):
            service.stores.open_vectors(service._make_encoder(service.settings))
