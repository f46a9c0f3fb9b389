"""Cuts a stream of JSON into the bytes of its records, however long the stream is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import BinaryIO

RECORD_LIMIT = 20 * 1024 * 1024
"""Most bytes of one record: ten times the longest text that is taken."""
DEPTH_LIMIT = 200
"""Most levels of brackets in an array's record; the articles in use have fewer than ten."""
_LOST_DEPTH = 1_000_000
"""Levels after which no more is read: nothing that is whole can follow."""
_CHUNK = 1 << 18
_BLANK = b" \t\r\n\xef\xbb\xbf"
_STRUCTURE = re.compile(rb'["\[\]{},]')
_REST_OF_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)

TOO_LONG = f"This record is longer than {RECORD_LIMIT >> 20} MB: passed over."
_TOO_DEEP = "This JSON is nested too deep."


@dataclass(frozen=True, slots=True)
class Piece:
    """One record's bytes; or, in `problem`, why there are none. `line` counts from 1; 0: the file is this record."""

    data: bytes
    key: str
    line: int
    problem: str = ""


def line_pieces(stream: BufferedReader) -> Iterator[Piece]:
    """The lines of `stream` that hold more than white space. Holds one line of at most RECORD_LIMIT bytes."""
    number = 0
    while line := stream.readline(RECORD_LIMIT + 1):
        number += 1
        if len(line) > RECORD_LIMIT:
            while line and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
            yield Piece(b"", str(number), number, TOO_LONG)
        elif line.strip(_BLANK):
            yield Piece(line, str(number), number)
        else:
            # Empty lines by the million are skipped at once.
            ahead = stream.peek(1)
            blank = stream.read(len(ahead) - len(ahead.lstrip(b" \t\r\n")))
            number += blank.count(b"\n")


def array_pieces(stream: BinaryIO) -> Iterator[Piece]:
    """Each value of the array in `stream`; without an array, each of the values that stand in it one after the other.

    Holds one value of at most RECORD_LIMIT bytes. It counts brackets and no more: whether a piece is valid, its parser
    says; where brackets do not match, the pieces after that are wrong too.
    """
    cutter = _Cutter()
    while chunk := stream.read(_CHUNK):
        yield from cutter.feed(chunk)
        if cutter.depth > _LOST_DEPTH:
            break
    yield from cutter.end()


class _Cutter:
    """Follows strings and brackets through chunks of bytes."""

    def __init__(self) -> None:
        self.started = self.in_array = self.many = False
        self.in_string = self.escaped = False
        self.depth = 0
        self.count = 0
        self.line = 1
        self.data = bytearray()
        self.problem = ""

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        start = position = 0
        if not self.started:
            head = chunk.lstrip(_BLANK)
            if not head:
                self.line += chunk.count(b"\n")
                return
            self.started = True
            self.in_array = self.many = head.startswith(b"[")
            if self.in_array:
                start = position = len(chunk) - len(head) + 1
                self.line += chunk.count(b"\n", 0, start)
        while position < len(chunk):
            if self.in_string:
                position = self._to_end_of_string(chunk, position)
                continue
            match = _STRUCTURE.search(chunk, position)
            if match is None:
                break
            position = match.end()
            mark = match[0]
            if mark == b'"':
                self.in_string = True
            elif mark in b"[{":
                self.depth += 1
                if self.depth > DEPTH_LIMIT:
                    self.problem = _TOO_DEEP
            elif mark == b",":
                if self.in_array and self.depth == 0:
                    self._take(chunk[start : position - 1])
                    yield self._piece()
                    start = position
            elif self.depth:
                self.depth -= 1
                if self.depth == 0 and not self.in_array:
                    self._take(chunk[start:position])
                    yield self._piece()
                    start = position
            elif self.in_array:
                self._take(chunk[start : position - 1])
                if self.data.strip(_BLANK) or self.problem:
                    yield self._piece()
                self.in_array = False
                start = position
        self._take(chunk[start:])

    def end(self) -> Iterator[Piece]:
        """What is left: a single value without brackets, a piece that breaks off, or rubbish."""
        if self.in_array and not self.problem:
            self.problem = "This is not valid JSON: the file breaks off inside the array."
        if self.data.strip(_BLANK) or self.problem:
            yield self._piece()

    def _to_end_of_string(self, chunk: bytes, position: int) -> int:
        if self.escaped:
            self.escaped = False
            position += 1
        match = _REST_OF_STRING.match(chunk, position)
        if match:
            self.in_string = False
            return match.end()
        self.escaped = (len(chunk) - len(chunk[position:].rstrip(b"\\")) - position) % 2 == 1
        return len(chunk)

    def _take(self, data: bytes) -> None:
        if not self.problem and len(self.data) + len(data) > RECORD_LIMIT:
            self.problem = TOO_LONG
        if self.problem:
            self.line += self.data.count(b"\n") + data.count(b"\n")
            self.data.clear()
        else:
            self.data += data

    def _piece(self) -> Piece:
        data = bytes(self.data)
        self.data.clear()
        self.count += 1
        first = self.line + data[: len(data) - len(data.lstrip())].count(b"\n")
        self.line += data.count(b"\n")
        problem, self.problem = self.problem, ""
        # A file that is one record needs no line to point at.
        return Piece(data.strip(_BLANK), str(self.count), first if self.many or self.count > 1 else 0, problem)
