"""mbox: where one message ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

NO_MAILBOX = "It is not an mbox: it does not begin with a line “From …”."
_QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_LINE = 1 << 16
"""Bytes read at once: a line of a message has at most 1,000, and a file without line ends must not fill the memory."""


class Message(NamedTuple):
    """The bytes of a message, and the number of its `From ` line, from 1."""

    data: bytes
    line: int


def messages(stream: BinaryIO, limit: int) -> Iterator[Message | None]:
    """Each message, cut at `limit` bytes, with the `>` that mbox puts before `From ` taken off. None, and no more, where the file is no
    mbox. Written by hand, as the standard library's mailbox wants a file that is not packed, and the places of all messages first."""
    pieces: list[bytes] = []
    size = number = begun = 0
    blank, whole = True, True
    while line := stream.readline(_LINE):
        if whole:
            number += 1
        if whole and blank and line.startswith(b"From "):
            if begun:
                yield Message(_unquoted(pieces), begun)
            pieces, size, begun = [], 0, number
        elif begun:
            if size < limit:
                pieces.append(line[: limit - size])
            size += len(line)
        elif line.strip():
            yield None
            return
        blank = whole and not line.strip()
        whole = line.endswith(b"\n")
    if begun:
        yield Message(_unquoted(pieces), begun)


def _unquoted(pieces: list[bytes]) -> bytes:
    return _QUOTED.sub(b"", b"".join(pieces))
