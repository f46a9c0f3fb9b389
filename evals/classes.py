"""How well labels of several classes were told: F1 of each, their mean, and which was taken for which. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Pair = tuple[str, str]
"""The label, and what was told."""


def f1(pairs: Sequence[Pair], of: str) -> float:
    """F1 of one class, 0..1; 0 where it neither occurs nor is told."""
    both = sum(label == told == of for label, told in pairs)
    either = sum(label == of for label, _ in pairs) + sum(told == of for _, told in pairs)
    return 2 * both / either if either else 0.0


def macro_f1(pairs: Sequence[Pair], classes: Sequence[str]) -> float:
    """The mean F1 of the classes, each counting alike however rare it is."""
    return sum(f1(pairs, each) for each in classes) / len(classes)


def confusion(pairs: Sequence[Pair], classes: Sequence[str]) -> list[list[int]]:
    """Counts: labels down, what was told across."""
    found = Counter(pairs)
    return [[found[label, told] for told in classes] for label in classes]
