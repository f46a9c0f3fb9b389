"""How answers over the API come and end: whole, cut off by who asked, held back by others, or failed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from app.answer import Answer, Done, Event, Request, SentenceReady, Started
from app.errors import DatelineError
from app.web.stream import ANSWERS_AT_ONCE
from tests.page_scripts import FARES, ScriptedService, quotes_and_says_in_short
from tests.test_api import events, guarded, running


class Scripted:
    """A service whose answers the test writes: `steps` sentences, one each `pause` seconds, then perhaps an error."""

    def __init__(self, steps: int = 1, pause: float = 0.0, error: Exception | None = None) -> None:
        self.steps, self.pause, self.error = steps, pause, error
        self.sent = 0
        self.running = self.most = 0
        self.begun, self.closed = threading.Event(), threading.Event()
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Iterator[Event]:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.begun.set()
        try:
            yield Started(question=request.question)
            for index in range(self.steps):
                time.sleep(self.pause)
                self.sent += 1
                yield SentenceReady(index=index, text="So it is.\nTruly\u2028so.", verdict="unsupported", citations=[])
            if self.error:
                raise self.error
            yield Done(answer=Answer(question=request.question, answer="So it is."))
        finally:
            with self._lock:
                self.running -= 1
            self.closed.set()


def test_line_ends_inside_a_sentence_do_not_break_the_stream() -> None:
    with running(guarded(Scripted())) as base:
        text = httpx.post(f"{base}/api/ask", json={"question": "a"}, headers={"Accept": "text/event-stream"}, trust_env=False).text
    assert [kind for kind, _ in events(text)] == ["started", "sentence", "done"]
    assert events(text)[1][1]["text"] == "So it is.\nTruly\u2028so."


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_an_answer_stops_when_its_reader_hangs_up(accept: str) -> None:
    service = Scripted(steps=200, pause=0.05)
    with running(guarded(service)) as base:
        at = urlsplit(base)
        asked = '{"question": "a"}'
        head = f"POST /api/ask HTTP/1.1\r\nHost: {at.netloc}\r\nAccept: {accept}\r\nContent-Type: application/json\r\n"
        with socket.create_connection((at.hostname, at.port), timeout=5) as reader:
            reader.sendall(f"{head}Content-Length: {len(asked)}\r\n\r\n{asked}".encode())
            # Who hangs up earlier, on a busy machine, is never answered.
            assert service.begun.wait(20)
        assert service.closed.wait(3)
    assert service.sent < 60


def test_no_more_answers_run_at_once_than_there_are_places() -> None:
    service = Scripted(steps=2, pause=0.1)
    with running(guarded(service)) as base:
        sent = {"json": {"question": "a"}, "trust_env": False, "timeout": 20}
        asked = [threading.Thread(target=httpx.post, args=(f"{base}/api/ask",), kwargs=sent) for _ in range(3 * ANSWERS_AT_ONCE)]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
    assert service.most == ANSWERS_AT_ONCE
    assert service.sent == 2 * 3 * ANSWERS_AT_ONCE


@pytest.mark.parametrize(
    ("error", "said", "status"),
    [
        (DatelineError("the well is dry.", "Dig deeper.", http=503), "the well is dry. Dig deeper.", 503),
        (RuntimeError("secret"), "unexpected", 500),
    ],
)
def test_an_answer_that_fails_says_so_plainly(error: Exception, said: str, status: int) -> None:
    with running(guarded(Scripted(error=error))) as base, httpx.Client(base_url=base, trust_env=False) as client:
        whole = client.post("/api/ask", json={"question": "a"})
        streamed = events(client.post("/api/ask", json={"question": "a"}, headers={"Accept": "text/event-stream"}).text)
    assert whole.status_code == status
    assert said in whole.json()["detail"]
    assert "secret" not in whole.text
    assert streamed[-1][0] == "failed"
    assert said in streamed[-1][1]["message"]


def test_an_answer_has_its_short_answer_with_the_place_of_its_words_and_null_without_one() -> None:
    with running(guarded(ScriptedService(Path("unused"), quotes_and_says_in_short))) as base:
        whole = httpx.post(f"{base}/api/ask", json={"question": "How much?"}, trust_env=False).json()
        streamed = httpx.post(f"{base}/api/ask", json={"question": "How much?"}, headers={"Accept": "text/event-stream"}, trust_env=False)
    at = whole["short"]["citation"]
    assert whole["short"]["text"] == at["quote"] == FARES.text[at["start"] : at["end"]] == "22 crowns"
    assert events(streamed.text)[-1][1]["short"] == whole["short"]
    with running(guarded(Scripted())) as base:
        assert httpx.post(f"{base}/api/ask", json={"question": "How much?"}, trust_env=False).json()["short"] is None
