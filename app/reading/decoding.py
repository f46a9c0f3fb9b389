"""From bytes to text: UTF-8, UTF-16, Windows-1252, or no text at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.reading.draft import TEXT_LIMIT

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.05
"""Share of control characters from which on it is no text: random bytes have a tenth, prose has none."""
_MOST_HIGH = 0.25
"""Share of bytes beyond ASCII that Western text does not reach in one byte a letter; Russian, Greek and random bytes do."""
_HIGH = bytes(range(128, 256))
_BYTES_LIMIT = 4 * TEXT_LIMIT  # UTF-8 takes at most four bytes a character

BINARY = "It is not text but binary data."


class NotTextError(ValueError):
    """The bytes are no article's text; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The `text`, and in `warning` a sentence for a person if some of it is a guess, else nothing."""

    text: str
    warning: str = ""


def read_text(stream: BinaryIO) -> Decoded:
    """All of `stream` as text. Raises NotTextError if it is empty, too long for an article or no text."""
    data = stream.read(_BYTES_LIMIT + 1)
    if len(data) > _BYTES_LIMIT:
        raise NotTextError(f"It is longer than {TEXT_LIMIT:,} characters. Cut it into articles.")
    if not data.strip():
        raise NotTextError("It is empty.")
    return decode(data)


def bom_encoding(data: bytes) -> str | None:
    """The encoding that the byte-order mark in front of `data` names."""
    return next((name for bom, name in _BOMS if data.startswith(bom)), None)


def is_binary(data: bytes) -> bool:
    """Whether `data`, the beginning of a file in UTF-8 or another encoding that extends ASCII, is no text."""
    return len(_CONTROL_BYTES.findall(data)) > _MOST_CONTROLS * len(data)


def decode(data: bytes) -> Decoded:
    """`data` as text: by its byte-order mark, as UTF-8, as UTF-16 by its pattern of zeros, or as Windows-1252.

    Raises NotTextError for what is no text: zeros, pictures, random bytes.
    """
    try:
        decoded = Decoded(data.decode(bom_encoding(data) or "utf-8"))
    except UnicodeDecodeError:
        decoded = _without_bom(data) or _mend(data)
    if _unreadable(decoded.text):
        wide = _without_bom(data)
        if wide is None:
            raise NotTextError(BINARY)
        decoded = wide
    return Decoded(decoded.text.removeprefix("\ufeff"), decoded.warning)


def decode_as(data: bytes, names: Sequence[str]) -> Decoded:
    """As UTF-8 if it is, else in the first of the named encodings in which it can be read, else as `decode` has it, which may raise.

    UTF-8 that is called something else is common, the other way round hardly: it would not decode."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        for name in names:
            try:
                # Browsers take Latin-1 for Windows-1252, and so do the pages that claim it.
                known = codecs.lookup(name).name
                return Decoded(data.decode("cp1252" if known in ("iso8859-1", "ascii") else known))
            except (LookupError, ValueError):
                continue
    return decode(data)


def _unreadable(text: str) -> bool:
    return len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text)


def _without_bom(data: bytes) -> Decoded | None:
    """UTF-16 of Western text has a zero in every other byte."""
    for name, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if zeros.count(0) > 0.7 * len(zeros) and data.count(0) < 0.6 * len(data):
            text = data.decode(name, "replace")
            if not _unreadable(text):
                return Decoded(text, "It does not say its encoding: read as UTF-16.")
    return None


def _mend(data: bytes) -> Decoded:
    """UTF-8 with a few broken characters, as a cut download has them; else Windows-1252."""
    if is_binary(data):
        raise NotTextError(BINARY)
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(character > "\x7f" for character in text) > 2 * broken:
        return Decoded(text, f"{broken:,} of its characters are broken UTF-8: each is shown as \ufffd.")
    if len(data) - len(data.translate(None, _HIGH)) > _MOST_HIGH * len(data):
        raise NotTextError("It is neither UTF-8 nor Western text. Save it as UTF-8.")
    return Decoded(data.decode("cp1252", "replace"), "It is not UTF-8: read as Windows-1252. Check letters with accents.")
