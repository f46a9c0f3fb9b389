"""The sums that Tantivy writes at the end of each of its files, which it does not look at itself when it opens them."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

MAGIC = (1337).to_bytes(4, "little")
NEEDED = ("idx", "pos", "term", "store", "fast", "fieldnorm")
"""The files of a segment. What a segment has lost by deletions stands in one more, named after the number of the commit."""


def check_segments(folder: Path) -> None:
    """Read every file of the index (0.02 s for 50,000 passages). Raises ValueError, or OSError, for the first that is not as written."""
    index = folder / "meta.json"
    seen = None
    while index.exists():
        said = index.read_bytes()
        try:
            for file in _files(folder, said):
                if not _is_whole(file.read_bytes()):
                    raise ValueError(f"{file.name} is not as it was written")
            return
        except FileNotFoundError:
            if said == seen:
                raise
            # Its owner may have merged segments meanwhile: then the list is another one now.
            seen = said


def _files(folder: Path, said: bytes) -> list[Path]:
    try:
        segments = json.loads(said)["segments"]
        return [folder / f"{segment['segment_id'].replace('-', '')}.{end}" for segment in segments for end in _ends(segment)]
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError):
        raise ValueError("meta.json makes no sense") from None


def _ends(segment: dict[str, dict[str, int] | None]) -> list[str]:
    deletes = segment["deletes"]
    return [*NEEDED, *([f"{deletes['opstamp']}.del"] if deletes else [])]


def _is_whole(data: bytes) -> bool:
    """The footer: JSON with the sum of what stands before it, its length in four bytes, and four bytes that are always the same."""
    length = int.from_bytes(data[-8:-4], "little")
    if data[-4:] != MAGIC or length > len(data) - 8:
        return False
    body = memoryview(data)[: len(data) - 8 - length]
    try:
        return bool(json.loads(data[len(body) : -8])["crc"] == zlib.crc32(body))
    except (ValueError, KeyError, TypeError):
        return False
