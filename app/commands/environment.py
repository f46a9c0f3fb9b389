"""Variables that must stand before torch, Gradio or LangChain is imported. Call `prepare` first of all."""

from __future__ import annotations

import os

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
}
"""Good values, which the user's own replace."""


def prepare() -> None:
    """Set them for this process and its children."""
    os.environ.update(FORCED)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
