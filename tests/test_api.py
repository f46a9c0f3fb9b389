"""The API over real HTTP: its shapes, what it refuses, and how streams end."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from app.answer import Answer
from app.service import Service
from app.settings import Settings
from app.web.api import make_api
from app.web.guard import Guard
from app.web.server import listen
from tests.page_scripts import ScriptedService

TOKEN = "a-token-of-the-test"
OWNER = {"Authorization": f"Bearer {TOKEN}"}
QUESTION = "How did the council of Velm vote on the old mill?"
VELM = {
    "url": "https://example.org/velm-mill",
    "title": "Velm to reopen its mill",
    "source": "Velm Courier",
    "published": "2026-01-07",
    "authors": ["A. Writer"],
    "text": "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill. The work will cost 3.2 million crowns – a record.",
}
LOCK = {**VELM, "url": "https://example.org/lock", "title": "The lock", "published": "2025-12-20", "text": "Torrin mends its canal lock."}


@contextmanager
def running(app: Any, **options: Any) -> Iterator[str]:
    """The address of an application served by uvicorn, with these options, in a thread."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, **options))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def guarded(service: Any, wake: Callable[[], None] | None = None, *, host: str = "127.0.0.1", password: str | None = None) -> Guard:
    return Guard(make_api(service, TOKEN, wake), host=host, token=TOKEN, password=password, page_policy="default-src 'self'")


@pytest.fixture(scope="module")
def woken() -> threading.Event:
    return threading.Event()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, woken: threading.Event) -> Iterator[str]:
    """The API over a real service with two articles."""
    folder = tmp_path_factory.mktemp("api")
    (folder / "in.jsonl").write_text("".join(json.dumps(article) + "\n" for article in (VELM, LOCK)))
    service = Service.open(Settings(home=folder / "home", llm="none", embedding_model="hashing"), "own")
    service.ingest([folder / "in.jsonl"])
    with running(guarded(service, woken.set)) as base:
        yield base
    service.close()


@pytest.fixture
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield client


def events(text: str) -> list[tuple[str, Any]]:
    return [(kind, json.loads(data)) for kind, data in re.findall(r"event: (\w+)\ndata: (.*)\n\n", text)]


def test_an_answer_comes_as_one_object(http: httpx.Client) -> None:
    answer = http.post("/api/ask", json={"question": QUESTION}).json()
    assert "14 to 9" in answer["answer"]
    assert Answer.model_validate(answer).sentences[0].citations


