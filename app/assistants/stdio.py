"""The MCP server on standard input and output: an assistant starts it and speaks with it alone."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from types import FrameType

import anyio
from anyio import CapacityLimiter
from mcp.server.stdio import stdio_server

from app.assistants.held import Held
from app.assistants.server import make_server
from app.errors import DatelineError
from app.settings import Settings
from app.web.stream import ANSWERS_AT_ONCE

log = logging.getLogger(__name__)


def speak(settings: Settings) -> None:
    """Speak until standard input ends, SIGINT or SIGTERM; the process then ends with exit status 0."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    anyio.run(_speak, settings)


async def _speak(settings: Settings) -> None:
    places = CapacityLimiter(ANSWERS_AT_ONCE)
    held = Held(settings, places)
    server = make_server(held.lent, places)
    # While this block lasts, what a library prints goes to standard error.
    async with stdio_server() as (heard, said):
        warming = asyncio.create_task(_warm(held))
        await server.run(heard, said, server.create_initialization_options())
        warming.cancel()
        _end()


async def _warm(held: Held) -> None:
    """Load the models before the first question comes; whoever asks meanwhile waits for them."""
    try:
        async with held.lent():
            pass
    except DatelineError as error:  # told again to whoever asks
        log.warning("%s", error)


def _end(number: int = 0, frame: FrameType | None = None) -> None:
    """Now: a thread may be inside a model, which nothing can interrupt, and nothing is written here that could be left half done."""
    sys.stderr.flush()
    os._exit(0)
