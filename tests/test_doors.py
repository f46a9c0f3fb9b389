"""What of Gradio a stranger reaches, and what the page and the API share."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio import CapacityLimiter

from app.answer import Event, Request
from app.stopping import current_stop
from app.web.api import make_api
from app.web.page import mount_page
from tests.page_browser import serving
from tests.page_scripts import ScriptedService, answers
from tests.processes import until

KEYS = count(1)
JOIN, RUN = "/gradio_api/queue/join", "/gradio_api/run/predict"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ScriptedService:
    return ScriptedService(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def http(service: ScriptedService) -> Iterator[httpx.Client]:
    with at(service) as client:
        yield client


@contextmanager
def at(service: ScriptedService) -> Iterator[httpx.Client]:
    places = CapacityLimiter(2)
    with (
        serving(mount_page(make_api(service, "token", places=places), service, places)) as base,  # type: ignore[arg-type]
        httpx.Client(base_url=base, trust_env=False, timeout=30) as client,
    ):
        yield client


def sent(number: int, data: list[Any], **more: Any) -> dict[str, Any]:
    told = {"q": "How much?", "c": "conversation", "key": f"question{next(KEYS)}"}
    return {"fn_index": number, "data": data, "session_hash": "abc", "event_data": told, **more}


def test_a_private_function_is_reached_only_as_the_page_reaches_it(http: httpx.Client) -> None:
    for number in range(-1, 9):
        for data in ([], [None], [None, None], [5], "x"):
            for path in (RUN, JOIN, "/gradio_api/run/stop", "/gradio_api/api/predict", "/gradio_api/call/ask", "/gradio_api/call/v2/ask"):
                for more in ({}, {"session_hash": None}, {"event_data": [1]}, {"batched": True, "simple_format": True, "event_id": "x"}):
                    reply = http.post(path, json={**sent(number, data), **more})  # type: ignore[arg-type]
                    assert reply.status_code in (200, 404, 422), (path, number, data, more, reply.status_code)
                    if path not in (RUN, JOIN):
                        assert reply.status_code == 404
    assert http.post(RUN, json=sent(0, [])).status_code == 404, "a question goes through the queue"
    assert http.post(RUN, content=b"[" * 100_000).status_code == 422
    assert http.post(RUN, json=sent(2, [], event_data={"q": "a" * 300_000})).status_code == 413


@pytest.mark.parametrize("path", ["/c/aB3_-x9", "/articles"])
def test_a_place_within_the_page_gives_its_document(http: httpx.Client, path: str) -> None:
    whole, place = http.get("/"), http.get(path)
    assert place.status_code == 200 and place.text == whole.text
    assert '<base href="/" />' in place.text, "what the document loads is found from any place"
    assert http.post(path).status_code == 404


NOT_THERE = """/config /gradio_api/info /gradio_api/openapi.json /gradio_api/upload_progress /gradio_api/file=/etc/passwd
/gradio_api/proxy=http://x /gradio_api/runs /monitoring /gradio_api/startup-events /gradio_api/token /gradio_api/user /login
/manifest.json /nothing /gradio_api/deep_link /gradio_api/component_server /gradio_api/upload /gradio_api/reset
/c/ /c/a/b /c/a%2f.. /articles/ /gradio_api/queue/data /gradio_api/queue/data?session_hash=nobody /assets/../config /assets/%00"""


@pytest.mark.parametrize("path", NOT_THERE.split())
def test_what_the_page_does_not_need_is_not_there(http: httpx.Client, path: str) -> None:
    for method in ("GET", "POST"):
        assert http.request(method, path).status_code == 404
    assert http.get(f"/assets/{'a' * 3_000}").status_code == 404


def test_the_page_tells_no_address_in_memory_and_no_path(http: httpx.Client, service: ScriptedService) -> None:
    page = http.get("/").text
    assert "gradio_config" in page
    for telling in (" at 0x", str(service.home), str(Path(__file__).parents[1]), str(Path.home()), "site-packages"):
        assert telling not in page


def test_page_and_api_share_their_places_and_where_nothing_is_kept_a_closed_page_frees_its_own(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path, kept=False)
    with at(service) as http:
        share_places(http, service)


def share_places(http: httpx.Client, service: ScriptedService) -> None:
    gate, lock, running, most = threading.Event(), threading.Lock(), 0, 0

    def waits(request: Request) -> Iterator[Event]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            events = answers(request)
            yield next(events)
            while not gate.wait(0.02):
                yield next(answers(request))
            yield from events
        finally:
            with lock:
                running -= 1

    service.script = waits
    service.asked.clear()
    asked = [{**sent(0, []), "session_hash": f"tab{n}"} for n in range(3)]
    for n, one in enumerate(asked):
        one["event_data"]["c"] = f"conversation-{n}"
    joined = [http.post(JOIN, json=one).json()["event_id"] for one in asked]
    until(lambda: running == 2)
    api = [threading.Thread(target=lambda: http.post("/api/ask", json={"question": "How much?"})) for _ in range(3)]
    for thread in api:
        thread.start()
    for n, event in enumerate(joined):
        cancel = {"session_hash": f"tab{n}", "fn_index": 0, "event_id": event}
        assert http.post("/gradio_api/cancel", json=cancel).status_code == 200
    until(lambda: len(service.asked) >= 4)
    gate.set()
    for thread in api:
        thread.join(20)
    assert most == 2
    until(lambda: running == 0)
    assert json.loads(http.post("/api/ask", json={"question": "How much?"}).text)["sentences"]


def test_the_stop_of_the_page_reaches_an_answer_that_is_between_two_events(http: httpx.Client, service: ScriptedService) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def thinks(request: Request) -> Iterator[Event]:
        events = answers(request)
        yield next(events)
        with current_stop().waking(stopped.set):
            begun.set()
            stopped.wait(20)
        yield from events

    service.script = thinks
    event = http.post(JOIN, json={**sent(0, []), "session_hash": "stops"}).json()["event_id"]
    assert begun.wait(10)
    assert http.post("/gradio_api/cancel", json={"session_hash": "stops", "fn_index": 0, "event_id": event}).status_code == 200
    assert not stopped.wait(0.5), "a page that is closed takes its answer up again when it is opened"
    drawn = http.post(RUN, json={**sent(2, []), "session_hash": "stops"}).json()["data"][0]["turns"][-1]
    assert stopped.wait(3) and 'data-state="stopped"' in drawn