def test_every_quote_is_its_articles_text(http: httpx.Client) -> None:
    answer = http.post("/api/ask", json={"question": "What will the work in Velm cost?"}).json()
    citations = [c for sentence in answer["sentences"] for c in sentence["citations"]] + answer["nearest"]
    citations += [answer["short"]["citation"]] if answer["short"] else []
    assert citations
    for citation in citations:
        article = http.get(f"/api/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_a_stream_begins_with_started_and_ends_with_the_whole_answer(http: httpx.Client) -> None:
    response = http.post("/api/ask", json={"question": QUESTION, "id": 7}, headers={"Accept": "text/event-stream"})
    came = events(response.text)
    kinds = [kind for kind, _ in came]
    assert response.headers["content-type"].startswith("text/event-stream")
    assert kinds[0] == "started"
    assert kinds.index("evidence") < kinds.index("sentence")
    assert kinds[-1] == "done"
    assert came[-1][1]["id"] == 7
    assert "14 to 9" in came[-1][1]["answer"]


def test_a_stream_of_an_abstention_has_no_sentence(http: httpx.Client) -> None:
    body = {"question": QUESTION, "as_of": "2025-12-31"}
    kinds = [kind for kind, _ in events(http.post("/api/ask", json=body, headers={"Accept": "text/event-stream"}).text)]
    assert "abstained" in kinds
    assert "sentence" not in kinds
    assert kinds[-1] == "done"


def test_search_by_address_and_by_body_agree(http: httpx.Client) -> None:
    by_address = http.get("/api/search", params={"q": "mill", "k": 1, "since": "2026-01-01"}).json()
    by_body = http.post("/api/search", json={"question": "mill", "k": 1, "since": "2026-01-01"}).json()
    assert by_address[0].pop("score") == pytest.approx(by_body[0].pop("score"), rel=1e-3), "age counts, and a moment passed"
    assert by_address == by_body
    assert [hit["title"] for hit in by_body] == [VELM["title"]]


def test_an_article_has_all_its_fields(http: httpx.Client) -> None:
    hit = http.get("/api/search", params={"q": "mill"}).json()[0]
    article = http.get(f"/api/articles/{hit['article_id']}").json()
    assert {key: article[key] for key in VELM} == VELM


def test_sources_and_health_describe_the_collection(http: httpx.Client) -> None:
    assert {"source": "Velm Courier", "articles": 2, "first": "2025-12-20", "last": "2026-01-07"} in http.get("/api/sources").json()
    health = http.get("/api/health").json()
    assert (health["articles"], health["newest"]) == (2, "2026-01-07")


def test_an_unknown_article_is_404(http: httpx.Client) -> None:
    response = http.get("/api/articles/none")
    assert response.status_code == 404
    assert "article" in response.json()["detail"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "question"),
        ({"question": 5}, "question"),
        ({"question": None}, "question"),
        ({"question": "  "}, "question"),
        ({"question": "x" * 200_000}, "question"),
        ({"question": "a", "asof": "2020-01-01"}, "as_of"),
        ({"question": "a", "x" * 5_000: 1}, "known"),
        ({"question": "a", "as_of": "soon"}, "as_of"),
        ({"question": "a", "as_of": 2020}, "as_of"),
        ({"question": "a", "since": "2026-02-02", "until": "2026-02-01"}, "until: 2026-02-01 is before since, 2026-02-02"),
        ({"question": "a", "urls": "https://example.org"}, "urls"),
        ({"question": "a", "history": [{"question": "b", "reply": "c"}]}, "history.0.reply"),
        ({"question": "\ud800"}, "question"),
        ([], "object"),
        ("text", "object"),
    ],
)
def test_a_bad_request_is_422_in_one_short_sentence_that_names_the_field(http: httpx.Client, body: object, named: str) -> None:
    data = json.dumps(body).encode()
    for path in ("/api/ask", "/api/search"):
        response = http.post(path, content=data, headers={"Content-Type": "application/json"})
        detail = response.json()["detail"]
        assert response.status_code == 422
        assert named in detail
        assert len(response.content) < 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("urls", '["\\ud800"]'),
        ("exclude", '["a", "\\udfff"]'),
        ("source", '"\\ud800"'),
        ("since", '"\\ud800"'),
        ("history", '[{"question": "\\ud800", "answer": "a"}]'),
        ("history", '[{"question": "a", "answer": "\\udc00"}]'),
        ("ignore", '["\\ud800"]'),
        ("id", '"\\ud800"'),
        ("id", '{"\\ud800": 1}'),
        ("id", '[["\\ud800"]]'),
        ("id", "NaN"),
        ("id", "-Infinity"),
        ("id", "1e999"),
        ("id", '{"a": [1, -1e999]}'),
        ("id", "[" * 900 + "]" * 900),
        ("\\ud800", "1"),
    ],
)
def test_what_no_reply_can_say_again_is_refused_in_one_line(http: httpx.Client, field: str, value: str) -> None:
    content = f'{{"question": "{QUESTION}", "{field}": {value}}}'.encode()
    for path, accept in (("/api/ask", "application/json"), ("/api/ask", "text/event-stream"), ("/api/search", "application/json")):
        response = http.post(path, content=content, headers={"Content-Type": "application/json", "Accept": accept})
        assert response.status_code == 422, response.text
        detail = response.json()["detail"]
        assert detail.startswith(field) or not field.isalpha()
        assert "\n" not in detail
        assert len(detail) < 200


@pytest.mark.parametrize("path", ["/api/ingest", "/api/remove"])
@pytest.mark.parametrize("text", ["\\ud800", "a\\u0000b"])
def test_the_owner_too_is_told_of_text_that_cannot_be(http: httpx.Client, path: str, text: str) -> None:
    content = f'{{"{"paths" if path == "/api/ingest" else "keys"}": ["{text}"]}}'
    response = http.post(path, content=content, headers={**OWNER, "Content-Type": "application/json"})
    assert response.status_code == 422, response.text
    assert response.json()["detail"].startswith(("paths", "keys"))


@pytest.mark.parametrize("k", [0, 1001, "5", 1.5, True])
def test_k_outside_its_range_is_422(http: httpx.Client, k: object) -> None:
    response = http.post("/api/search", json={"question": "a", "k": k})
    assert response.status_code == 422
    assert "k" in response.json()["detail"]


@pytest.mark.parametrize(
    "query", ["", "?q=", "?q=a&k=0", "?q=a&k=x", "?q=a&asof=2020-01-01", "?q=a&until=never", "?q=a&since=2026-02-02&until=2026-02-01"]
)
def test_a_bad_search_address_is_422(http: httpx.Client, query: str) -> None:
    response = http.get(f"/api/search{query}")
    assert response.status_code == 422
    assert isinstance(response.json()["detail"], str)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b'{"question": "a"}' + b" " * 3_000_000])
