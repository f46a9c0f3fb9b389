"""One bit of each number of a vector: which of a million are worth scoring exactly is told from 48 bytes of each.

Scoring a million vectors of 384 numbers reads a gigabyte and a half (190 ms here), comparing their signs 48 MB (9 ms). The more signs two
vectors have in common, the smaller is the angle between them: those with most are then scored exactly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.encoding.encoder import Vectors

WORD = 64
BLOCK = 65_536
"""Vectors compared at once: what that takes stays in the processor's cache."""
SAMPLED = 64
"""Each so many is looked at to tell how far the likest reach."""

Places = npt.NDArray[np.int64]


class Sketches:
    """Of vectors of one dimension, one after another. Only grows; may be searched while it does."""

    def __init__(self, dimension: int) -> None:
        self._words = -(-dimension // WORD)
        self._bits = np.zeros((self._words, 0), np.uint64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, vectors: Vectors) -> None:
        made = self._of(vectors)
        end = self._count + len(vectors)
        if end > self._bits.shape[1]:
            grown = np.zeros((self._words, max(end, self._bits.shape[1] * 3 // 2)), np.uint64)
            grown[:, : self._count] = self._bits[:, : self._count]
            self._bits = grown
        self._bits[:, self._count : end] = made
        self._count = end

    def _of(self, vectors: Vectors) -> npt.NDArray[np.uint64]:
        """Words by vectors."""
        packed = np.packbits(vectors > 0, axis=1)
        whole = np.zeros((len(vectors), self._words * 8), np.uint8)
        whole[:, : packed.shape[1]] = packed
        return np.ascontiguousarray(whole.view(np.uint64).T)

    def likest(self, vector: Vectors, count: int, places: Places) -> Places:
        """The `count` of these places whose vectors have most signs in common with this one, in no order; of equals the first."""
        asked = self._of(vector[np.newaxis])[:, 0]
        bits, held = self._bits, self._count
        if len(places) <= count:
            return places
        apart = self._all(bits[:, :held], asked)[places] if len(places) * 4 > held else self._some(bits, asked, places)
        likely = _likely(apart, count)
        apart = apart[likely]
        last = int(np.partition(apart, count - 1)[count - 1])
        near = np.flatnonzero(apart < last)
        chosen: Places = places[likely[np.concatenate([near, np.flatnonzero(apart == last)[: count - len(near)]])]]
        return chosen

    @staticmethod
    def _all(bits: npt.NDArray[np.uint64], asked: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint16]:
        apart = np.zeros(bits.shape[1], np.uint16)
        differ, counted = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint8)
        for start in range(0, len(apart), BLOCK):
            part = apart[start : start + BLOCK]
            d, c = differ[: len(part)], counted[: len(part)]
            for word, own in zip(bits, asked, strict=True):
                np.bitwise_xor(word[start : start + BLOCK], own, out=d)
                np.bitwise_count(d, out=c)
                np.add(part, c, out=part)
        return apart

    @staticmethod
    def _some(bits: npt.NDArray[np.uint64], asked: npt.NDArray[np.uint64], places: Places) -> npt.NDArray[np.uint16]:
        apart = np.zeros(len(places), np.uint16)
        for word, own in zip(bits, asked, strict=True):
            apart += np.bitwise_count(word[places] ^ own)
        return apart


def _likely(apart: npt.NDArray[np.uint16], count: int) -> Places:
    """Where the `count` least are, and not many more: what is at most as much as a sample says of them. To put a million in order would
    take longer than to compare them."""
    sample = apart[::SAMPLED]
    enough = 2 * count // SAMPLED + SAMPLED
    if enough < len(sample):
        found = np.flatnonzero(apart <= np.partition(sample, enough)[enough])
        if len(found) >= count:
            return found
    return np.arange(len(apart))
