"""PostgreSQL for tests: Debian's, one server for the run, in a temporary folder, and databases copied from one that has the tables."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from app.stores.postgres import PostgresDatabase
from app.stores.postgres_place import postgres_place
from app.stores.postgres_schema import CATALOG_POSTGRES
from app.stores.postgres_sql import numbered
from tests.processes import free_port

USER = "dateline"
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=32MB", "max_connections=60", "autovacuum=off")
TEMPLATE = "with_tables"


class Server:
    """A server of our own on a free port of loopback, which trusts whoever comes."""

    def __init__(self) -> None:
        """Raises FileNotFoundError where PostgreSQL is not installed."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(re.sub(r"\D", "", path.parts[4]) or 0))
        if not found:
            raise FileNotFoundError("the tests of catalogs in PostgreSQL need it: apt install postgresql")
        self._bin = found[-1].parent
        # Not under pytest's own folders, which root keeps from others: the server refuses to be root.
        self._folder = Path(tempfile.mkdtemp(prefix="dateline-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        self._data = self._folder / "data"
        self._made = 0
        self.port = free_port()
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", USER, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()
        PostgresDatabase(postgres_place(self.database(TEMPLATE)), CATALOG_POSTGRES).close()

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._bin / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    def start(self) -> None:
        options = " ".join(f"-c {each}" for each in (*FAST, f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories="))
        self._run("pg_ctl", "-D", self._data, "-o", options, "-l", self._folder / "log", "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def database(self, name: str | None = None) -> str:
        """The address of a new database, with the catalog's tables unless it has a name."""
        self._made += 1
        template = "" if name else f" TEMPLATE {TEMPLATE} STRATEGY file_copy"
        name = name or f"test_{self._made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}{template}")
            if template:
                # The template's own would be every copy's.
                with psycopg.connect(self.url(name), autocommit=True) as fresh:
                    fresh.execute("UPDATE meta SET value = %s WHERE key = 'archive'", (secrets.token_hex(8),))
        return self.url(name)

    def drop(self, url: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def close(self) -> None:
        with contextlib.suppress(AssertionError):
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def said_by(url: str, *statements: str) -> list[Any]:
    """Run these, written as for SQLite; what the last one finds."""
    found: list[Any] = []
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
        for statement in statements:
            cursor = connection.execute(numbered(statement))
            found = cursor.fetchall() if cursor.description else []
    return found
