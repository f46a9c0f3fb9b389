"""What JSON can carry both ways: what a request holds is put into prompts, indexes and replies, and must survive all of them."""

from __future__ import annotations

import math
from typing import Any

MOST_NESTED = 50
"""Levels of lists and objects; Python's own JSON writer gives up at about a thousand."""


def jsonable(value: Any) -> Any:
    """The value itself. Raises ValueError if UTF-8 cannot hold a string of it (half a surrogate pair), if a number of it is NaN or
    infinite, which JSON does not know, or if it is nested deeper than MOST_NESTED."""
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > MOST_NESTED:
            raise ValueError(f"nested too deeply, at most {MOST_NESTED} levels")
        if isinstance(one, str) and not _is_text(one):
            raise ValueError("must be plain text, without half a surrogate pair")
        if isinstance(one, float) and not math.isfinite(one):
            raise ValueError("must be a finite number")
        if isinstance(one, dict):
            waiting += [(part, depth + 1) for pair in one.items() for part in pair]
        elif isinstance(one, list):
            waiting += [(part, depth + 1) for part in one]
    return value


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
