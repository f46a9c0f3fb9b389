"""What the rest of Dateline knows of an embedding model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors. Thread safe."""

    @property
    def name(self) -> str:
        """Names weights and number type: vectors of two names are never compared."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 of shape [len(texts), dimension]; each row has norm 1, so that a dot product is a cosine."""


def normalised(vectors: Vectors) -> Vectors:
    """Rows scaled to norm 1. bfloat16 models return 0.996 to 1.004 even when asked to normalise."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
