"""`python -m app`, and `dateline` where pip installed it: the commands. Only typer is imported here; the rest as a command runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from inspect import cleandoc

import typer

from app.commands import (
    ask,
    backup,
    check,
    copy_catalog,
    doctor,
    embed,
    feedback,
    feeds,
    ingest,
    mcp,
    reindex,
    remove,
    restore,
    salvage,
    search,
    serve,
    sources,
    versions,
    watch,
)
from app.installed import as_started, program
from app.runtime import prepare, run

HELP = """Answers questions from your own dated news articles, every sentence cited.

\b
Begin:
  python ingest.py corpus                      read articles
  python -m app ask "What will the bridge cost?"
  python -m app serve                          the same in a browser

Settings are environment variables that begin with DATELINE_ (also read from .env);
DATELINE_HOME says where everything is kept (.dateline unless set).
"""


def commands() -> typer.Typer:
    """All commands under one name."""
    cli = typer.Typer(
        help=as_started(HELP), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    every: list[Callable[..., int]] = [
        ask.ask,
        search.search,
        ingest.ingest,
        embed.embed,
        sources.sources,
        versions.versions,
        remove.remove,
        feedback.feedback,
        watch.watch,
        serve.serve,
        mcp.mcp,
        check.check,
        doctor.doctor,
        reindex.reindex,
        salvage.salvage,
        backup.backup,
        restore.restore,
        copy_catalog.copy_catalog,
    ]
    for command in every:
        cli.command(help=as_started(cleandoc(command.__doc__ or "")))(command)
    cli.add_typer(feeds.group(), name="feeds")
    return cli


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    prepare()
    return run(commands(), arguments, program())


if __name__ == "__main__":
    sys.exit(main())
