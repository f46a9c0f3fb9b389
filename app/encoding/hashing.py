"""A deterministic encoder without weights: words hashed into buckets. For tests and benchmarks of everything around the model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from app.encoding.encoder import Vectors, normalised


class HashingEncoder:
    """Bag of words over 384 signed buckets (feature hashing, Weinberger et al., 2009)."""

    name = "hashing-384"
    dimension = 384

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
                vectors[row, int.from_bytes(digest[:2], "big") % self.dimension] += 1.0 if digest[2] & 1 else -1.0
        return normalised(vectors)
