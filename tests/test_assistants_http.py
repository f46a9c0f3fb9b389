"""Assistants at /mcp: the SDK's own client against the whole application, guard and page included."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio import CapacityLimiter
from jsonschema import Draft202012Validator

from app.answer import Answer, Event, Request
from app.assistants.endpoint import add_mcp
from app.service import Service
from app.stopping import current_stop
from app.web.api import make_api
from app.web.connections import bounded
from app.web.guard import Guard
from app.web.server import make_app
from tests.assistant import links_of, over_http, text_of
from tests.page_scripts import ScriptedService, answers
from tests.processes import until
from tests.samples import RECORDS, ingest_records, opened
from tests.test_api import TOKEN, running

ERAS = ["legacy", "auto"]
"""How a client begins: the handshake of 2025, or the requests of 2026 that need none."""
VOTE = "How did the council of Velm vote on the old mill?"
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("assistants")
    with opened(folder / "home", reader="linear") as service:
        ingest_records(service, folder, RECORDS)
        service.load_models()
        yield service


@pytest.fixture(scope="module")
def base(service: Service) -> Iterator[str]:
    with running(make_app(service, service.settings, TOKEN, lambda: None, [add_mcp])) as base:
        yield base


def guarded(service: Any, places: int = 4, **options: Any) -> Guard:
    limiter = CapacityLimiter(places)
    api = make_api(service, TOKEN, places=limiter)
    add_mcp(api, service, limiter)
    return Guard(api, **({"host": "127.0.0.1", "token": TOKEN, "password": None, "page_policy": ""} | options))


@pytest.mark.parametrize("era", ERAS)
def test_an_assistant_finds_four_tools_that_only_read(base: str, era: str) -> None:
    with over_http(base, mode=era) as assistant:
        tools = assistant.tools()
        assert list(tools) == ["ask", "search", "read_article", "list_sources"]
        assert "Dateline" in (assistant.client.instructions or "")
        assert assistant.resources() == [] and assistant.templates() == ["dateline://article/{id}{?start,end,until}"]
    for tool in tools.values():
        assert tool.annotations.read_only_hint and not tool.annotations.open_world_hint
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        for name, field in tool.input_schema["properties"].items():
            assert field.get("description"), f"{tool.name}: nothing says what {name} is"


@pytest.mark.parametrize("era", ERAS)
def test_an_answer_comes_as_text_as_data_and_with_links_to_its_words(base: str, era: str) -> None:
    with over_http(base, mode=era) as assistant:
        result = assistant.call("ask", question=VOTE)
        answer = Answer.model_validate(result.structured_content)
        assert not result.is_error and "14 to 9" in answer.answer
        text = text_of(result)
        assert "14 to 9" in text and "[1]" in text and "Velm Courier, 7 Jan 2026" in text and "It is data" in text
        link, *_ = links_of(result)
        citation = answer.sentences[0].citations[0]
        assert link.name == citation.title and citation.quote in (link.description or "") and link.uri in text
        assert f"Quoted: “{citation.quote}”" in assistant.read(link.uri)


def test_the_api_and_an_assistant_get_the_same_answer(base: str) -> None:
    asked = {"question": "What will the work in Velm cost?", "as_of": "2026-01-08"}
    with over_http(base) as assistant:
        told: Any = assistant.call("ask", **asked).structured_content
    by_api = httpx.post(f"{base}/api/ask", json=asked, trust_env=False, timeout=60).json()
    assert {**told, "timings": None} == {**by_api, "timings": None}


def test_what_the_articles_do_not_say_is_told_as_no_answer(base: str) -> None:
    with over_http(base) as assistant:
        result = assistant.call("ask", question=VOTE, as_of="2025-12-31")
    assert not result.is_error
    assert Answer.model_validate(result.structured_content).abstained
    assert text_of(result).startswith("No answer: ")


def test_a_follow_up_is_asked_with_what_was_said_before(base: str) -> None:
    with over_http(base) as assistant:
        result = assistant.call("ask", question="What will it cost?", history=[{"question": VOTE, "answer": "The council voted 14 to 9."}])
    understood = Answer.model_validate(result.structured_content).understood
    assert "follow_up" in [one.key for one in understood]


@pytest.mark.parametrize("era", ERAS)
def test_it_is_told_how_far_an_answer_is(base: str, era: str) -> None:
    with over_http(base, mode=era) as assistant:
        _, told = assistant.call_and_watch("ask", question=VOTE)
    assert told[0] == "Searching" and "Sentence 1 is ready" in told
    assert any(words and words.startswith("Reading ") for words in told)


def test_passages_are_found_with_a_link_each(base: str) -> None:
    with over_http(base) as assistant:
        result = assistant.call("search", question="ferry fares", k=3, source="Torrin Mail")
        found: Any = result.structured_content
        assert [hit["rank"] for hit in found["results"]] == list(range(1, len(found["results"]) + 1))
        assert {hit["source"] for hit in found["results"]} == {"Torrin Mail"} and "12 percent" in found["results"][0]["passage"]
        assert len(links_of(result)) == len(found["results"]) <= 3
        for link, hit in zip(links_of(result), found["results"], strict=True):
            assert f"“{hit['passage']}”" in assistant.read(link.uri)


def test_an_article_is_read_by_id_by_link_and_by_url(base: str) -> None:
    with over_http(base) as assistant:
        hit = assistant.call("search", question="ferry fares", k=1).structured_content["results"][0]  # type: ignore[index]
        pages = [
            assistant.call("read_article", article=key).structured_content
            for key in (hit["article_id"], f"dateline://article/{hit['article_id']}?start=0&end=5", hit["url"])
        ]
        assert pages[0] == pages[1] == pages[2]
        page: Any = pages[0]
        assert page["title"] == "Ferry fares to rise" and page["text"][hit["start"] : hit["end"]] == hit["passage"]
        assert page["next_offset"] is None
        assert page["text"] in assistant.read(f"dateline://article/{hit['article_id']}")


def test_the_outlets_are_those_of_the_api(base: str) -> None:
    with over_http(base) as assistant:
        result = assistant.call("list_sources")
    assert result.structured_content == {"sources": httpx.get(f"{base}/api/sources", trust_env=False).json()}
    assert "Velm Courier: 3 articles, 2025-08-19 to 2026-01-07" in text_of(result)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {}, "question is missing: add it."),
        ("ask", {"question": " "}, "question is empty: write something there."),
        ("ask", {"question": "q", "asof": "2025-01-01"}, "asof is not a known field: did you mean as_of?"),
        ("ask", {"question": "q", "as_of": "soon"}, "as_of: 'soon' is no date: write a day such as 2025-11-30 or an ISO time."),
        ("ask", {"question": "q", "since": "2026-01-02", "until": "2026-01-01"}, "until: 2026-01-01 is before since"),
        ("ask", {"question": "q" * 3000}, "question is too long: at most 2000 letters."),
        ("search", {"question": "q", "k": 51}, "k is too large: at most 50."),
        ("search", {"question": "q", "k": "ten"}, "k must be a whole number."),
        ("read_article", {"article": "0" * 20}, "there is no such article in the archive."),
        ("read_article", {"article": "https://nowhere.example/x"}, "there is no such article in the archive."),
        ("read_article", {"article": "/etc/passwd"}, "article must be an article_id"),
        ("read_article", {"article": "dateline://article/../x"}, "this is no address of an article."),
        ("read_article", {"article": "https://courier.example/velm-mill", "offset": 9999}, "offset is too large"),
        ("list_sources", {"of": "all"}, "of is not a known field"),
    ],
)
def test_bad_input_gets_one_sentence_that_says_what_to_mend(base: str, tool: str, arguments: dict[str, Any], said: str) -> None:
    with over_http(base) as assistant:
        result = assistant.call(tool, **arguments)
    assert result.is_error and result.structured_content is None
    assert said in text_of(result)
    assert "Traceback" not in text_of(result) and "\n" not in text_of(result)


@pytest.mark.parametrize(
    "uri", ["dateline://article/" + "0" * 20, "dateline://article/x", "file:///etc/passwd", "dateline://article/{}?start=5&end=99999"]
)
def test_an_address_behind_which_nothing_is_gives_an_error(base: str, service: Service, uri: str) -> None:
    known = service.find("https://courier.example/velm-mill")
    with over_http(base) as assistant, pytest.raises(Exception, match="article") as told:
        assistant.read(uri.format(known.id if known else ""))
    assert type(told.value).__name__ == "MCPError"


def test_an_unknown_tool_is_refused_by_the_names_of_those_there_are(base: str) -> None:
    with over_http(base) as assistant, pytest.raises(Exception, match="the tools are ask, search"):
        assistant.call("remove", keys=["*"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 400),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "localhost:1"}, 200),
    ],
)
def test_a_foreign_host_or_origin_is_refused(base: str, headers: dict[str, str], status: int) -> None:
    assert httpx.post(f"{base}/mcp", json=LIST, headers={**HEADERS, **headers}, trust_env=False).status_code == status


def test_it_speaks_with_posts_alone_and_of_a_bounded_size(base: str) -> None:
    for method in ("GET", "DELETE", "PUT"):
        assert httpx.request(method, f"{base}/mcp", headers=HEADERS, trust_env=False).status_code == 405
    assert httpx.post(f"{base}/mcp", content=b" " * 2_000_001, headers=HEADERS, trust_env=False).status_code == 413
    for body in (b"", b"[", b"[" * 100_000, b"{}", b"[]", b"\xff"):
        response = httpx.post(f"{base}/mcp", content=body, headers=HEADERS, trust_env=False)
        assert 400 <= response.status_code < 500 and "Traceback" not in response.text
    assert httpx.get(f"{base}/mcp/x", trust_env=False).status_code == 404


def test_with_a_password_an_assistant_needs_it_or_the_token() -> None:
    with running(guarded(ScriptedService(Path("unused")), host="0.0.0.0", password="sesam")) as base:
        for refused in ({}, {"auth": ("dateline", "wrong")}, {"headers": {"Authorization": "Bearer wrong"}}):
            assert httpx.post(f"{base}/mcp", json=LIST, **{"headers": HEADERS, **refused}, trust_env=False).status_code == 401  # type: ignore[arg-type]
        for admitted in ({"auth": ("dateline", "sesam")}, {"headers": {"Authorization": f"Bearer {TOKEN}"}}):
            with over_http(base, **admitted) as assistant:
                assert "ask" in assistant.tools()


def test_many_assistants_at_once_each_get_their_own_answer(base: str) -> None:
    asked = {
        VOTE: "14 to 9",
        "By how much will fares on the Sennet ferry rise?": "12 percent",
        "How many schools did the strike close?": "46",
        "How high is the lighthouse of Skarrow Point?": "41 metres",
    }

    def one(number: int) -> bool:
        question, said = list(asked.items())[number % len(asked)]
        with over_http(base, mode=ERAS[number % 2]) as assistant:
            result = assistant.call("ask", question=question)
            return said in text_of(result) and result.structured_content["question"] == question  # type: ignore[index]

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(one, range(24)))


class Slow(ScriptedService):
    """Answers when it is let go on; says how many answers are under way and how many were left."""

    def __init__(self) -> None:
        super().__init__(Path("unused"))
        self.go_on = threading.Event()
        self.most = self.now = self.left = 0

    def answer(self, request: Request, config: Any = None) -> Iterator[Event]:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            while not self.go_on.wait(0.02):
                if current_stop().said:
                    self.left += 1
                    return
            yield from answers(request)
        finally:
            self.now -= 1


@pytest.mark.parametrize("era", ERAS)
def test_an_assistant_that_leaves_stops_its_answer(era: str) -> None:
    slow = Slow()
    with running(guarded(slow)) as base:
        with over_http(base, mode=era) as assistant:
            assistant.leave_early("ask", 0.5, question=VOTE)
        until(lambda: slow.left == 1 and slow.now == 0)


@pytest.mark.parametrize("era", ERAS)
def test_the_deadline_for_a_request_does_not_cut_an_answer(era: str) -> None:
    slow, seconds = Slow(), 0.4
    threading.Timer(4 * seconds, slow.go_on.set).start()
    with running(guarded(slow), http=bounded(seconds, 8)) as base, over_http(base, mode=era) as assistant:
        assert not assistant.call("ask", question=VOTE).is_error


def test_assistants_take_the_places_that_page_and_api_share() -> None:
    slow = Slow()
    with running(guarded(slow, places=2)) as base, ThreadPoolExecutor(4) as pool:

        def one(_: int) -> bool:
            with over_http(base) as assistant:
                return not assistant.call("ask", question=VOTE).is_error

        waiting = [pool.submit(one, n) for n in range(4)]
        until(lambda: slow.now == 2)
        time.sleep(0.3)
        assert slow.now == 2
        slow.go_on.set()
        assert all(one.result() for one in waiting) and slow.most == 2


def test_a_fault_of_ours_is_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(ScriptedService):
        def sources(self) -> Any:
            raise ZeroDivisionError("secret")

    with running(guarded(Broken(Path("unused")))) as base, over_http(base) as assistant:
        result = assistant.call("list_sources")
    assert result.is_error and text_of(result) == "An unexpected error (ZeroDivisionError); the log has the details."
    assert "secret" in caplog.text


def test_the_description_of_the_api_does_not_change(base: str) -> None:
    assert "/mcp" not in json.dumps(httpx.get(f"{base}/openapi.json", trust_env=False).json()["paths"])
