"""What a failed check says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    """A failed check: what support is multiplied by (0 to 1), and one plain line for a person."""

    factor: float
    reason: str
