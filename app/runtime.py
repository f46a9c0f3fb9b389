"""What every program of Dateline shares: its environment, settings, the log, and errors that a person can read.

Call `prepare` first of all: its variables must stand before torch, Gradio or LangChain is imported.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer
from typer.exceptions import TyperException

from app.errors import DatelineError
from app.installed import as_started

if TYPE_CHECKING:
    from app.settings import Settings

log = logging.getLogger(__name__)
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it: 128 and the number of the signal."""

M_ARENA_MAX = -8
"""As glibc's malloc.h has it."""

FORCED = {
    # Someone's tracing account must not receive the questions and articles of this program.
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
"""Nothing is sent out that the user did not ask for."""

DEFAULTS = {
    # OpenMP's threads spin while they wait. Where the host holds back CPU, the default count made three
    # chats at once take up to 68 s instead of 1.5 s.
    "GOMP_SPINCOUNT": "1000",
    # Numpy's spin for 20 ms after each product: of a million passages a question took 68 ms instead of 50.
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # oneDNN keeps a compiled kernel for each length of text it meets, 1,024 of them by default.
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "32",
}
"""Good values, which the user's own replace."""


def prepare() -> None:
    """Set FORCED and DEFAULTS for this process and its children."""
    os.environ.update(FORCED)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    _few_arenas()


def _few_arenas() -> None:
    """Two heaps for all threads (glibc): one for each of a dozen threads keeps 0.1 GB that nobody uses."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def start(verbose: bool, **changes: Any) -> Settings:
    """Read the settings (`changes` are options given on the command line) and open the log.

    Raises DatelineError for an unknown or bad setting.
    """
    from app.logs import write_log
    from app.settings import load_settings

    settings = load_settings(**changes)
    write_log(settings.home, verbose)
    return settings


def complain(message: str) -> None:
    """One line on standard error, in the program's name."""
    print(f"dateline: {as_started(message)}", file=sys.stderr, flush=True)


def run(cli: typer.Typer, arguments: Sequence[str] | None, name: str) -> int:
    """Run a command line; returns its exit status. Whatever goes wrong is one line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # Articles hold letters that a terminal's encoding may lack.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if not logging.getLogger().handlers:
        # Before the log is open, Python would print what goes wrong with its traceback.
        logging.getLogger().addHandler(logging.NullHandler())
    try:
        status = cli(args=arguments, prog_name=name, standalone_mode=False)
        sys.stdout.flush()
        return int(status or 0)
    except DatelineError as error:
        log.info("refused: %s", error.what)
        complain(str(error))
        return error.status
    except TyperException as error:
        return _misused(error, name)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output (`head`, say) has left: no more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        return _unexpected(error)


def _misused(error: TyperException, name: str) -> int:
    """Wrong use of the command line: one line, and where help is."""
    message = str(getattr(error, "format_message", error.__str__)())
    if "\n" in message:
        print(message, file=sys.stderr)
    else:
        context = getattr(error, "ctx", None)
        complain(f"{message} See: {context.command_path if context else name} --help")
    return int(getattr(error, "exit_code", 2))


def _unexpected(error: Exception) -> int:
    """A mistake of ours: one line for the user, the traceback for the log (with --verbose it is shown too)."""
    from app.logs import log_path

    log.critical("stopped by an unexpected error", exc_info=error)
    path = log_path()
    where = f"The log has the details: {path}" if path else "Run it again with --verbose for the details."
    first = str(error).strip().partition("\n")[0][:200]
    complain(f"an unexpected error ({type(error).__name__}: {first}). {where}")
    return 1
