"""Plain text: an optional `date 2025-11-30` in front, then straight into the story. No title line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from app.article import Article
from app.reading.cleaning import clean_text
from app.reading.decoding import NotTextError, read_text
from app.reading.draft import Draft, finish
from app.reading.origin import Origin, Problem
from app.reading.wrapping import join_wrapped

_HEADER = re.compile(
    r"\s*date:?[ \t]+(?P<date>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?[ ]?(?:Z|UTC|[+-]\d\d:?\d\d)?)?)(?=\s|$)", re.IGNORECASE
)


def read_plain(stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    """One article from `stream`: `date 2025-11-30` or an ISO time, then the text. Lines that a wrap has cut are joined, others stay."""
    try:
        decoded = read_text(stream)
    except NotTextError as error:
        yield Problem(origin.where, str(error), fatal=True)
        return
    if decoded.warning:
        yield Problem(origin.where, decoded.warning, fatal=False)
    header = _HEADER.match(decoded.text)
    story = clean_text(decoded.text[header.end() :] if header else decoded.text)
    yield from finish(Draft(join_wrapped(story), published=header["date"] if header else None), origin)
