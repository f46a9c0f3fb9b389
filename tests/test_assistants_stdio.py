"""`python -m app mcp` as an assistant starts it: a process of its own, spoken with on its standard input and output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from mcp import StdioServerParameters

from app.assistants.held import LINGER_SECONDS
from app.stores.home import HomeLock
from tests.assistant import Assistant, links_of, over_http, over_stdio, text_of
from tests.samples import FERRY, MILL, STRIKE
from tests.test_server import ROOT, Machine, free_port

VOTE = "How did the council of Velm vote on the old mill?"
COMMAND = [sys.executable, "-m", "app", "mcp"]
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    machine = Machine(tmp_path_factory.mktemp("stdio"))
    machine.environment["DATELINE_READER"] = "linear"
    assert machine.run("ingest.py", machine.file("articles.jsonl", MILL, FERRY, STRIKE)).returncode == 0
    return machine


@pytest.fixture(scope="module")
def assistant(machine: Machine) -> Iterator[Assistant]:
    with over_stdio(started_by(machine)) as assistant:
        yield assistant


def started_by(machine: Machine) -> StdioServerParameters:
    return StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=machine.environment, cwd=ROOT)


def spoken(machine: Machine) -> subprocess.Popen[str]:
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(COMMAND, text=True, cwd=ROOT, env=machine.environment, **pipes)
    assert process.stdin is not None
    process.stdin.write(json.dumps(HELLO) + "\n")
    process.stdin.flush()
    return process


def test_every_tool_answers(assistant: Assistant) -> None:
    answered = assistant.call("ask", question=VOTE)
    assert not answered.is_error and "14 to 9" in text_of(answered)
    for link in links_of(answered):
        assert "Quoted: “" in assistant.read(link.uri)
    hit: Any = assistant.call("search", question="ferry fares").structured_content
    assert "12 percent" in hit["results"][0]["passage"]
    read: Any = assistant.call("read_article", article=hit["results"][0]["article_id"]).structured_content
    assert read["title"] == "Ferry fares to rise"
    listed: Any = assistant.call("list_sources").structured_content
    assert {one["source"] for one in listed["sources"]} == {"Velm Courier", "Torrin Mail", "Northern Ledger"}


def test_bad_input_gets_one_sentence(assistant: Assistant) -> None:
    result = assistant.call("search", question="q", k=0)
    assert result.is_error and text_of(result) == "k is too small: at least 1."


def test_it_says_how_far_an_answer_is(assistant: Assistant) -> None:
    _, told = assistant.call_and_watch("ask", question=VOTE)
    assert told[0] == "Searching" and "Sentence 1 is ready" in told


def test_between_two_questions_others_may_write_and_what_they_wrote_is_found(machine: Machine, assistant: Assistant) -> None:
    assistant.call("list_sources")
    new = {**MILL, "url": "https://courier.example/marn", "title": "Marn", "text": "The lighthouse of Marn was switched off on Monday."}
    assert machine.run("ingest.py", machine.file("marn.jsonl", new)).returncode == 0
    assert "lighthouse of Marn" in text_of(assistant.call("search", question="lighthouse of Marn"))


def test_a_serve_may_start_end_and_start_again_while_assistants_stay(machine: Machine, assistant: Assistant) -> None:
    time.sleep(LINGER_SECONDS)
    port = free_port()
    with ExitStack() as stack:
        asking = {"through it": assistant}
        for _ in range(2):
            with machine.serving(port=port) as (process, address):
                if "at its address" not in asking:
                    asking["at its address"] = stack.enter_context(over_http(address))
                for one in asking.values():
                    answered = one.call("ask", question=VOTE)
                    assert "14 to 9" in text_of(answered)
                    assert one.read(links_of(answered)[0].uri)
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 0
        assert "14 to 9" in text_of(assistant.call("ask", question=VOTE)), "without it the home is opened"


def test_only_the_protocol_goes_to_standard_output_and_it_ends_with_its_input(machine: Machine) -> None:
    process = spoken(machine)
    assert process.stdout is not None and process.stdin is not None
    hello = json.loads(process.stdout.readline())
    assert hello["result"]["serverInfo"]["name"] == "dateline" and hello["result"]["protocolVersion"] == "2025-06-18"
    asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": VOTE}}}
    for message in ({"jsonrpc": "2.0", "method": "notifications/initialized"}, asked):
        process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["result"]["isError"] is False
    rest, said = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, "")
    assert "Traceback" not in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_status_0(machine: Machine, number: int) -> None:
    process = spoken(machine)
    assert process.stdout is not None and process.stdout.readline()
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0 and "Traceback" not in said


def test_an_empty_archive_is_told_with_the_command_that_fills_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with over_stdio(started_by(machine)) as assistant:
        result = assistant.call("ask", question=VOTE)
        assert "ingest.py" in text_of(result)
        assert text_of(assistant.call("list_sources")) == "The archive is empty."


def test_a_home_that_cannot_be_opened_is_told_to_whoever_asks(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, no folder")
    with over_stdio(started_by(Machine(tmp_path))) as assistant:
        result = assistant.call("ask", question=VOTE)
    assert result.is_error and "cannot write in the home" in text_of(result) and "Traceback" not in text_of(result)
    assert os.path.isfile(tmp_path / "home")


def test_while_it_waits_for_questions_it_holds_no_lock(machine: Machine, assistant: Assistant) -> None:
    assistant.call("list_sources")
    HomeLock(machine.home, "own", "test").release()
