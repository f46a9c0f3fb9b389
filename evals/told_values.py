"""Which of several right and wrong values an answer tells, as RAMDocs scores it (Wang et al., 2025). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from evals.normalising import normalise

Place = tuple[int, int, int]
"""Which piece, and the words of it from (included) and to (excluded)."""


def told_values(pieces: Sequence[str], gold: Sequence[str], wrong: Sequence[str]) -> tuple[list[str], list[str]]:
    """The right and the wrong values that stand in the pieces, word for word after normalising.

    A value of one side does not count where it is only a part of one of the other side: who says "American football" has
    not said "football". Equal values count for both.
    """
    texts = [normalise(piece) for piece in pieces]
    right_at = {value: _places(normalise(value), texts) for value in gold}
    wrong_at = {value: _places(normalise(value), texts) for value in wrong}
    return _alone(right_at, wrong_at), _alone(wrong_at, right_at)


def _alone(ours: dict[str, list[Place]], theirs: dict[str, list[Place]]) -> list[str]:
    others = [place for places in theirs.values() for place in places]
    return [value for value, places in ours.items() if any(not any(_part_of(place, other) for other in others) for place in places)]


def _part_of(place: Place, other: Place) -> bool:
    """Truly: neither equal nor only overlapping."""
    return place[0] == other[0] and other[1] <= place[1] and place[2] <= other[2] and place != other


def _places(value: Sequence[str], texts: Sequence[Sequence[str]]) -> list[Place]:
    size = len(value)
    return [
        (number, at, at + size)
        for number, text in enumerate(texts)
        for at in range(len(text) - size + 1)
        if size and list(text[at : at + size]) == list(value)
    ]
