"""How like two texts are: MinHash signatures over runs of words, and the bands by which like ones are found."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import cycle
from typing import Any

import numpy as np
import numpy.typing as npt

SHINGLE = 3
"""Words in a run. With three, the copies in corpus/ share 0.78 of them and more, other articles on one event 0.06 at most."""
PERMUTATIONS = 128
"""Hash values in a signature: a likeness of 0.7 is estimated to within 0.04 (one standard deviation)."""
BANDS = 32
"""Of four values each. Two texts of likeness 0.55 share one with probability 0.95, of 0.6 with 0.99, of 0.2 with 0.05."""

Signature = npt.NDArray[np.uint32]
"""PERMUTATIONS values; the same for the same text in every process and on every machine."""

_WORD = re.compile(r"\w+")
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)


def words_of(text: str) -> list[str]:
    """Every word and figure in lower case, without marks: what copies have in common whatever their typography."""
    return _WORD.findall(text.lower())


def shingles(text: str) -> list[int]:
    """Hashes (32 bits) of the runs of SHINGLE words, in order; of a shorter text one for all of it; without words none."""
    words = words_of(text)
    # A word is often met again; the few hundred of an article are hashed once each.
    hashed = {word: zlib.crc32(word.encode()) for word in set(words)}
    row = np.array(list(map(hashed.__getitem__, words)), np.uint64)
    if 0 < len(row) < SHINGLE:
        row = np.pad(row, (0, SHINGLE - len(row)))
    runs = max(len(row) - SHINGLE + 1, 0)
    found: list[int] = (_mixed([row[place : place + runs] for place in range(SHINGLE)]) >> np.uint64(32)).tolist()
    return found


def _mixed(columns: Sequence[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    """One hash for each row of the columns; arithmetic wraps around."""
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column, factor in zip(columns, cycle(_FACTORS), strict=False):
        mixed = (mixed + column) * factor
        mixed ^= mixed >> np.uint64(29)
    return np.asarray(mixed * _FACTORS[0], np.uint64)


_SKETCHED = 20_000
"""Shingles sketched at once, each of which takes PERMUTATIONS numbers: the longest text's would take half a gigabyte."""


def signature(text: str) -> Signature:
    """Of the text's shingles; about a millisecond for a news article, and once half a second for the library."""
    from datasketch import MinHash

    sketch = MinHash(PERMUTATIONS, hashfunc=int, permutations=_permutations(), scheme="affine32")
    runs = shingles(text)
    for start in range(0, len(runs), _SKETCHED):
        sketch.update_batch(runs[start : start + _SKETCHED])
    return np.asarray(sketch.hashvalues, np.uint32)


@lru_cache(maxsize=1)
def _permutations() -> Any:
    from datasketch import MinHash

    return MinHash(PERMUTATIONS, seed=1, scheme="affine32").permutations


def likeness(one: Signature, two: Signature) -> float:
    """The estimated Jaccard index of the shingles, 0 to 1."""
    return float(np.mean(one == two))


def bands(made: Signature) -> list[int]:
    """BANDS numbers (64 bits, signed, as SQLite keeps them); like texts have at least one in common."""
    rows = made.reshape(BANDS, -1).astype(np.uint64)
    found: list[int] = _mixed([np.arange(BANDS, dtype=np.uint64), *rows.T]).view(np.int64).tolist()
    return found
