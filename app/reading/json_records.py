"""JSON: a file of one record, of an array of records, or of one record a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BufferedReader
from typing import Any, BinaryIO

from app.article import Article
from app.reading.decoding import BINARY, decode, is_binary
from app.reading.json_pieces import Piece, array_pieces, line_pieces
from app.reading.opening import as_utf8
from app.reading.origin import Origin, Problem
from app.reading.record import read_record

BROKEN_LIMIT = 20
"""Broken records, with not one whole among them, after which a file is given up."""
FAILED_LIMIT = 1_000
"""Records without an article after which a file is given up, if they are ten times as many as its articles."""
_HEAD = 1 << 13


def read_json_lines(stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    """One record a line. A broken line is one fatal Problem with its number; the rest goes on."""
    yield from _records(line_pieces, stream, origin)


def read_json(stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    """One record, or an array of records, read one at a time. After broken syntax the rest of the file is lost."""
    yield from _records(array_pieces, stream, origin)


def _records(cut: Callable[[BufferedReader], Iterator[Piece]], stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    utf8 = as_utf8(stream)
    if is_binary(utf8.peek(_HEAD)[:_HEAD]):
        yield Problem(origin.where, BINARY, fatal=True)
        return
    guessed = False
    keys: set[str] = set()
    good = articles = failed = 0
    for piece in cut(utf8):
        place = replace(origin, key=piece.key, line=piece.line)
        if failed > FAILED_LIMIT and failed > 10 * articles:
            yield Problem(origin.where, f"{failed:,} of its first {failed + articles:,} records are no articles: given up.", fatal=True)
            return
        try:
            if piece.problem:
                raise ValueError(piece.problem)
            decoded = decode(piece.data)
            record = parse(decoded.text)
        except ValueError as error:
            yield Problem(place.where, str(error), fatal=True)
            failed += 1
            if not piece.line:
                # The file is no array, so what follows are this record's own splinters.
                return
            if failed == BROKEN_LIMIT and not good:
                yield Problem(origin.where, f"Its first {failed} records are all broken: given up.", fatal=True)
                return
            continue
        good += 1
        if decoded.warning and not guessed:
            guessed = True
            yield Problem(place.where, decoded.warning, fatal=False)
        for item in read_record(record, replace(place, key=_key(record, piece.key, keys))):
            articles += isinstance(item, Article)
            failed += isinstance(item, Problem) and item.fatal
            yield item
    if not good and not failed:
        yield Problem(origin.where, "It is empty: there are no records in it.", fatal=True)


def parse(text: str) -> Any:
    """The value in `text`. Raises ValueError with a sentence for a person."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"This is not valid JSON: {error.msg.lower()} at character {error.pos + 1}.") from None
    except RecursionError:
        raise ValueError("This JSON is nested too deep.") from None
    except ValueError:
        raise ValueError("This JSON holds a number that is too long.") from None


def _key(record: object, position: str, taken: set[str]) -> str:
    """The record's own `id`, which survives a change of order; else, or if another record has it, its position."""
    own = record.get("id") if isinstance(record, dict) else None
    if isinstance(own, bool) or not isinstance(own, str | int) or own == "":
        return position
    key = f"id={own}"[:200]
    if key in taken:
        return f"{key}@{position}"
    taken.add(key)
    return key
