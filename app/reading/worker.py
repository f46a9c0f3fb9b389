"""The process that reads files for `read_bounded`. It ends itself, whatever it is doing, when a file takes too long."""

from __future__ import annotations

import os
import resource
import signal
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection

from app.article import Article
from app.reading.dispatch import File, read_file
from app.reading.links import Link
from app.reading.origin import Problem


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take: `seconds` until its next article or its end, and `memory`, all bytes of the process."""

    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Done:
    """A file is read. `fault`: the traceback of a mistake of ours; `last`: this process reads no more."""

    fault: str = ""
    last: bool = False


def main(descriptor: int) -> None:
    """Answer the socket `descriptor` until it is closed: first, to Bounds, with True; then to each File with its Articles, Links and
    Problems, and Done."""
    connection = Connection(descriptor)
    try:
        bounds: Bounds = connection.recv()
        resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        connection.send(True)
        done = Done()
        while not done.last:
            done = _read(connection, connection.recv(), bounds)
            connection.send(done)
    except (EOFError, OSError):
        # Who asked is gone, so nobody is left to tell.
        os._exit(1)


def _read(connection: Connection, file: File, bounds: Bounds) -> Done:
    # By default this signal ends the process, also one that is busy in a library's C code.
    signal.setitimer(signal.ITIMER_REAL, bounds.seconds)
    try:
        for item in read_file(file):
            left, _ = signal.setitimer(signal.ITIMER_REAL, 0)  # how long the receiver takes is not the file's fault
            connection.send(item)
            signal.setitimer(signal.ITIMER_REAL, bounds.seconds if isinstance(item, Article | Link) else max(left, 0.001))
    except MemoryError:
        signal.setitimer(signal.ITIMER_REAL, 0)
        what = f"Reading it takes more than {bounds.memory >> 20} MB of memory: given up."
        connection.send(Problem(file.shown, what, fatal=True))
        return Done(last=True)
    except (EOFError, ConnectionError):
        raise
    except Exception as error:
        signal.setitimer(signal.ITIMER_REAL, 0)
        what = f"Reading it went wrong ({type(error).__name__}): a mistake in Dateline. The log has the details."
        connection.send(Problem(file.shown, what, fatal=True))
        return Done(fault=traceback.format_exc())
    signal.setitimer(signal.ITIMER_REAL, 0)
    return Done()
