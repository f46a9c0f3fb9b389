"""Opens a regular file for reading, unpacks it within bounds, and never opens anything else."""

from __future__ import annotations

import codecs
import gzip
import io
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from app.reading.decoding import bom_encoding

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BOMB_RATIO = 200
"""Times its packed size to which a file may unpack; text packs 3 to 10 times, very uniform records some 50."""
BOMB_FLOOR = 64 * 1024 * 1024
"""Unpacked bytes below which the ratio does not matter."""


class BombError(ValueError):
    """A packed file unpacks to far more than text does."""


def kind_problem(mode: int) -> str:
    """Why a thing of this `st_mode` is not opened, or nothing for a regular file."""
    if stat.S_ISREG(mode):
        return ""
    kinds = ((stat.S_ISFIFO, "named pipe"), (stat.S_ISSOCK, "socket"), (stat.S_ISCHR, "device"), (stat.S_ISBLK, "device"))
    return next((f"This is a {name}, not a file." for test, name in kinds if test(mode)), "This is not a file.")


def open_file(path: Path, packed: bool) -> BinaryIO:
    """`path` for reading in bytes, unpacked if `packed`. Raises OSError; reading raises BombError, EOFError, zlib.error."""
    file = path.open("rb")
    if not packed:
        return file
    return io.BufferedReader(_Unpacked(file), 1 << 16)


def as_utf8(stream: BinaryIO) -> io.BufferedReader:
    """`stream` itself, or recoded to UTF-8 where a byte-order mark says UTF-16 or UTF-32. It must be at its beginning."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(_Forward(stream.read))
    encoding = bom_encoding(buffered.peek(4))
    if encoding in (None, "utf-8"):
        return buffered
    decoder = codecs.getincrementaldecoder(str(encoding))("replace")

    def read(size: int) -> bytes:
        while data := buffered.read(max(size // 4, 1)):
            # Characters of the basic plane grow from two bytes to at most three.
            text = decoder.decode(data)
            if text:
                return text.encode("utf-8", "replace")
        return b""

    return io.BufferedReader(_Forward(read))


class _Forward(io.RawIOBase):
    """A raw stream over a function that gives at most as many bytes as asked for."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._read(len(view))
        view[: len(data)] = data
        return len(data)


class _Unpacked(_Forward):
    """A gzip file that stops where it turns out to be a bomb."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._gzip = gzip.GzipFile(fileobj=file)
        self._count = 0
        super().__init__(self._unpack)

    def _unpack(self, size: int) -> bytes:
        data = self._gzip.read1(size)
        self._count += len(data)
        if self._count > BOMB_FLOOR and self._count > BOMB_RATIO * self._file.tell():
            raise BombError(f"It unpacks to more than {BOMB_RATIO} times its size: given up.")
        return data

    def close(self) -> None:
        if not self.closed:
            self._gzip.close()
            self._file.close()
        super().close()
