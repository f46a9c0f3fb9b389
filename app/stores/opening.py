"""The catalog that the settings name: a file in the home, or a database in PostgreSQL."""

from __future__ import annotations

from app.errors import DatelineError
from app.settings import Settings
from app.stores.catalog import Catalog
from app.stores.faults import CATALOG_FILE
from app.stores.followed import refuse_follower


def open_catalog(settings: Settings, *, read_only: bool) -> Catalog:
    """Raises DatelineError where it cannot be opened, is a newer program's, or not the one that the home's indexes are of."""
    if settings.catalog_url is None:
        refuse_follower(settings.home)
        return Catalog(settings.home / CATALOG_FILE, read_only=read_only)
    from app.stores.postgres_place import postgres_place

    place = postgres_place(settings.catalog_url.get_secret_value())
    from app.stores.postgres_catalog import PostgresCatalog

    return PostgresCatalog(place, settings.home, read_only=read_only)


def refuse_postgres(settings: Settings, command: str) -> None:
    """Raise DatelineError where the catalog is no file, which is all that this command knows."""
    if settings.catalog_url is not None:
        raise DatelineError(
            f"`{command}` is for the catalog in a home's file, and DATELINE_CATALOG_URL names one in PostgreSQL.",
            "Save that with pg_dump, and put it back with pg_restore (docs/scaling.md).",
        )
