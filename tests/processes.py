"""What processes of this machine are doing, as Linux tells it."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path


def children(parent: int) -> set[int]:
    """The processes that `parent` has started and that have not ended."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, its_parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(its_parent) == parent and state != "Z":
            found.add(int(stat.parent.name))
    return found


def readers(parent: int) -> set[int]:
    """Those of its children that read files for it."""
    return {child for child in children(parent) if b"app.reading.worker" in _read(Path(f"/proc/{child}/cmdline"))}


def open_files(process: int) -> list[str]:
    return [os.readlink(link) for link in Path(f"/proc/{process}/fd").iterdir()]


def processor_seconds(process: int) -> float:
    """What it has worked so far."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def resident(process: int) -> int:
    """Bytes of memory that it holds now; 0 once it has ended."""
    pages = _read(Path(f"/proc/{process}/statm")).split()[1:2]
    return int(pages[0]) * os.sysconf("SC_PAGE_SIZE") if pages else 0


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for it; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
