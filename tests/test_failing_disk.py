"""A disk that fails at any one write of an ingestion, as SQLite's own tests do it: the N-th write fails, until all goes through.
Each run ends in one line, and the next one finishes it: nothing lost, nothing doubled. Every eleventh N is tried here, every one with
EVERY_WRITE_STEP=1.

The failing write stands at the boundary to each library: every statement of the catalog and of the cache that writes, commits too,
each write of the matrix, Tantivy's additions and commits, Chroma's upserts and deletions. Writes inside Tantivy and Chroma are reached
by the last test, which takes the room away for real.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import DatelineError
from app.stores import database, matrix, vector_cache
from app.stores.lexical import LexicalIndex
from app.stores.vectors import VectorStore
from tests.records import copy_home
from tests.samples import RECORDS, opened, write_records
from tests.test_indexing import assert_whole, found

STEP = int(os.environ.get("EVERY_WRITE_STEP", "11"))
"""Between the writes that fail: 1 takes minutes."""
READS = ("SELECT", "PRAGMA", "WITH", "ROLLBACK")


class Disk:
    """Counts writes and fails one of them."""

    def __init__(self, fails: int, code: int) -> None:
        self.writes = 0
        self.fails = fails
        self.code = code

    def write(self) -> None:
        self.writes += 1
        if self.writes == self.fails:
            raise OSError(self.code, os.strerror(self.code))

    def connection(self) -> type[sqlite3.Connection]:
        disk = self

        class Failing(sqlite3.Connection):
            def execute(self, statement: str, *values: Any) -> Any:
                if not statement.lstrip().startswith(READS):
                    disk.statement(self)
                return super().execute(statement, *values)

            def executemany(self, statement: str, *values: Any) -> Any:
                disk.statement(self)
                return super().executemany(statement, *values)

        return Failing

    def statement(self, connection: sqlite3.Connection) -> None:
        """As SQLite has it: an error with its number, and the transaction rolled back by itself."""
        try:
            self.write()
        except OSError:
            full = self.code == errno.ENOSPC
            if connection.in_transaction:
                sqlite3.Connection.execute(connection, "ROLLBACK")
            error = sqlite3.OperationalError("database or disk is full" if full else "disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL if full else sqlite3.SQLITE_IOERR_WRITE
            raise error from None

    def before(self, whole: Callable[..., Any]) -> Callable[..., Any]:
        """As the libraries in Rust say it: a ValueError with the system's words."""

        def failing(*arguments: Any, **options: Any) -> Any:
            try:
                self.write()
            except OSError as error:
                raise ValueError(f"IO Error: {error.strerror} (os error {error.errno})") from None
            return whole(*arguments, **options)

        return failing

    def install(self, patch: pytest.MonkeyPatch) -> None:
        connect = sqlite3.connect
        for module in (database, vector_cache):
            sqlite = type(
                "sqlite", (), {**vars(sqlite3), "connect": staticmethod(lambda *a, **o: connect(*a, factory=self.connection(), **o))}
            )
            patch.setattr(module, "sqlite3", sqlite)
        patch.setattr(matrix, "open", self.open, raising=False)
        index_entry = LexicalIndex.replace
        patch.setattr(LexicalIndex, "replace", lambda index, add, remove: index_entry(index, self.each(add), remove))
        for name in ("upsert", "delete"):
            patch.setattr(VectorStore, name, self.chroma(getattr(VectorStore, name)))

    def each(self, documents: Any) -> Any:
        for document in documents:
            self.raised()
            yield document
        self.raised()  # the commit

    def raised(self) -> None:
        self.before(lambda: None)()

    def chroma(self, whole: Callable[..., Any]) -> Callable[..., Any]:
        def failing(store: VectorStore, *arguments: Any) -> Any:
            with store._told():
                self.raised()
            return whole(store, *arguments)

        return failing

    def open(self, path: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if mode != "rb":
            self.write()
        return open(path, mode, *rest, **options)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["full", "I-O-error"])
def test_an_ingestion_survives_the_failure_of_any_one_write(tmp_path: Path, code: int) -> None:
    old = write_records(tmp_path / "old.jsonl", RECORDS[:3])
    edited = [record | {"text": record["text"] + " More is to come."} for record in RECORDS[:3]]
    new = write_records(tmp_path / "new.jsonl", [*edited[:1], RECORDS[1], *RECORDS[3:5]])
    with opened(tmp_path / "before") as service:
        service.ingest([old])
    fails, reached = (1 if code == errno.ENOSPC else 4) - STEP, True
    while reached:
        fails += STEP
        home = tmp_path / f"home{fails}"
        copy_home(tmp_path / "before", home)
        disk = Disk(fails, code)
        with pytest.MonkeyPatch.context() as patch:
            disk.install(patch)
            try:
                with opened(home) as service:
                    service.ingest([new])
                    told = service.health().detail
            except DatelineError as error:
                told = str(error)
        reached = disk.writes >= disk.fails
        if reached and told:
            assert "\n" not in told
            assert ("Free some space" if code == errno.ENOSPC else "un") in told, (fails, told)
        with opened(home) as service:
            service.ingest([new])
            service.load_encoder()
            assert service.health().detail == ""
            assert service.health().articles == 5, fails
            assert_whole(service)
            assert found(service, "engineers to the Orrin delta", urls=[RECORDS[0]["url"]])[0].endswith("More is to come.")
    assert fails > 20


OF_THE_FILE = pytest.mark.catalog_file("what outgrows this room is the catalog's file, and vectors, which are then owed")
WITHOUT_ROOM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from app.commands.ingest import main
sys.exit(main([sys.argv[2]]))
"""


@pytest.mark.parametrize("room", [2_000, pytest.param(140_000, marks=OF_THE_FILE)])
def test_an_ingestion_that_runs_out_of_room_says_so_and_the_next_one_finishes_it(tmp_path: Path, room: int) -> None:
    """The system's own limit on the size of a file: every library meets it."""
    records = [RECORDS[n % 12] | {"url": f"https://wire.example/{n}", "text": f"Report {n}. {RECORDS[n % 12]['text']}"} for n in range(60)]
    file = write_records(tmp_path / "news.jsonl", records)
    names = {"DATELINE_HOME": str(tmp_path / "home"), "DATELINE_EMBEDDING_MODEL": "hashing", "DATELINE_LLM": "none"}
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ROOM, str(room), str(file)],
        env=os.environ | names,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "unexpected error" not in done.stderr, done.stderr
    assert done.returncode == 2, done.stdout
    assert done.stderr.count("\n") <= 2
    again = subprocess.run(
        [sys.executable, "ingest.py", str(file), "--json"],
        env=os.environ | names,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["read"] == 60
    with opened(tmp_path / "home") as service:
        service.load_encoder()
        assert service.health().articles == 60
        assert_whole(service)
