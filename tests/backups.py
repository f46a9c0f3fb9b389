"""Homes to save and restore, and processes that save and restore them until they are killed."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from app.backup import restore, save
from app.backup.package import Package
from app.errors import DatelineError
from app.settings import Settings, load_settings

STEPS = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "sqlite3.connect", "shutil.rmtree"}
"""What a process does to files, as Python's audit events name it."""
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["app.backup", "tantivy", "tests.backups"])


def quiet(stage: str, done: int, total: int) -> None:
    """A progress that is told to nobody."""


def settings_of(home: Path) -> Settings:
    return load_settings(home=home, llm="none", embedding_model="hashing", reader="linear")


def restored(file: Path, home: Path, *, force: bool = False) -> None:
    restore(file, settings_of(home), force=force, progress=quiet, say=lambda line: None)


def saved(home: Path, file: Path, *, force: bool = False) -> None:
    save(home, file, force=force, progress=quiet)


def run(work: Callable[..., None], *arguments: Any, step: int = 0, room: int = 0) -> tuple[int | None, str]:
    """Do it in a process of its own. Returns its exit status, and what it refused.

    `step`: it is killed (status -9) before it does so many things to files in the folder where its first argument lies. `room`: bytes
    beyond which no file of its may grow.
    """
    hearing, saying = _processes.Pipe(duplex=False)
    process: BaseProcess = _processes.Process(target=_child, args=(saying, work, arguments, step, room))
    process.start()
    saying.close()
    process.join()
    said = ""
    with hearing, suppress(EOFError):  # nothing was refused, or it did not come to that
        said = hearing.recv()
    return process.exitcode, said


@contextmanager
def running(work: Callable[..., None], *arguments: Any) -> Iterator[BaseProcess]:
    """A process that does it meanwhile."""
    process: BaseProcess = _processes.Process(target=work, args=arguments)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _child(saying: Connection, work: Callable[..., None], arguments: tuple[Any, ...], step: int, room: int) -> None:
    folder, left = str(arguments[0].parent), step

    def watch(event: str, about: tuple[Any, ...]) -> None:
        nonlocal left
        if event in STEPS and about and isinstance(about[0], str | bytes | os.PathLike) and folder in os.fsdecode(about[0]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    if step:
        sys.addaudithook(watch)
    if room:
        allow(room)
    try:
        work(*arguments)
    except DatelineError as error:
        allow(None)
        saying.send(str(error))
        os._exit(error.status)


def allow(room: int | None) -> None:
    """From now on no file of this process may grow beyond so many bytes: a full disk, as every library meets it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY if room is None else room, resource.RLIM_INFINITY))


def fingerprint(home: Path) -> dict[str, str]:
    """Every file of the home by its content, but for the memory that SQLite's readers share."""
    files = sorted(path for path in home.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal", ".log")))
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def is_whole(file: Path) -> bool:
    """Whether the backup is what it lists."""
    with Package(file) as package:
        package.check(lambda count: None)
    return True
