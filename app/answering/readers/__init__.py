"""The readers by name: a new one is a file beside this one and a line here."""

from __future__ import annotations

from collections.abc import Callable

from app.answering.readers.reading import Reader, Reading, Readings
from app.encoding import Encoder


def _linear(encoder: Encoder | None) -> Reader:
    from app.answering.readers.linear import LinearReader

    return LinearReader(encoder)


def _neural(encoder: Encoder | None) -> Reader:
    from app.answering.readers.neural import NeuralReader

    return NeuralReader()


READERS: dict[str, Callable[[Encoder | None], Reader]] = {"neural": _neural, "linear": _linear}

__all__ = ["READERS", "Reader", "Reading", "Readings"]
