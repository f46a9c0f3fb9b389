"""Settings of processes and commands under test that are not about how well Dateline reads."""

from __future__ import annotations

import pytest

QUICK = {"DATELINE_LLM": "none", "DATELINE_EMBEDDING_MODEL": "hashing", "DATELINE_READER": "linear"}
"""An answer comes after 1.5 seconds of processor time; loading the network that reads takes 4 more, in each process."""


def use_quick(monkeypatch: pytest.MonkeyPatch, **more: object) -> None:
    """Set these for the commands of this process, and `more`, written in lower case without the prefix."""
    for name, value in (QUICK | {f"DATELINE_{name.upper()}": str(value) for name, value in more.items()}).items():
        monkeypatch.setenv(name, value)
