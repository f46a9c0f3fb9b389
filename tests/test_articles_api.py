"""What the articles view fetches and sends, over HTTP behind the guard."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.answer import Health
from app.article import article_id
from app.collection import Room
from app.doctor import Finding
from app.errors import DatelineError
from app.service import Service
from app.web.api import make_api
from app.web.articles import articles
from app.web.checking import Checking
from app.web.guard import Guard
from app.web.render_state import bytes_words, render_findings, render_state
from tests.page_browser import serving
from tests.processes import until
from tests.samples import LOCK, RECORDS, ingest_records, opened
from tests.test_collection import STORY

OURS = {"X-Dateline": "page"}
LOCK_ID = article_id(LOCK["url"], "")


@pytest.fixture(scope="module")
def woken() -> list[int]:
    return []


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("articles")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS, embed=False)
        yield service


def guarded(service: Service, woken: list[int], password: str | None = None) -> Guard:
    api = make_api(service, "token")
    api.include_router(articles(service, lambda: woken.append(1)))
    return Guard(api, host="127.0.0.1", token="token", password=password, page_policy="default-src 'self'")


@pytest.fixture(scope="module")
def http(service: Service, woken: list[int]) -> Iterator[httpx.Client]:
    with serving(guarded(service, woken)) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        yield client


def rows(http: httpx.Client, **query: Any) -> list[list[str]]:
    reply = http.get("/page/articles/list", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()["rows"]  # type: ignore[no-any-return]


def add(http: httpx.Client, name: str, body: bytes = STORY, **headers: str) -> httpx.Response:
    return http.post("/page/articles/add", params={"name": name}, content=body, headers={**OURS, **headers})


def test_a_row_has_id_title_outlet_and_the_day_in_words(http: httpx.Client) -> None:
    assert rows(http, words="canal lock") == [[LOCK_ID, "Torrin mends its lock", "Torrin Mail", "20 Dec 2025"]]
    assert rows(http, words="lighthouse")[0][3] == "Date not stated"


def test_the_list_says_its_length_and_its_order(http: httpx.Client) -> None:
    whole = http.get("/page/articles/list", params={"limit": 3}).json()
    assert (whole["total"], whole["order"], len(whole["rows"])) == (len(RECORDS), "newest", 3)
    assert http.get("/page/articles/list", params={"words": "lock"}).json()["order"] == "best"
    assert http.get("/page/articles/list", params={"words": "lock", "sort": "title"}).json()["order"] == "title"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"since": "yesterday"}, "since"),
        ({"until": "2025-01-01", "since": "2025-02-01"}, "until"),
        ({"sort": "colour"}, "sort"),
        ({"limit": 1000}, "limit"),
        ({"offset": -1}, "offset"),
        ({"words": "a" * 201}, "words"),
        ({"source": "a" * 301}, "source"),
    ],
)
def test_a_list_that_cannot_be_is_422_in_one_line(http: httpx.Client, query: dict[str, Any], named: str) -> None:
    reply = http.get("/page/articles/list", params=query)
    assert reply.status_code == 422
    assert named in reply.json()["detail"] and "\n" not in reply.json()["detail"]


def test_a_file_is_added_told_again_as_unchanged_and_its_vectors_are_called_for(http: httpx.Client, woken: list[int]) -> None:
    woken.clear()
    assert add(http, "Fish/market.txt").json()["state"] == "added"
    assert add(http, "Fish/market.txt").json()["state"] == "unchanged"
    assert woken == [1]
    (found,) = rows(http, words="herring")
    removed = http.post("/page/articles/remove", json={"id": found[0]}, headers=OURS).json()
    assert removed["title"] == "Torrin opens a fish market"
    assert rows(http, words="herring") == []


def test_many_files_at_once_are_all_read(http: httpx.Client) -> None:
    replies: list[dict[str, Any]] = []

    def send(n: int) -> None:
        while (reply := add(http, f"many/{n}.txt", STORY.replace(b"eels", f"eels {n}".encode()))).status_code == 503:
            time.sleep(0.05)
        replies.append(reply.json())

    threads = [threading.Thread(target=send, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one["state"] for one in replies] == ["added"] * 12
    ids = [row[0] for row in rows(http, words="herring")]
    assert len(ids) == 12
    for one in ids:
        assert http.post("/page/articles/remove", json={"id": one}, headers=OURS).status_code == 200


def test_a_file_that_fails_says_why(http: httpx.Client) -> None:
    failed = add(http, "a.png", b"\x89PNG").json()
    assert failed["state"] == "failed" and "ending" in failed["reasons"][0]
    assert add(http, "..").status_code == 422
    assert add(http, "").status_code == 422
    assert add(http, "a" * 5_000).status_code == 422


def test_another_writer_is_waited_for_and_told(http: httpx.Client, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.collection.adding.WAIT_SECONDS", 0.05)
    with service._write_lock:
        for reply in (add(http, "fish.txt"), http.post("/page/articles/remove", json={"id": LOCK_ID}, headers=OURS)):
            assert reply.status_code == 503 and "another command is writing" in reply.json()["detail"]
    assert rows(http, words="herring") == [] and rows(http, words="canal lock")


def test_a_removal_is_undone_once_and_tells_when_it_is_too_late(http: httpx.Client, service: Service) -> None:
    before = service.article(LOCK_ID)
    undo = http.post("/page/articles/remove", json={"id": LOCK_ID}, headers=OURS).json()["undo"]
    assert rows(http, words="canal lock") == []
    assert http.post("/page/articles/remove", json={"id": LOCK_ID}, headers=OURS).status_code == 404
    restored = http.post("/page/articles/restore", json={"undo": undo}, headers=OURS)
    assert restored.json() == {"id": LOCK_ID, "title": LOCK["title"]}
    assert service.article(LOCK_ID) == before
    late = http.post("/page/articles/restore", json={"undo": undo}, headers=OURS)
    assert late.status_code == 410 and "too long ago" in late.json()["detail"]


@pytest.mark.parametrize("path", ["add?name=a.txt", "remove", "restore", "check"])
def test_what_changes_the_collection_comes_from_the_page_alone(http: httpx.Client, path: str) -> None:
    as_a_form = {"Content-Type": "text/plain"}
    assert http.post(f"/page/articles/{path}", content=b"{}", headers=as_a_form).status_code == 403
    foreign = {**OURS, "Origin": "https://elsewhere.example"}
    assert http.post(f"/page/articles/{path}", content=b"{}", headers=foreign).status_code == 403
    assert http.get(f"/page/articles/{path}").status_code in (200, 404, 405)
    assert rows(http, words="a fish market in Torrin herring") == []


@pytest.mark.parametrize("body", [{}, {"id": 5}, {"id": "x", "more": 1}, {"id": "a" * 65}, []])
def test_a_removal_that_names_nothing_is_422(http: httpx.Client, body: Any) -> None:
    assert http.post("/page/articles/remove", json=body, headers=OURS).status_code == 422


def test_a_password_guards_the_view_too(service: Service) -> None:
    with serving(guarded(service, [], "secret")) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as http:
        assert http.get("/page/articles/list").status_code == 401
        assert add(http, "a.txt").status_code == 401
        assert rows(httpx.Client(base_url=base, trust_env=False, auth=("dateline", "secret")), words="canal lock")


def test_the_state_says_what_is_there_and_what_is_still_to_come(http: httpx.Client, service: Service) -> None:
    state = http.get("/page/articles/state").json()
    assert state["articles"] == len(RECORDS) and ["Torrin Mail", 2] in state["outlets"]
    for said in ("On disk", "still to come", "10 Jan 2026", "Without a date", "none (quoted evidence)"):
        assert said in state["html"], said


def test_the_check_runs_beside_and_its_findings_come_with_their_commands(http: httpx.Client) -> None:
    assert http.get("/page/articles/check").json() == {"seconds": None, "html": None}
    assert http.post("/page/articles/check", headers=OURS).status_code == 200
    until(lambda: http.get("/page/articles/check").json()["html"] is not None, 60)
    html = http.get("/page/articles/check").json()["html"]
    assert "have no vector yet" in html and "python -m app serve" in html and "In order: " in html


def test_one_check_at_a_time_and_a_fault_of_it_is_a_finding() -> None:
    gate, runs = threading.Event(), list[int]()

    def examine() -> list[Finding]:
        runs.append(1)
        gate.wait(10)
        raise DatelineError("the disk is gone.", "Run: python -m app salvage")

    checking = Checking(examine)
    checking.start()
    until(lambda: bool(runs))
    checking.start()
    assert checking.state()[0] is not None and checking.state()[1] is None
    gate.set()
    until(lambda: checking.state()[1] is not None)
    assert runs == [1]
    assert checking.state() == (None, [Finding(level="error", what="the disk is gone.", mend="python -m app salvage")])
    broken = Checking(lambda: [][1])  # type: ignore[misc]
    broken.start()
    until(lambda: broken.state()[1] is not None)
    assert (broken.state()[1] or [])[0].mend == "python -m app doctor"


HEALTH = Health(status="words-only", articles=3, passages=8, embedded=2, newest="2026-01-02", oldest="2025-01-01", model="<b>", sources=1)


def test_the_state_names_what_is_in_the_way_and_the_command_to_copy() -> None:
    detail = "Answered by words alone: Chroma holds 2 of 8 vectors. Run: python -m app reindex Read by likeness alone: <no weights>."
    html = render_state(HEALTH.model_copy(update={"detail": detail}), 1, None, Room(2_500_000_000, False))
    assert "<code>python -m app reindex</code>" in html and 'data-copy="python -m app reindex"' in html
    assert "more than 2.5 GB" in html and "&lt;no weights&gt;" in html and "&lt;b&gt;" in html
    assert 'data-embedded="2"' in html and "6 still to come" in html
    empty = render_state(HEALTH.model_copy(update={"articles": 0, "passages": 0}), 0, None, Room(4_000, True))
    assert "progress" not in empty


def test_findings_are_worst_first_and_only_commands_can_be_copied() -> None:
    found = [
        Finding(level="ok", what="fine <one>."),
        Finding(level="warning", what="little room.", mend="Free some space."),
        Finding(level="error", what="broken.", mend="python -m app salvage"),
    ]
    html = render_findings(found)
    assert html.index("Broken:") < html.index("To mind:") < html.index("In order: 1")
    assert html.count("<code>") == 1 and "<code>python -m app salvage</code>" in html and "fine &lt;one&gt;." in html
    assert "Nothing is wrong" in render_findings(found[:1])


@pytest.mark.parametrize(("size", "words"), [(0, "0 kB"), (830_000, "830 kB"), (1_240_000, "1.2 MB"), (425_000_000_000, "425.0 GB")])
def test_sizes_are_said_in_words(size: int, words: str) -> None:
    assert bytes_words(size) == words
