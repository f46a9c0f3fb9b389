"""What a learned judge says of a claim and a window of its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Unsaid:
    """`claim[start:end]` and the probability, 0 to 1, that it is what the source does not say."""

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Probabilities, together 1, and the words of the claim that are most in doubt, the worst first (empty: the judge tells none)."""

    supported: float
    contradicted: float
    not_said: float
    unsaid: tuple[Unsaid, ...] = ()


class Judge(Protocol):
    """Thread safe."""

    @property
    def name(self) -> str: ...

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        """One verdict for each (claim sentence, window of the source), in the order given."""
        ...
