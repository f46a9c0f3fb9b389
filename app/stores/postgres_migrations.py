"""A database of PostgreSQL brought to the newest form of its tables, by numbered steps, as migrations.py does for SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from app.errors import DatelineError
from app.stores.faults import FAILED
from app.stores.postgres_place import PostgresPlace

MIGRATING = "hashtext('dateline steps'), hashtext(current_schema())"


def migrate(connection: psycopg.Connection[tuple[Any, ...]], steps: Sequence[str], place: PostgresPlace) -> None:
    """Run the steps that the database has not had, all or none. How many it has had stands in its table `steps`.

    Raises DatelineError where a newer program has written it, or it does not keep its texts in UTF-8. The connection is in autocommit mode.
    """
    if _done(connection) == len(steps):
        return
    with connection.transaction():
        # Of programs that come at once the first runs them, and the others wait.
        connection.execute(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        encoding = connection.execute("SELECT current_setting('server_encoding')").fetchone()
        if encoding != ("UTF8",):
            mend = "Make it with: createdb --encoding=UTF8 --template=template0 NAME"
            raise DatelineError(f"the database {place.name} does not keep texts in UTF-8.", mend, http=FAILED)
        done = _done(connection)
        if done > len(steps):
            raise DatelineError(
                f"the catalog {place.name} was written by a newer Dateline (its version is {done}, this program knows {len(steps)}).",
                "Update Dateline, or name another database in DATELINE_CATALOG_URL.",
                http=FAILED,
            )
        connection.execute("CREATE TABLE IF NOT EXISTS steps (done BIGINT NOT NULL)")
        for step in steps[done:]:
            connection.execute(step)
        connection.execute("DELETE FROM steps")
        connection.execute("INSERT INTO steps VALUES ($1)", (len(steps),))


def _done(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    """0 where there are no tables yet."""
    there = connection.execute("SELECT to_regclass('steps')").fetchone()
    if there is None or there[0] is None:
        return 0
    found = connection.execute("SELECT done FROM steps").fetchone()
    return int(found[0]) if found else 0
