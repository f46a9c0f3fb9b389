"""Reads files in a process of their own, which may be ended: a file that takes too long or too much loses only itself."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from itertools import chain, islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from app.article import Article
from app.errors import DatelineError
from app.reading.dispatch import File, find_files
from app.reading.links import Link
from app.reading.origin import Problem
from app.reading.worker import Bounds, Done

MEMORY_LIMIT = 640 << 20
"""Bytes of address space of the process that reads. The hungriest file within its format's limits (JSON of tiny objects) takes 540 MB."""
AHEAD = 32
"""Files that the process is told of before it is done with the first, so that it need not wait for the next name.

Their names must fit into the buffer of a socket (0.2 MB), else each side could wait for the other.
"""
IDLE_SECONDS = 20.0
"""How long the process of a KeptReader waits for more."""
_ROOT = Path(__file__).parents[2]
_MAIN = "import sys; from app.reading.worker import main; main(int(sys.argv[1]))"

_Found = Iterator[Article | Problem]
"""Of files and folders: only what was fetched gives links."""

log = logging.getLogger(__name__)


def read_bounded(paths: Iterable[Path], seconds: float, memory: int = MEMORY_LIMIT) -> Generator[Article | Problem, None, None]:
    """What `read_path` gives for each of `paths`, in the same order; but a file is given up, with a fatal Problem, if reading
    it takes more than `seconds` up to its next article or its end, or more than `memory` bytes, or ends the process.

    Close the iterator to stop before all is read. Raises DatelineError if no process can be started.
    """
    with contextlib.closing(_Worker(Bounds(seconds, memory))) as worker:
        yield from cast(_Found, _read(worker, paths))


class KeptReader:
    """`read_bounded`, with a process that waits a while for the next call: to start it (0.1 s, with its libraries 0.4 s) takes longer than
    to read most files, and files that are handed in come one by one. One call at a time; others wait."""

    def __init__(self, seconds: float, memory: int = MEMORY_LIMIT, idle: float = IDLE_SECONDS) -> None:
        """The process ends after `idle` seconds without a call."""
        self._worker = _Worker(Bounds(seconds, memory))
        self._idle = idle
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __call__(self, paths: Iterable[Path]) -> Generator[Article | Problem, None, None]:
        """Files and folders, as `read_bounded`."""
        yield from cast(_Found, self._run(paths))

    def read(self, file: File) -> list[Article | Problem | Link]:
        """One file that was fetched, whole."""
        return list(self._run([file]))

    def _run(self, paths: Iterable[Path | File]) -> Generator[Article | Problem | Link, None, None]:
        with self._lock:
            self._cancel()
            if self._worker.died:
                self._worker.close()
            try:
                yield from _read(self._worker, paths)
            except BaseException:
                # Stopped in the middle: it may have answers left that are to no question of the next call.
                self._worker.close()
                raise
            self._timer = threading.Timer(self._idle, self.close)
            self._timer.daemon = True
            self._timer.start()

    def close(self) -> None:
        """End the process; a later call starts another."""
        with self._lock:
            self._cancel()
            self._worker.close()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _read(worker: _Worker, paths: Iterable[Path | File]) -> Iterator[Article | Problem | Link]:
    found = chain.from_iterable([path] if isinstance(path, File) else find_files(path) for path in paths)
    waiting: deque[File | Problem] = deque()
    while True:
        for item in islice(found, AHEAD - len(waiting)):
            waiting.append(item)
            worker.ask(item)
        if not waiting:
            return
        item = waiting.popleft()
        if isinstance(item, Problem):
            yield item
            continue
        yield from worker.answers(item)
        if not worker.runs:
            for item in waiting:
                worker.ask(item)


class _Worker:
    """The process, started when it is first asked. It inherits neither files nor locks of this one, and no terminal."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._ready = False

    @property
    def runs(self) -> bool:
        return self._connection is not None

    @property
    def died(self) -> bool:
        """Whether it was ended from outside: by whoever was short of memory."""
        return self._process is not None and self._process.poll() is not None

    def ask(self, item: File | Problem) -> None:
        """Have it read this file after those that it was asked for before."""
        if isinstance(item, Problem):
            return
        connection = self._connection or self._start()
        # Should it have ended by now, `answers` will notice.
        with contextlib.suppress(OSError):
            connection.send(item)

    def answers(self, file: File) -> Iterator[Article | Problem | Link]:
        """What it reads in `file`, the first that it was asked for and has not answered. It may not run afterwards."""
        count = 0
        while self._connection is not None:
            try:
                answer = self._connection.recv()
            except (EOFError, OSError):
                what = self._reason()
                self.close()
                so_far = f" after {count:,} article{'s' if count > 1 else ''}" if count else ""
                yield Problem(file.shown, f"{what} given up{so_far}.", fatal=True)
                return
            if answer is True:
                self._ready = True
            elif isinstance(answer, Done):
                if answer.fault:
                    log.error("reading %s went wrong:\n%s", file.shown, answer.fault)
                if answer.last:
                    self.close()
                return
            else:
                count += isinstance(answer, Article)
                yield answer

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        # Without -P a file of the folder that someone stands in could pass for one of Python's own.
        command = [sys.executable, "-P", "-c", _MAIN, str(theirs.fileno())]
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        quiet = subprocess.DEVNULL
        self._ready = False
        try:
            self._process = subprocess.Popen(
                command,
                env=os.environ | {"PYTHONPATH": path},
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise DatelineError(f"the process that reads files cannot be started: {error}.", "Free some memory and try again.") from None
        finally:
            theirs.close()
        ours.send(self._bounds)
        self._connection = ours
        return ours

    def _reason(self) -> str:
        """Why the process ended while it read a file. Raises DatelineError if it did not even begin."""
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        status = self._process.poll()
        if not self._ready:
            raise DatelineError(f"the process that reads files does not start (status {status}).", "Run: python -m app doctor")
        if status == -signal.SIGALRM:
            return f"Reading it takes more than {self._bounds.seconds:g} seconds (DATELINE_READ_SECONDS):"
        return f"Reading it ended the process that reads (status {status}):"

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
