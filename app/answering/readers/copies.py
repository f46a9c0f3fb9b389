"""Sentences of the same words are one piece of evidence with several places: a syndicated story counts once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.answering.readers.reading import Reading

_SPACE = re.compile(r"\s+")


def merge_copies(readings: Iterable[Reading]) -> list[Reading]:
    """One reading for each wording, the first of its copies; the others, of other articles, stand in its `copies`."""
    found: dict[str, Reading] = {}
    for reading in readings:
        key = _SPACE.sub(" ", reading.text).strip().casefold()
        known = found.setdefault(key, reading)
        if known is not reading and all(reading.article.id != article.id for article in (known.article, *(a for a, _ in known.copies))):
            known.copies.append((reading.article, reading.sentence))
    return list(found.values())
