"""`mcp`: the archive as tools of an assistant."""

from __future__ import annotations

from app.commands.options import Verbose


def mcp(verbose: Verbose = False) -> int:
    """Speak the Model Context Protocol on standard input and output, for an assistant that starts this command.

    Tools: ask, search, read_article, list_sources. Beside a running `serve` it goes through that.

    \b
    To set up an assistant see docs/assistants.md.
    """
    from app.assistants.stdio import speak
    from app.runtime import start

    speak(start(verbose))
    return 0
