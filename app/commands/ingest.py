"""`ingest`: reads articles into the collection; also behind `ingest.py`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import Json, Verbose
from app.runtime import INTERRUPTED, complain, run, start

if TYPE_CHECKING:
    from app.answer import IngestReport
    from app.settings import Settings


def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PLACE…", help="Files, folders, or addresses.", show_default=False)],
    json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Read articles into the collection.

    Takes text, Markdown, HTML, PDF, JSON and JSON lines (also .gz), mail (.eml, .mbox), crawls (.warc), and folders of them.
    An address (https://…) is a page, an RSS or Atom feed, or a sitemap: what is new there is fetched, with manners.
    Run again, it reads only what is new or edited. Stopped half-way, it goes on where it was.

    \b
    Examples:
      python ingest.py corpus
      python ingest.py story.txt archive.jsonl.gz --json
      python ingest.py https://news.example/feed.xml
    """
    from app.commands.lines import print_json
    from app.commands.show import report_lines

    try:
        report = _ingest(start(verbose), paths)
    except KeyboardInterrupt:
        complain("stopped. What was read is kept; run the same command again to go on.")
        return INTERRUPTED
    if json:
        print_json(report.model_dump(mode="json"))
    else:
        print("\n".join(report_lines(report)))
    return status_of(report)


def status_of(report: IngestReport) -> int:
    """0 if nothing failed, 1 if some did, 2 if nothing could be done."""
    if not report.failed:
        return 0
    return 1 if report.read else 2


def _ingest(settings: Settings, paths: Sequence[str]) -> IngestReport:
    from app.commands.progress import Bars
    from app.reach import beside, opened

    client = beside(settings)
    if client is not None:
        print(f"`serve` at {client.address} reads them; it makes the vectors while it answers.", file=sys.stderr, flush=True)
        with client:
            # Should Ctrl-C end this command, `serve` reads on: the line above has said who does the work.
            return client.ingest(paths)
    with opened(settings, "own", "ingest") as service, Bars() as bars:
        return service.ingest(paths, bars)


def main(arguments: Sequence[str] | None = None) -> int:
    """`ingest.py`: this one command; returns the exit status."""
    cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    cli.command()(ingest)
    return run(cli, arguments, "python ingest.py")
