"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    def __call__(self, stage: str, done: int, total: int) -> None:
        """`stage` is reading, stories, words or vectors; `total` is 0 while it is not known."""


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
