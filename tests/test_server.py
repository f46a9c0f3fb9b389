"""`serve` as a process of its own: its start, its end, and the commands beside it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import app
from app.errors import DatelineError
from app.service import Service
from app.settings import Settings
from app.web.server import is_loopback, listen, refuse_exposure
from tests.processes import free_port, until
from tests.quick import QUICK

ROOT = Path(app.__file__).parents[1]
QUESTION = "How did the council of Velm vote on the old mill?"
VELM = {
    "url": "https://example.org/velm-mill",
    "title": "Velm to reopen its mill",
    "source": "Velm Courier",
    "published": "2026-01-07",
    "text": "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill. The work will cost 3.2 million crowns.",
}
MARN = {**VELM, "url": "https://example.org/marn", "title": "Marn", "text": "The lighthouse of Marn was switched off on Monday."}
START_SECONDS, STOP_SECONDS = 120, 30


class Machine:
    """A home and the commands on it, each a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.environment = os.environ | {
            "DATELINE_HOME": str(self.home),
            **QUICK,
            # A proxy that is not there: nothing that stays on this machine may go through it.
            "HTTP_PROXY": "http://127.0.0.1:9",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=self.environment, timeout=120, check=False)

    def file(self, name: str, *articles: dict[str, str]) -> str:
        path = self.folder / name
        path.write_text("".join(json.dumps(article) + "\n" for article in articles))
        return str(path)

    @contextmanager
    def serving(self, *options: str, port: int = 0) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
        """(the process, its address), killed at the end if it still runs; `port` 0: any."""
        port = port or free_port()
        address = f"http://127.0.0.1:{port}"
        log = self.folder / f"serve-{port}.log"
        command = [sys.executable, "-m", "app", "serve", "--port", str(port), *options]
        with open(log, "wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, env=self.environment)
        try:
            deadline = time.monotonic() + START_SECONDS
            while f"Dateline is at {address}" not in log.read_text():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield process, address
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    machine = Machine(tmp_path_factory.mktemp("server"))
    assert machine.run("ingest.py", machine.file("velm.jsonl", VELM)).returncode == 0
    return machine


@pytest.fixture(scope="module")
def served(machine: Machine) -> Iterator[str]:
    with machine.serving() as (_, address):
        yield address


def wait_until_embedded(address: str) -> None:
    deadline = time.monotonic() + 30
    while (health := httpx.get(f"{address}/api/health", trust_env=False).json())["embedded"] < health["passages"]:
        assert time.monotonic() < deadline, health
        time.sleep(0.1)


def test_page_api_and_docs_share_one_port(served: str) -> None:
    for path in ("/", "/docs", "/api/health"):
        response = httpx.get(served + path, trust_env=False)
        assert response.status_code == 200
        assert "content-security-policy" in response.headers


def test_the_page_too_is_closed_to_foreign_hosts(served: str) -> None:
    assert httpx.get(served, headers={"Host": "evil.example"}, trust_env=False).status_code == 400


def test_the_owner_file_says_where_it_listens_to_its_user_alone(machine: Machine, served: str) -> None:
    file = machine.home / "owner.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert str(json.loads(file.read_text())["port"]) in served


def test_readers_beside_a_server_go_through_it(machine: Machine, served: str) -> None:
    until(lambda: httpx.get(f"{served}/api/health", trust_env=False).json()["status"] == "ok")
    answer = json.loads(machine.run("-m", "app", "ask", QUESTION, "--json").stdout)
    assert "14 to 9" in answer["answer"]
    assert not any("words alone" in note for note in answer["notes"]), "only its owner can search the vectors"
    assert "Velm" in machine.run("-m", "app", "search", "mill", "--json").stdout
    assert "Velm Courier" in machine.run("-m", "app", "sources").stdout
    checked = machine.run("-m", "app", "doctor")
    assert checked.returncode == 0, checked.stdout
    assert "listens on" in checked.stdout


def test_a_bad_request_beside_a_server_is_still_one_line(machine: Machine, served: str) -> None:
    done = machine.run("-m", "app", "ask", QUESTION, "--since", "never")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_files_ingested_beside_a_server_answer_at_once_and_get_their_vectors(machine: Machine, served: str) -> None:
    relative = os.path.relpath(machine.file("late.jsonl", MARN), ROOT)
    done = machine.run("ingest.py", relative, "gone.txt", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["added"] == 1
    assert str(ROOT / "gone.txt") == report["failed"][0]["path"]
    assert "Marn" in httpx.get(f"{served}/api/search", params={"q": "lighthouse of Marn"}, trust_env=False).json()[0]["passage"]
    wait_until_embedded(served)
    assert machine.run("-m", "app", "remove", MARN["url"]).returncode == 0
    assert machine.run("-m", "app", "remove", MARN["url"]).returncode == 1
    hits = httpx.get(f"{served}/api/search", params={"q": "lighthouse of Marn"}, trust_env=False).json()
    assert not any("Marn" in hit["passage"] for hit in hits)


@pytest.mark.parametrize("arguments", [["serve"], ["reindex"]])
def test_another_owner_is_refused_in_a_line_that_names_the_first(machine: Machine, served: str, arguments: list[str]) -> None:
    options = ["--port", str(free_port())] if arguments == ["serve"] else []
    done = machine.run("-m", "app", *arguments, *options)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "`serve`" in done.stderr
    assert httpx.get(f"{served}/api/health", trust_env=False).status_code == 200


def test_a_taken_port_is_one_line_and_leaves_the_home_free(machine: Machine, served: str, tmp_path: Path) -> None:
    other = Machine(tmp_path)
    done = other.run("-m", "app", "serve", "--port", served.rpartition(":")[2])
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "port" in done.stderr
    assert not (other.home / "owner.json").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order_though_a_stream_is_open(tmp_path: Path, number: signal.Signals) -> None:
    machine = Machine(tmp_path)
    with machine.serving() as (process, address), httpx.Client(base_url=address, trust_env=False) as client:
        body = {"question": QUESTION}
        with client.stream("POST", "/api/ask", json=body, headers={"Accept": "text/event-stream"}):
            process.send_signal(number)
            assert process.wait(STOP_SECONDS) == 0
    assert not (machine.home / "owner.json").exists()
    assert machine.run("-m", "app", "reindex").returncode == 0, "the home is free"


def test_a_signal_while_it_starts_ends_it_too(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    command = [sys.executable, "-m", "app", "serve", "--port", str(free_port())]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT, env=machine.environment)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not (machine.home / "owner.json").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=STOP_SECONDS)
    finally:
        process.kill()
    assert process.returncode == 0
    assert b"Traceback" not in err


def test_the_home_of_a_killed_server_is_taken_over(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with machine.serving() as (process, _):
        process.kill()
        process.wait()
    assert (machine.home / "owner.json").exists()
    assert machine.run("ingest.py", machine.file("velm.jsonl", VELM)).returncode == 0
    assert "14 to 9" in machine.run("-m", "app", "ask", QUESTION).stdout


def test_beside_a_running_ingestion_readers_answer_by_words_and_writers_are_refused(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    file = machine.file("velm.jsonl", VELM)
    assert machine.run("ingest.py", file).returncode == 0
    ingesting = Service.open(Settings(home=machine.home, llm="none", embedding_model="hashing"), "own", "ingest")
    try:
        answer = json.loads(machine.run("-m", "app", "ask", QUESTION, "--json").stdout)
        assert "14 to 9" in answer["answer"]
        assert any("words alone" in note for note in answer["notes"])
        assert "Velm Courier" in machine.run("-m", "app", "sources").stdout
        for command in (["ingest.py", file], ["-m", "app", "remove", VELM["url"]], ["-m", "app", "serve", "--port", str(free_port())]):
            refused = machine.run(*command)
            assert refused.returncode == 2
            assert refused.stderr.count("\n") == 1
            assert "`ingest`" in refused.stderr
    finally:
        ingesting.close()


def test_with_a_password_commands_get_in_by_the_token_and_strangers_do_not(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.run("ingest.py", machine.file("velm.jsonl", VELM)).returncode == 0
    machine.environment["DATELINE_PASSWORD"] = "sesam"
    with machine.serving("--host", "127.0.0.1") as (_, address):
        for path in ("/", "/docs", "/api/health"):
            assert httpx.get(address + path, trust_env=False).status_code == 401
            assert httpx.get(address + path, auth=("dateline", "sesam"), trust_env=False).status_code == 200
        assert "14 to 9" in machine.run("-m", "app", "ask", QUESTION).stdout


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("desk", False)])
def test_only_this_machine_is_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@pytest.mark.parametrize("password", [None, ""])
def test_beyond_this_machine_it_wants_a_password(password: str | None) -> None:
    settings = Settings(host="0.0.0.0", password=password)
    with pytest.raises(DatelineError, match="DATELINE_PASSWORD"):
        refuse_exposure(settings)
    refuse_exposure(Settings(host="0.0.0.0", password="sesam"))


def test_a_port_that_is_taken_names_another() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(DatelineError, match=f"port {first.getsockname()[1]} is taken.*--port"):
        listen("127.0.0.1", first.getsockname()[1])


def test_an_address_that_is_not_ours_is_told_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(DatelineError, match="cannot listen on desk: Name or service not known"):
        listen("desk", free_port())