def test_a_body_that_is_no_request_is_refused_in_short(http: httpx.Client, content: bytes) -> None:
    response = http.post("/api/ask", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code in (413, 422)
    assert len(response.content) < 300


def test_a_large_body_without_a_length_is_refused_too(http: httpx.Client) -> None:
    response = http.post("/api/ask", content=(b" " * 100_000 for _ in range(40)), headers={"Content-Type": "application/json"})
    assert 400 <= response.status_code < 500


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 400),
        ({"Host": "127.0.0.1.evil.example"}, 400),
        ({"Host": "127.0.0.1@evil.example"}, 400),
        ({"Host": "["}, 400),
        ({"Host": "localhost:1"}, 200),
        ({"Host": "[::1]:1"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
    ],
)
def test_a_foreign_host_or_origin_is_refused(http: httpx.Client, headers: dict[str, str], status: int) -> None:
    assert http.post("/api/search", json={"question": "mill"}, headers=headers).status_code == status
    assert http.get("/api/health", headers=headers).status_code == status


def test_a_page_of_ours_may_ask(http: httpx.Client, address: str) -> None:
    assert http.post("/api/search", json={"question": "mill"}, headers={"Origin": address}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/api/ingest", {"paths": ["/no/such/file"]}), ("POST", "/api/remove", {"keys": ["x"]}), ("GET", "/api/doctor", None)],
)
def test_what_changes_the_collection_needs_the_token(http: httpx.Client, method: str, path: str, body: Any) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer é".encode()}):
        response = http.request(method, path, headers=headers, json=body)  # type: ignore[arg-type]
        assert response.status_code == 403
        assert "articles" not in response.text
    assert http.request(method, path, headers=OWNER, json=body).status_code == 200


def test_ingested_paths_answer_at_once_and_wake_the_background(http: httpx.Client, woken: threading.Event, tmp_path: Path) -> None:
    woken.clear()
    file = tmp_path / "late.jsonl"
    file.write_text(json.dumps({**VELM, "url": "https://example.org/late", "text": "The lighthouse of Marn was switched off."}) + "\n")
    report = http.post("/api/ingest", json={"paths": [str(file), str(tmp_path / "gone.txt")]}, headers=OWNER).json()
    assert (report["added"], len(report["failed"])) == (1, 1)
    assert woken.is_set()
    assert "Marn" in http.get("/api/search", params={"q": "lighthouse of Marn"}).json()[0]["passage"]
    gone = http.post("/api/remove", json={"keys": ["https://example.org/late", "https://example.org/none"]}, headers=OWNER).json()
    assert len(gone["removed"]) == 1
    assert gone["unknown"] == ["https://example.org/none"]
    assert not any("Marn" in hit["passage"] for hit in http.get("/api/search", params={"q": "lighthouse of Marn"}).json())


def test_the_docs_load_nothing_and_name_every_address(http: httpx.Client) -> None:
    page = http.get("/docs")
    assert page.status_code == 200
    assert f"curl -s {str(http.base_url).rstrip('/')}/api/ask" in page.text
    assert "7860" not in page.text
    assert not re.search(r"<(script|link|img)|\ssrc=|@import|url\(", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    described = http.get("/openapi.json").json()
    for path in described["paths"]:
        assert path in page.text
    assert "as_of" in page.text
    assert "Nothing published after" in page.text
    assert ", short, " in page.text
    schemas = described["components"]["schemas"]
    assert set(schemas["Short"]["properties"]) == {"text", "citation"}
    assert "Short" in json.dumps(schemas["Answer"]["properties"]["short"])


def test_answers_carry_headers_that_keep_browsers_careful(http: httpx.Client) -> None:
    headers = http.get("/api/health").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_password_guards_everything_and_the_token_opens_it_too() -> None:
    app = guarded(ScriptedService(Path("unused")), host="0.0.0.0", password="sesam é")
    with running(app) as base, httpx.Client(base_url=base, trust_env=False) as client:
        refused = [client.get(path, auth=auth) for path in ("/api/health", "/docs", "/") for auth in (None, ("dateline", "wrong"))]
        assert {response.status_code for response in refused} == {401}
        assert "Basic" in refused[0].headers["www-authenticate"]
        assert client.get("/docs", auth=("dateline", "sesam é")).status_code == 200
        assert client.get("/docs", headers={**OWNER, "Host": "desk.example"}).status_code == 200
