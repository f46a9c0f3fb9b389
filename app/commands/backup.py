"""`backup`: the home as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import Verbose

File = Annotated[Path, typer.Argument(metavar="FILE", help="A backup, such as dateline.zip.", show_default=False)]


def backup(
    file: File,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
    verbose: Verbose = False,
) -> int:
    """Save articles, vectors and conversations in one file.

    Whatever runs goes on running: serve, ingest, feeds. FILE appears when it is whole.

    \b
    Examples:
      python -m app backup dateline.zip
      python -m app restore dateline.zip
    """
    from app.backup import save
    from app.commands.progress import Bars
    from app.runtime import INTERRUPTED, complain, start
    from app.stores.opening import refuse_postgres

    settings = start(verbose)
    refuse_postgres(settings, "backup")
    try:
        with Bars() as bars:
            saved = save(settings.home, file, force=force, progress=bars)
    except KeyboardInterrupt:
        complain(f"stopped. {file} was not written.")
        return INTERRUPTED
    size = f"{file.stat().st_size / 1e6:,.1f} MB"
    print(f"Saved {saved.articles} articles, {saved.vectors} vectors and {saved.conversations} conversations in {file} ({size}).")
    if saved.vectors < saved.passages:
        print(f"{saved.passages - saved.vectors} passages have no vector yet; they get one after a restore, as they would here.")
    return 0
