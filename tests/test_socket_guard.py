"""The guard itself: a test run that reaches for another host must fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.socket_guard import GUARD_LOG, escapes, is_local

GUARD = Path(__file__).parent / "guard"


def run_python(code: str, log: Path) -> subprocess.CompletedProcess[str]:
    """A Python process under the guard that writes to this log, not the session's."""
    environment = {**os.environ, "PYTHONPATH": str(GUARD), GUARD_LOG: str(log)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "reach",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "import socket; socket.getaddrinfo('news.invalid', 443)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "import socket; socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
        "import urllib.request; urllib.request.urlopen('http://news.invalid/')",
    ],
)
def test_a_process_that_reaches_for_another_host_is_refused_and_written_down(reach: str, tmp_path: Path) -> None:
    log = tmp_path / "escapes.log"
    ended = run_python(reach, log)
    assert ended.returncode == 1
    assert "the socket guard refused" in ended.stderr
    assert "192.0.2.1" in log.read_text() or "2001:db8::1" in log.read_text() or "news.invalid" in log.read_text()


def test_a_process_started_by_a_process_is_guarded_too(tmp_path: Path) -> None:
    log = tmp_path / "escapes.log"
    inner = "import socket; socket.create_connection((chr(49) + '92.0.2.1', 80))"
    run_python(f'import subprocess, sys; subprocess.run([sys.executable, "-c", "{inner}"], stderr=subprocess.DEVNULL)', log)
    assert "192.0.2.1" in log.read_text()


def test_a_socket_on_this_machine_is_let_through(tmp_path: Path) -> None:
    log = tmp_path / "escapes.log"
    ended = run_python(
        "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname()); print('reached')", log
    )
    assert ended.stdout == "reached\n"
    assert not log.exists()


def test_what_was_written_down_is_reported(tmp_path: Path) -> None:
    log = tmp_path / "escapes.log"
    before = escapes(log)
    log.write_text("socket.connect '192.0.2.1' in process 1\n")
    assert escapes(log) == [*before, "socket.connect '192.0.2.1' in process 1"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "0.0.0.0", "", None, b"localhost"])
def test_this_machine_is_local(host: str | bytes | None) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["192.168.0.1", "10.0.0.1", "news.invalid", "127.0.0.1.news.invalid", "2001:db8::1", b"news.invalid"])
def test_another_machine_is_not_local(host: str | bytes) -> None:
    assert not is_local(host)
