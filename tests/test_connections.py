"""Connections that say nothing, or say it slowly, against a real `serve`."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest

from tests.processes import open_files
from tests.test_server import Machine

SECONDS, MOST = 2.0, 40
SLOW = [
    b"",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A:",
    b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    b"GET /page/here HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET / HTTP/1.1\r\nHost:",
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    machine = Machine(tmp_path_factory.mktemp("connections"))
    machine.environment |= {"DATELINE_REQUEST_SECONDS": str(SECONDS), "DATELINE_CONNECTIONS": str(MOST)}
    with machine.serving() as (process, address):
        yield process.pid, address


def connect(stack: ExitStack, address: str) -> socket.socket:
    return stack.enter_context(socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), timeout=30))


def ended(one: socket.socket) -> bool:
    """Read to the end of the connection; False if it is still open after its timeout."""
    try:
        while one.recv(65_536):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("begin", SLOW, ids=["nothing", "headers", "body", "second"])
def test_a_request_that_does_not_come_to_its_end_is_closed(served: tuple[int, str], begin: bytes) -> None:
    with ExitStack() as stack:
        one = connect(stack, served[1])
        one.sendall(begin)
        began = time.monotonic()
        assert ended(one)
        assert SECONDS - 0.5 < time.monotonic() - began < SECONDS + 5


def test_two_hundred_idle_connections_shut_nobody_out_and_do_not_stay(served: tuple[int, str]) -> None:
    process, address = served
    with ExitStack() as stack:
        idle = [connect(stack, address) for _ in range(200)]
        for _ in range(20):
            assert httpx.get(f"{address}/page/here", trust_env=False, timeout=5).status_code == 204
        assert sum(name.startswith("socket:") for name in open_files(process)) < MOST + 20
        assert all(ended(one) for one in idle)


def test_a_connection_that_is_at_work_is_not_closed_for_a_new_one(served: tuple[int, str]) -> None:
    _, address = served
    with ExitStack() as stack:
        tab = connect(stack, address)
        tab.sendall(b"GET /gradio_api/heartbeat/abc HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert tab.recv(65_536).startswith(b"HTTP/1.1 200")
        idle = [connect(stack, address) for _ in range(3 * MOST)]
        assert all(ended(one) for one in idle)
        tab.settimeout(0.5)
        assert not ended(tab)
