"""A SQLite file brought to the newest form of its tables, by numbered steps."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.errors import DatelineError
from app.stores.faults import FAILED


def migrate(connection: sqlite3.Connection, steps: Sequence[str], path: Path) -> None:
    """Run the steps that the file has not had, each whole or not at all: SQL scripts, of which the first makes the tables.

    How many it has had stands in the file itself (`PRAGMA user_version`). A step that has been released never changes; what is new is
    a step at the end. Raises DatelineError where a newer program has written the file. The connection is in autocommit mode.
    """
    if _version(connection) == len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = refuse_newer(connection, steps, path)  # another process may have been first
        for step in steps[done:]:
            for statement in statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def refuse_newer(connection: sqlite3.Connection, steps: Sequence[str], path: Path) -> int:
    """How many steps the file has had. Raises DatelineError where a newer program has written it."""
    done = _version(connection)
    if done > len(steps):
        raise DatelineError(
            f"{path} was written by a newer Dateline (its version is {done}, this program knows {len(steps)}).",
            "Update Dateline, or set DATELINE_HOME to another folder.",
            http=FAILED,
        )
    return done


def statements(script: str) -> Iterator[str]:
    """The statements of a script, triggers whole: `executescript` would end the transaction first."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
