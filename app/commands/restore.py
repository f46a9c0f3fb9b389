"""`restore`: a home out of a backup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.backup import File
from app.commands.options import Verbose

if TYPE_CHECKING:
    from app.settings import Settings

LATER = "`python -m app serve` makes the rest while it answers."


def restore(
    file: File,
    force: Annotated[bool, typer.Option("--force", help="Move a home that is not empty aside; nothing of it is deleted.")] = False,
    verbose: Verbose = False,
) -> int:
    """Make a home out of a backup, in DATELINE_HOME.

    FILE is checked first, to the last byte. The home appears when it is whole, with every article found by words; then the vectors are
    put in. Stopped meanwhile, the next `serve` goes on with them.

    \b
    Examples:
      python -m app restore dateline.zip
      DATELINE_HOME=elsewhere python -m app restore dateline.zip
    """
    from app.backup import restore as make_home
    from app.commands.progress import Bars
    from app.runtime import INTERRUPTED, complain, start
    from app.stores.opening import refuse_postgres

    settings = start(verbose)
    refuse_postgres(settings, "restore")
    try:
        with Bars() as bars:
            made = make_home(file, settings, force=force, progress=bars, say=lambda line: print(line, flush=True))
    except KeyboardInterrupt:
        complain(f"stopped. {settings.home} is as it was.")
        return INTERRUPTED
    counted = f"{made.articles} articles and {made.conversations} conversations"
    print(f"Restored {counted} in {settings.home}, as they were on {made.made[:10]} at {made.made[11:16]} UTC.", flush=True)
    try:
        return _put_vectors_in(settings)
    except KeyboardInterrupt:
        complain(f"stopped. The home is whole; vectors are still to come. {LATER}")
        return INTERRUPTED


def _put_vectors_in(settings: Settings) -> int:
    from app.commands.progress import Bars
    from app.reach import opened
    from app.runtime import complain

    if settings.chroma_url is not None:
        print(f"The Chroma server {settings.chroma_url} was left alone. If its vectors are not this home's, run: python -m app reindex")
        return 0
    with opened(settings, "own", "restore") as service:
        with Bars() as bars:
            service.catch_up(bars)
        health = service.health()
    if health.embedded < health.passages:
        complain(f"{health.passages - health.embedded} passages have no vector. {health.detail or LATER}")
        return 1
    print(f"All {health.passages} passages are found by words and by vectors.")
    return 0
