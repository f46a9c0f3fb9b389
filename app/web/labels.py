"""Where the points of a picture and the values beside them stand without covering each other, at any width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

HEIGHT = 164
"""Pixels from the bottom of a picture to its top; its width is the reader's."""

WIDTHS = (190, 270, 580)
"""Widths at which nothing may be covered: the smallest phone, a phone, a desk. Between them things lie between."""

WIDEST_GROUP = 60
"""Pixels over which points of one place are spread; wider, they would seem to be of other days."""

RADIUS = 9
LETTER = 7.2
LINE = 16
ROOM = 26
"""Pixels above the picture that a label may use; at the sides it has half as many."""

SIDES = ("up", "right", "left", "down", "up-right", "up-left", "down-right", "down-left")
"""The corners begin above or under the point, for where a middle one would hang over an edge or on the line."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point to be laid out: `share` of the width, `y` in pixels from the top, and the words beside it."""

    share: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Laid:
    """Pixels that a point moves aside for one that stands in the same place, and the side of its words; empty: no room."""

    shift: int
    side: str


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


def arrange(marks: Sequence[Mark], *, joined: bool) -> list[Laid]:
    """Shifts for points on top of each other, then labels, newest first: the latest value is the one to read.

    `joined`: a line goes from each point to the next. A label covers as little of it as can be, and never another
    label or a point.
    """
    shifts = _shifts(marks)
    taken = {width: [_dot(mark, shift, width) for mark, shift in zip(marks, shifts, strict=True)] for width in WIDTHS}
    lines = {width: [box for one, other in pairwise(marks) if joined for box in _along(one, other, width)] for width in WIDTHS}
    sides = [""] * len(marks)
    for n in reversed(range(len(marks))):
        boxes = {side: {width: _label(marks[n], shifts[n], side, width) for width in WIDTHS} for side in SIDES}
        free = [side for side in SIDES if all(_inside(box, width) and _clear(box, taken[width]) for width, box in boxes[side].items())]
        if free:
            sides[n] = min(free, key=lambda side: sum(box.meets(one) for width, box in boxes[side].items() for one in lines[width]))
            for width, box in boxes[sides[n]].items():
                taken[width].append(box)
    return [Laid(shift, side) for shift, side in zip(shifts, sides, strict=True)]


def _shifts(marks: Sequence[Mark]) -> list[int]:
    """Points that would cover each other at the smallest width stand side by side, around their place."""
    columns: list[list[int]] = []
    for n, mark in enumerate(marks):
        if columns and (mark.share - marks[columns[-1][-1]].share) * WIDTHS[0] < RADIUS:
            columns[-1].append(n)
        else:
            columns.append([n])
    groups: list[list[int]] = []
    for column in columns:
        column.sort(key=lambda n: marks[n].y)
        for rank, n in enumerate(column):
            if rank and marks[n].y - marks[column[rank - 1]].y < 2 * RADIUS:
                groups[-1].append(n)
            else:
                groups.append([n])
    shifts = [0] * len(marks)
    for group in groups:
        apart = min(2 * RADIUS, WIDEST_GROUP / len(group))
        for rank, n in enumerate(sorted(group)):
            shifts[n] = round((rank - (len(group) - 1) / 2) * apart)
    return shifts


def _dot(mark: Mark, shift: int, width: int) -> _Box:
    x = mark.share * width + shift
    return _Box(x - RADIUS, mark.y - RADIUS, x + RADIUS, mark.y + RADIUS)


def _along(one: Mark, other: Mark, width: int) -> Iterator[_Box]:
    """The line between two points as small boxes. Its first and last pixels are the points' own."""
    wide, high = (other.share - one.share) * width, other.y - one.y
    steps = max(1, round(max(abs(wide), abs(high)) / 4))
    for n in range(1, steps):
        x, y = one.share * width + wide * n / steps, one.y + high * n / steps
        yield _Box(x - 3, y - 3, x + 3, y + 3)


def _label(mark: Mark, shift: int, side: str, width: int) -> _Box:
    x, long = mark.share * width + shift, len(mark.words) * LETTER
    if side == "right":
        return _Box(x + 1.3 * RADIUS, mark.y - LINE / 2, x + 1.3 * RADIUS + long, mark.y + LINE / 2)
    if side == "left":
        return _Box(x - 1.3 * RADIUS - long, mark.y - LINE / 2, x - 1.3 * RADIUS, mark.y + LINE / 2)
    upright, _, corner = side.partition("-")
    top = mark.y - RADIUS - LINE if upright == "up" else mark.y + RADIUS
    left = {"right": x - RADIUS / 2, "left": x + RADIUS / 2 - long, "": x - long / 2}[corner]
    return _Box(left, top, left + long, top + LINE)


def _clear(box: _Box, taken: Sequence[_Box]) -> bool:
    return not any(box.meets(one) for one in taken)


def _inside(box: _Box, width: int) -> bool:
    return box.left >= -4 and box.right <= width + ROOM / 2 and box.top >= -ROOM and box.bottom <= HEIGHT - 2
