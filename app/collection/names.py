"""The name of a file that somebody handed in, as a path that stays where it is put."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

from app.errors import DatelineError
from app.reading.cleaning import one_line
from app.reading.dispatch import ending_of

DEPTH = 12
"""Folders and file of one name; those above are left out."""
PART_BYTES = 120
"""Of each folder and of the file. With DEPTH and a home of some length this stays under the 4,096 bytes that a path may have."""
_MARK = 8
_VARIATIONS = re.compile("[\ufe00-\ufe0f]")


def safe_name(name: str) -> PurePosixPath:
    """`name` as a relative path without `..`, hidden parts or letters that nobody sees; its ending is kept.

    A name that needs no change gets none, so that the same file is known again. One that does gets a mark made of the whole name, so
    that no two names become one. Raises DatelineError where nothing of it can be a name.
    """
    parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".", "..")]
    if not parts or not any(letter.isalnum() for letter in parts[-1]):
        raise DatelineError("this file has no name that could be kept.", "Rename it.", http=422)
    kept = [_fit(part) for part in parts[-DEPTH:]]
    if "/".join(kept) != name:
        mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]
        head, ending = _cut(kept[-1])
        kept[-1] = f"{head}-{mark}{ending}"
    return PurePosixPath(*kept)


def _fit(part: str) -> str:
    """At most PART_BYTES with a mark, cut before the ending; what is hidden is made visible as `_`."""
    seen = "".join(letter for letter in unicodedata.normalize("NFC", part) if unicodedata.category(letter)[0] != "C")
    clean = one_line(_VARIATIONS.sub("", seen), len(seen) + 1) or "_"
    if clean.startswith("."):
        clean = f"_{clean[1:]}"
    head, ending = _cut(clean)
    return f"{head.encode()[: PART_BYTES - _MARK - 1 - len(ending)].decode('utf-8', 'ignore').rstrip() or '_'}{ending}"


def _cut(name: str) -> tuple[str, str]:
    length = len(name) - len(ending_of(name))
    return name[:length], name[length:]
