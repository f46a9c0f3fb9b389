"""A fixed split of questions in two: one half may be tuned on, the other is only reported."""

from __future__ import annotations

import hashlib
import zlib
from typing import Literal

Half = Literal["tuned", "held"]
TUNED: Half = "tuned"
HELD: Half = "held"
HALVES: tuple[Half, Half] = (TUNED, HELD)


def half_of(key: str) -> Half:
    """By the last bit of the key's SHA-256: the same for every run and every machine."""
    return HALVES[hashlib.sha256(key.encode()).digest()[-1] & 1]


def quiz_half(question_id: str) -> Half:
    """Of RealTime QA, by the last bit of the id's CRC-32: the half that the weights of ranking were tuned on, and the other."""
    return HALVES[zlib.crc32(question_id.encode()) & 1]
