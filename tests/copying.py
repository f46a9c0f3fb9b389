"""A home with a bit of everything that a catalog holds, and the command that copies that into PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from app.answer import Filters, Request
from app.service import Service
from app.settings import PREFIX
from app.stores.catalog import Catalog
from app.stores.fetched import LastFetch
from app.stores.follows import Pace
from tests.postgres import said_by
from tests.quick import QUICK
from tests.records import Record
from tests.samples import FERRY, LOCK, MILL, RECORDS, ingest_records, opened

ROOT = Path(__file__).parents[1]
FEED = "https://courier.example/feed"
TORN = MILL | {"text": "The council of Velm voted 12 to 11 on Tuesday to tear down the old mill."}
TABLES = (
    "articles", "passages", "superseded", "journal", "stories", "story_bands", "gone", "fetched", "followed", "versions",
    "former_passages", "follows", "follows_files", "follows_records",
)  # fmt: skip


def fill(home: Path, folder: Path) -> None:
    """Twelve articles, one of them revised since, one removed and one to leave the vectors still; a story of two; what is followed."""
    with opened(home) as service:
        ingest_records(service, folder, RECORDS)
        ingest_records(service, folder, [TORN])
        service.remove([LOCK["url"]])
        assert service.stores.catalog.journal.vectors_to_drop() == []
        service.conversations.add("", "conversation", "key", "A question?", "{}")
    # The mill's first text was here from 7 January to 3 March 2026.
    Record(home, None).said("UPDATE versions SET seen_from = 1767780000, seen_until = 1772532000 WHERE ended = 'changed'")
    with closing(Catalog(home / "catalog.sqlite")) as catalog:
        (ferry,) = catalog.find(FERRY["url"])
        catalog.forget([ferry.row])
        catalog.supersede("an id", "a hash")
        catalog.fetches.keep(FEED, LastFetch('"a tag"', "Sun, 29 Nov 2026 10:00:00 GMT", ("an id",)))
        catalog.fetches.follow(FEED, "an entry", "its version")
        catalog.follows.add(FEED, "feed", 1_767_780_000)
        catalog.follows.keep_pace(FEED, Pace(7_200, (1, 2)))
        catalog.follows.add("/news", "folder", 1_767_780_000)
        catalog.follows.read("/news", "/news/a.md", "12 1.5", {"an id": "a hash"}, whole=True)
        catalog.set_meta("examples", '{"of": 1}')


def content(home: Path, url: str | None = None) -> dict[str, list[Any]]:
    """Every row of the catalog in the home's file, or in the database, but for what it says of the home's indexes."""
    file = Record(home, None)
    found = {}
    for table in TABLES:
        columns = [
            column for (column,) in file.said(f"SELECT name FROM pragma_table_info('{table}')") if column not in ("worded", "embedded")
        ]
        wanted = f"SELECT {', '.join(columns)} FROM {table}"
        found[table] = sorted(map(tuple, said_by(url, wanted) if url else file.said(wanted)), key=repr)
    return found


def environment(home: Path, url: str | None, **changes: str) -> dict[str, str]:
    settings = {"HOME": str(home)} | ({"CATALOG_URL": url} if url else {}) | changes
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | QUICK | {f"{PREFIX}{name}": value for name, value in settings.items()}


def started(home: Path, url: str) -> subprocess.Popen[str]:
    """The command, as a process of its own."""
    command = [sys.executable, "-m", "app", "copy-catalog"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=environment(home, url))


def is_empty(url: str) -> bool:
    return all(said_by(url, f"SELECT COUNT(*) FROM {table}") == [(0,)] for table in (*TABLES, "touched"))


def put_aside(home: Path) -> None:
    """What the command says to do next."""
    os.rename(home / "catalog.sqlite", home / "catalog.sqlite.copied")


def shown(service: Service) -> dict[str, Any]:
    """What people see of an archive."""
    urls = [str(record["url"]) for record in RECORDS]
    question = "How did the council of Velm vote on the old mill?"
    return {
        "answers": [service.ask(Request(question=question, as_of=day)).answer for day in (None, "2026-01-31")],
        "list": service.collection.listed(Filters(), "", "newest", 0, 100),
        "outlets": service.sources(),
        "versions": [service.versions(url) for url in urls],
        "articles": [service.find(url) for url in urls],
    }
