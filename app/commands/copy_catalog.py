"""`copy-catalog`: from a home's file into PostgreSQL."""

from __future__ import annotations

from app.commands.options import Verbose


def copy_catalog(verbose: Verbose = False) -> int:
    """Copy the catalog of a home into PostgreSQL.

    From the file in DATELINE_HOME into the database that DATELINE_CATALOG_URL names, which must be empty: articles with all that they said
    before, stories, what is followed and how far. The file is left as it is. Stop `serve` first.

    Stopped or killed, it leaves the database empty.

    \b
    Example:
      DATELINE_CATALOG_URL=postgresql://dateline@127.0.0.1/dateline python -m app copy-catalog
    """
    import shlex

    from app.commands.progress import Bars
    from app.errors import DatelineError
    from app.installed import as_started
    from app.runtime import INTERRUPTED, complain, start
    from app.stores.faults import CATALOG_FILE
    from app.stores.postgres_place import EXAMPLE, postgres_place

    settings = start(verbose)
    if settings.catalog_url is None:
        what = "`copy-catalog` copies into the database that DATELINE_CATALOG_URL names, and it names none."
        raise DatelineError(what, f"Set it to an empty one, such as {EXAMPLE}.")
    place = postgres_place(settings.catalog_url.get_secret_value())
    from app.stores.catalog_copy import copy_catalog as copy

    try:
        with Bars() as bars:
            rows = copy(settings.home, place, bars)
    except KeyboardInterrupt:
        complain(f"stopped. Nothing was copied into {place.name}.")
        return INTERRUPTED
    counted = f"{rows['articles']} articles, {rows['versions']} former versions and {rows['follows']} places that are followed"
    print(f"Copied {counted} into {place.name}; every row was compared.")
    file = shlex.quote(str(settings.home / CATALOG_FILE))
    print(f"Put the file aside, so that the home follows the database: mv {file} {file}.copied")
    print(as_started("Then let it write words and vectors, while it answers: python -m app serve"))
    return 0
