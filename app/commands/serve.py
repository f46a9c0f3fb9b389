"""`serve`: the page and the API."""

from __future__ import annotations

import os
import sys
import threading
from typing import Annotated

import typer

from app.commands.options import Verbose


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address; beyond this machine it needs DATELINE_PASSWORD.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port; 7860 unless DATELINE_PORT says otherwise.")] = None,
    replica: Annotated[bool | None, typer.Option("--replica", help="Answer alone: others write the catalog.")] = None,
    verbose: Verbose = False,
) -> int:
    """Serve the page and the API on this machine until Ctrl-C.

    While it runs, the other commands and ingest.py go through it, and assistants reach it at /mcp.
    With DATELINE_CATALOG_URL and DATELINE_CHROMA_URL several can run, each with a home of its own: one of them writes, another
    takes its place within 10 s when it is gone, and with --replica one only answers (docs/scaling.md).

    \b
    Examples:
      python -m app serve
      python -m app serve --port 8000
      DATELINE_PASSWORD=… python -m app serve --host 0.0.0.0
      DATELINE_CATALOG_URL=postgresql://… DATELINE_CHROMA_URL=http://… python -m app serve --replica
    """
    from app.assistants.endpoint import add_mcp
    from app.runtime import start
    from app.web.server import serve_until_stopped

    serve_until_stopped(start(verbose, host=host, port=port, replica=replica), _say, [add_mcp])
    _leave()
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _leave() -> None:
    """End now if a thread is still inside a model, which nothing can interrupt: all is saved and closed by then."""
    sys.stdout.flush()
    sys.stderr.flush()
    if any(thread is not threading.main_thread() for thread in threading.enumerate()):
        os._exit(0)
