"""Where the dots of one lane stand, so that none covers another at any width from the smallest up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

SIZE = 24
"""Pixels from dot to dot: what a finger needs (WCAG 2.2, 2.5.8). A lane's ends leave half of it free on either side."""

HIGHEST = 4
"""Dots that are stacked before others move aside; more only where the lane would be full otherwise."""


@dataclass(frozen=True, slots=True)
class Laid:
    """`row` counts from the bottom, 0; `shift` is in pixels, to the right of the dot's place."""

    row: int
    shift: int


def stack(shares: Sequence[float], sizes: Sequence[int], strong: Sequence[bool], width: int) -> list[Laid]:
    """Dots at `shares` (0 to 1, ascending) of a lane of `width` pixels or more, `sizes` wide: in the lowest row with room at their
    place, `strong` ones before others; where every row is taken, moved aside as little as can be.
    """
    # A row takes so many pixels: then one of the rows always has room for the widest dot.
    most = width - max(sizes, default=0) + SIZE
    rows: list[list[int]] = [[] for _ in range(max(HIGHEST, math.ceil(sum(sizes) / most)))]
    for n in sorted(range(len(shares)), key=lambda n: not strong[n]):
        filled = [sum(sizes[one] for one in row) for row in rows]
        roomy = [row for row, taken in zip(rows, filled, strict=True) if taken + sizes[n] <= width + SIZE]
        free = [row for row in roomy if all(abs(shares[one] - shares[n]) * width >= (sizes[one] + sizes[n]) / 2 for one in row)]
        (free[0] if free else min(roomy, key=len)).append(n)
    laid = [Laid(0, 0)] * len(shares)
    for row, members in enumerate(rows):
        members.sort()
        places = _apart([shares[n] * width for n in members], [sizes[n] for n in members], width)
        for n, at in zip(members, places, strict=True):
            laid[n] = Laid(row, round(at - shares[n] * width))
    return laid


def _apart(wanted: Sequence[float], sizes: Sequence[int], width: int) -> list[float]:
    """The places nearest to `wanted`, in the same order, at which nothing overlaps or hangs over an end by more than half a SIZE.

    With each dot's distance to the first taken off, places that do not overlap are numbers that never fall: isotonic regression.
    """
    if not wanted:
        return []
    off = [0.0, *accumulate((one + other) / 2 for one, other in pairwise(sizes))]
    blocks: list[tuple[float, int]] = []
    for value, before in zip(wanted, off, strict=True):
        mean, members = value - before, 1
        while blocks and blocks[-1][0] >= mean:
            other, n = blocks.pop()
            mean, members = (mean * members + other * n) / (members + n), members + n
        blocks.append((mean, members))
    low, high = (sizes[0] - SIZE) / 2, width - (sizes[-1] - SIZE) / 2 - off[-1]
    flat = [min(max(mean, low), high) for mean, members in blocks for _ in range(members)]
    return [value + before for value, before in zip(flat, off, strict=True)]
