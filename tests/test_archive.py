"""What Service and Client both do, asked of both over the same home; and how a Client's answer ends when others end it."""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer, Event, Failed, Request, SearchRequest
from app.archive import Archive
from app.client import Client
from app.errors import DatelineError
from app.reach import reach
from app.service import Service
from app.settings import load_settings
from app.stopping import Stop, Stopped, stopped_by
from app.stores.home import Owner
from tests.page_scripts import ScriptedService, answers, opening
from tests.samples import FERRY, MILL, MUSEUM, RECORDS, ingest_records, opened, write_records
from tests.test_api import TOKEN, guarded, running

VOTE = "How did the council of Velm vote on the old mill?"


def client_of(address: str, token: str = TOKEN) -> Client:
    return Client(Owner(1, "serve", "127.0.0.1", int(address.rpartition(":")[2]), token))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("archive")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS)
        yield service


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    with running(guarded(service)) as address, client_of(address) as client:
        yield client


@pytest.fixture(params=["service", "client"])
def archive(request: pytest.FixtureRequest) -> Archive:
    return request.getfixturevalue(str(request.param))  # type: ignore[no-any-return]


def told(answer: Answer) -> dict[str, Any]:
    """An answer without its times, in which no two are alike."""
    return answer.model_dump(exclude={"timings"})


def test_both_have_every_method_of_the_protocol_and_say_what_it_does() -> None:
    names = [name for name, value in vars(Archive).items() if inspect.isfunction(value) and not name.startswith("_")]
    assert len(names) > 8
    for kind in (Service, Client):
        assert all(callable(getattr(kind, name, None)) for name in names), kind
    assert all(getattr(Archive, name).__doc__ for name in names)


def test_the_same_answer_comes_whole_and_as_events(archive: Archive, service: Service) -> None:
    request = Request(question=VOTE, as_of="2026-01-31", id=7)
    answer = archive.ask(request)
    assert "14 to 9" in answer.answer
    assert told(answer) == told(service.ask(request))
    events = list(archive.answer(request))
    assert [event.type for event in events] == [event.type for event in service.answer(request)]
    assert [type(event) for event in events] == [type(event) for event in service.answer(request)]
    assert told(events[-1].answer) == told(answer)  # type: ignore[union-attr]


def test_the_same_passages_are_found(archive: Archive, service: Service) -> None:
    request = SearchRequest(question="the ferry fares", k=4, since="2025-12-01")
    found = archive.search(request)
    assert found[0].url == FERRY["url"]
    assert [hit.model_dump(exclude={"score"}) for hit in found] == [hit.model_dump(exclude={"score"}) for hit in service.search(request)]


def test_an_article_is_had_by_its_id_and_found_by_its_url_and_file(archive: Archive, tmp_path: Path) -> None:
    hit = archive.search(SearchRequest(question="the amber museum", k=1))[0]
    article = archive.article(hit.article_id)
    assert article is not None
    assert (article.title, article.text, str(article.published)) == (MUSEUM["title"], MUSEUM["text"], MUSEUM["published"])
    assert article.text[hit.start : hit.end] == hit.passage
    assert archive.find(hit.article_id) == archive.find(MUSEUM["url"]) == article
    file = tmp_path / "odd name ?&#.txt"
    file.write_text("A tower\n2025-03-01\n\nThe tower of Ormsby leans by a foot.\n")
    try:
        assert archive.ingest([file]).added == 1
        found = archive.find(str(file))
        assert found is not None and "Ormsby" in found.text
    finally:
        removed, _ = archive.remove([str(file)])
    assert removed == [found.id]


@pytest.mark.parametrize("key", ["none", "0" * 20, "../sources", "https://no.example/", "a/b?c", "é"])
def test_what_is_not_there_is_none(archive: Archive, key: str) -> None:
    assert archive.article(key) is None
    assert archive.find(key) is None


