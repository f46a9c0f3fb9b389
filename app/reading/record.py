"""From one JSON record or front matter to a Draft: the field names that people use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.article import Article
from app.reading.draft import AUTHORS_LIMIT, SOURCE_LIMIT, Draft, finish
from app.reading.origin import Origin, Problem

# Each in order of preference; the first that has a value counts. All other fields are left alone.
TITLE = ("title", "headline")
TEXT = ("text", "content", "body")
PUBLISHED = ("published", "date", "published_at", "publish_date", "datePublished")
SOURCE = ("source", "publisher", "outlet", "site_name")
URL = ("url", "link")
AUTHORS = ("authors", "author", "byline")
LANGUAGE = ("language",)

_AND = re.compile(r"\s*;\s*|\s+and\s+|\s+&\s+")
_BY = re.compile(r"by\s+", re.IGNORECASE)


def read_record(record: object, origin: Origin) -> Iterator[Article | Problem]:
    """The article in one decoded JSON value, or a fatal Problem that says what it lacks."""
    if not isinstance(record, dict):
        yield Problem(origin.where, "This is not a record with fields ({…}).", fatal=True)
        return
    text = _first(record, TEXT)
    if not isinstance(text, str) or not text.strip():
        what = "Its text is not a string." if text is not None and not isinstance(text, str) else "It has no text."
        yield Problem(origin.where, f"{what} Give the story in a field named {', '.join(TEXT[:-1])} or {TEXT[-1]}.", fatal=True)
        return
    yield from finish(draft_from(record, text), origin)


def draft_from(fields: Mapping[str, Any], text: str) -> Draft:
    """A Draft of `text` with the known ones among `fields`; values of an unexpected type count as absent."""
    return Draft(
        text,
        title=_name(_first(fields, TITLE)),
        published=_first(fields, PUBLISHED),
        source=_name(_first(fields, SOURCE)),
        authors=split_authors(_first(fields, AUTHORS)),
        url=_name(_first(fields, URL)),
        language=_name(_first(fields, LANGUAGE)),
    )


def split_authors(value: object) -> tuple[str, ...]:
    """Names from a string (`By A B and C D`; `A B, C D`), a list of names, or objects with a `name`."""
    if isinstance(value, list):
        return tuple(name for name in map(_name, value[:AUTHORS_LIMIT]) if name)
    line = _BY.sub("", _name(value)[: AUTHORS_LIMIT * SOURCE_LIMIT].strip(), count=1) if isinstance(value, str) else _name(value)
    names: list[str] = []
    for part in _AND.split(line):
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        # "Doe, Jane" and "Jane Doe, Reuters" are one author; "Jane Doe, John Roe" are two.
        names += pieces if all(" " in piece for piece in pieces) else [part.strip(" ,")]
    return tuple(name for name in names if name)


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if fields.get(name) not in (None, "", [], {})), None)


def _name(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    return value.strip() if isinstance(value, str) else ""
