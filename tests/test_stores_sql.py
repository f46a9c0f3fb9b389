"""SQL stays with the stores: no other room brings a statement of its own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

APP = Path(__file__).parents[1] / "app"
RUNS_SQL = {"execute", "executemany", "executescript"}
STATEMENT = re.compile(
    r"\s*(?:(?:SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|REPLACE|ALTER|DROP|BEGIN)\s"
    r"|select\s.*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|pragma\s+\w|create\s+(?:table|index)\s)",
    re.DOTALL,
)
"""In capitals the first word is enough; in small letters, which prose has too, what goes with it must follow."""


def sql_in(source: str) -> list[int]:
    """The lines of this source that run SQL, import sqlite3, or hold a statement as a string. Docstrings are passed over."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    lines = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in RUNS_SQL:
                lines.add(node.lineno)
            case ast.Import(names=names) if any(name.name.split(".")[0] == "sqlite3" for name in names):
                lines.add(node.lineno)
            case ast.ImportFrom(module="sqlite3"):
                lines.add(node.lineno)
            case ast.Constant(value=str(text)) if id(node) not in prose and STATEMENT.match(text):
                lines.add(node.lineno)
    return sorted(lines)


def test_no_room_but_the_stores_holds_sql() -> None:
    found = [
        f"{file.relative_to(APP.parent)}:{line}"
        for file in sorted(APP.rglob("*.py"))
        if APP / "stores" not in file.parents
        for line in sql_in(file.read_text(encoding="utf-8"))
    ]
    assert found == [], "give the store a method with a name instead"


@pytest.mark.parametrize(
    "planted",
    [
        'catalog.rows("SELECT COUNT(*) FROM articles")',
        'catalog.rows("select count(*) from articles")',
        'number("""\n    SELECT 1\n""")',
        'number(f"SELECT COUNT(*) FROM {name}")',
        'wanted = "UPDATE articles SET worded = 0"',
        'rows("PRAGMA quick_check(1)")',
        "database.execute(statement)",
        "database.executemany(statement, rows)",
        "database.cursor().executescript(tables)",
        "import sqlite3",
        "from sqlite3 import connect",
    ],
)
def test_planted_sql_is_found(planted: str) -> None:
    assert sql_in(planted)


@pytest.mark.parametrize(
    "harmless",
    [
        'def made() -> None:\n    """CREATE TABLE is not run here."""',
        '"""Select the articles from the pool."""',
        'print("Update the model, or set another.")',
        'print("Select one from the list.")',
        'button("Delete")',
        "pool.submit(work)",
    ],
)
def test_prose_is_not_taken_for_sql(harmless: str) -> None:
    assert sql_in(harmless) == []


def test_the_stores_themselves_hold_sql_that_is_found() -> None:
    assert sql_in((APP / "stores" / "catalog.py").read_text(encoding="utf-8"))