def test_what_was_brought_in_is_answered_from_and_gone_when_removed(archive: Archive, tmp_path: Path) -> None:
    mast = {**MILL, "url": "https://mast.example/", "title": "The mast", "text": "The mast of Quillan fell on Sunday after a storm."}
    before = archive.health().articles
    report = archive.ingest([write_records(tmp_path / "mast.jsonl", [mast])])
    assert (report.read, report.added) == (1, 1)
    assert archive.health().articles == before + 1
    assert "Quillan" in archive.search(SearchRequest(question="mast of Quillan"))[0].passage
    removed, unknown = archive.remove([mast["url"], "https://no.example/"])
    assert (len(removed), unknown) == (1, ["https://no.example/"])
    assert archive.health().articles == before


def test_outlets_and_state_are_the_same(archive: Archive, service: Service) -> None:
    assert archive.sources() == service.sources()
    assert archive.health() == service.health()


def test_a_client_with_a_wrong_token_may_read_and_not_change(service: Service) -> None:
    with running(guarded(service)) as address, client_of(address, "wrong") as client:
        assert client.health().articles == service.health().articles
        with pytest.raises(DatelineError, match="refused: This needs the token"):
            client.remove(["x"])
        with pytest.raises(DatelineError, match="token"):
            client.find("/etc/passwd")


def test_a_home_that_is_served_is_not_rebuilt_beside_it(service: Service) -> None:
    with pytest.raises(DatelineError, match="in use by `test`"):
        Service.open(service.settings, "own", "reindex")
    assert not hasattr(Client, "reindex")


def test_whoever_reaches_for_a_home_without_a_server_gets_a_service(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home", llm="none", embedding_model="hashing")
    with reach(settings) as archive:
        assert isinstance(archive, Service)
        assert archive.health().articles == 0


# How a stream ends


def scripted(home: Path, script: Callable[[Request], Iterator[Event]]) -> ScriptedService:
    return ScriptedService(home, script)


def test_a_model_that_failed_is_told_and_the_answer_follows(tmp_path: Path) -> None:
    def script(request: Request) -> Iterator[Event]:
        for event in answers(request):
            if event.type == "done":
                yield Failed(message="The model went away.")
            yield event

    with running(guarded(scripted(tmp_path, script))) as address, client_of(address) as client:
        assert [event.type for event in client.answer(Request(question="a"))][-2:] == ["failed", "done"]


def test_what_answering_raises_is_raised_here_too(tmp_path: Path) -> None:
    def script(request: Request) -> Iterator[Event]:
        yield from opening(request)
        raise DatelineError("the disk is full.", "Make room.")

    with running(guarded(scripted(tmp_path, script))) as address, client_of(address) as client:
        seen: list[str] = []
        with pytest.raises(DatelineError, match="the disk is full"):
            seen.extend(event.type for event in client.answer(Request(question="a")))
    assert seen == ["started", "understood", "evidence"]


def test_a_server_that_is_gone_is_said_in_one_line(tmp_path: Path) -> None:
    with running(guarded(scripted(tmp_path, answers))) as address:
        client = client_of(address)
    with client, pytest.raises(DatelineError, match="does not answer") as caught:
        list(client.answer(Request(question="a")))
    assert "\n" not in str(caught.value)
    assert caught.value.http == 502


def test_a_stop_ends_the_clients_waiting_and_the_owners_work(tmp_path: Path) -> None:
    ended = threading.Event()

    def script(request: Request) -> Iterator[Event]:
        from app.stopping import current_stop

        yield from opening(request)
        with current_stop().waking(ended.set):
            ended.wait(60)
        yield from answers(request)

    stop, seen = Stop(), list[str]()
    with running(guarded(scripted(tmp_path, script))) as address, client_of(address) as client:
        threading.Timer(0.5, stop.say).start()
        started = time.monotonic()
        with stopped_by(stop), pytest.raises(Stopped):
            seen.extend(event.type for event in client.answer(Request(question="a")))
        assert time.monotonic() - started < 20
        assert ended.wait(20), "the owner goes on for nobody"
    assert seen == ["started", "understood", "evidence"]
