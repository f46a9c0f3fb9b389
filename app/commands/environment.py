"""Variables that must stand before torch, Gradio or LangChain is imported. Call `prepare` first of all."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

M_ARENA_MAX = -8

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
    "TOKENIZERS_PARALLELISM": "false",
    # oneDNN keeps a compiled kernel for each length of text it meets, 1,024 of them by default.
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "32",
}
"""Good values, which the user's own replace."""


def prepare() -> None:
    """Set them for this process and its children."""
    os.environ.update(FORCED)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    _few_arenas()


def _few_arenas() -> None:
    """Two heaps for all threads (glibc): one for each of a dozen threads keeps 0.1 GB that nobody uses."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
