"""Every home's catalog in PostgreSQL instead of its file, for `make test-postgresql`: a database of its own, made when it is first opened.

Loaded by path, too (guard/sitecustomize.py), in processes that know neither the tests nor, always, the program: what it needs of them it
imports when a catalog is opened. Only whoever opens it is told; what else an address in the settings decides (`serving_mode`, with a Chroma
server) has tests of its own.
"""

from __future__ import annotations

import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

MODE = "SUITE_CATALOG"
"""In the environment: `postgresql` for this; unset, every home keeps its file."""
SERVER = "SUITE_CATALOG_SERVER"
"""In the environment of the tests and of what they start: the address of the server's database `postgres`."""
TEMPLATE = "with_tables"
OPENING = "app.stores.opening"
_known: set[str] = set()


def in_postgresql() -> bool:
    """Raises ValueError where the environment asks for something else."""
    asked = os.environ.get(MODE, "")
    if asked not in ("", "postgresql"):
        raise ValueError(f"{MODE} is {asked!r}: leave it unset, or set it to postgresql")
    return asked == "postgresql"


def begin() -> None:
    """Once for a server: it remembers which database is which home's."""
    import psycopg

    with psycopg.connect(os.environ[SERVER], autocommit=True) as server:
        server.execute("CREATE TABLE homes (name text PRIMARY KEY, path text NOT NULL)")


def database_of(home: Path) -> str:
    """The address of this home's database; the first time it is made, with the tables of an empty catalog."""
    path = str(home.resolve())
    name = "home_" + hashlib.sha256(path.encode()).hexdigest()[:24]
    url = f"{os.environ[SERVER].rpartition('/')[0]}/{name}"
    if name not in _known:
        _make(name, url, path)
        _known.add(name)
    return url


def _make(name: str, url: str, path: str) -> None:
    import psycopg

    with psycopg.connect(os.environ[SERVER], autocommit=True) as server:
        # Several processes may open a new home at once.
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", (name,))
        if server.execute("SELECT 1 FROM homes WHERE name = %s", (name,)).fetchone():
            return
        server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        with psycopg.connect(url, autocommit=True) as fresh:
            # The template's own would be every copy's.
            fresh.execute("UPDATE meta SET value = %s WHERE key = 'archive'", (secrets.token_hex(8),))
        server.execute("INSERT INTO homes VALUES (%s, %s)", (name, path))


def copy_catalog(home: Path, copy: Path) -> None:
    """Give the copy of a home, which nobody has open, a copy of its database."""
    import psycopg

    source, url = (database_of(one).rpartition("/")[2] for one in (home, copy))
    with psycopg.connect(os.environ[SERVER], autocommit=True) as server:
        server.execute(f"DROP DATABASE {url} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {url} TEMPLATE {source} STRATEGY file_copy")


def drop_homes(folder: Path) -> None:
    """Drop the databases of the homes in this folder, which may be one itself, whoever still has them open."""
    import psycopg

    with psycopg.connect(os.environ[SERVER], autocommit=True) as server:
        path = str(folder.resolve())
        gone = "DELETE FROM homes WHERE path = %s OR starts_with(path, %s) RETURNING name"
        for (name,) in server.execute(gone, (path, path + os.sep)).fetchall():
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            _known.discard(name)


def install() -> None:
    """From here on, whoever imports the module that opens catalogs gets one that opens them in PostgreSQL."""
    assert OPENING not in sys.modules
    sys.meta_path.insert(0, _Finder())


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        if name != OPENING:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        open_catalog, refuse_postgres = module.open_catalog, module.refuse_postgres
        module.open_catalog = lambda settings, **how: open_catalog(_told(settings), **how)  # type: ignore[attr-defined]
        module.refuse_postgres = lambda settings, *more: refuse_postgres(_told(settings), *more)  # type: ignore[attr-defined]


def _told(settings: Any) -> Any:
    """The settings as somebody who keeps the catalog in PostgreSQL has them."""
    if settings.catalog_url is not None:
        return settings
    from pydantic import SecretStr

    return settings.model_copy(update={"catalog_url": SecretStr(database_of(settings.home))})
