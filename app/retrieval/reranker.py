"""What weighs the first passages again by reading them with the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Reranker(Protocol):
    """Thread safe."""

    @property
    def name(self) -> str: ...

    def __call__(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """For each (title, text) how relevant it is, 0 to 1, in the order given."""
        ...
