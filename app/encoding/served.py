"""An embedding model that an OpenAI-compatible server computes: Text Embeddings Inference, vLLM, Ollama, llama.cpp and their like."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import numpy as np

from app.encoding.encoder import Vectors, normalised
from app.encoding.load import SERVED
from app.encoding.served_wire import Busy, Refused, Wire
from app.errors import DatelineError, Unavailable
from app.settings import Settings

BATCH = 32
"""Texts in a request: as many as Text Embeddings Inference takes unless told otherwise. A server that takes fewer is given fewer."""
QUESTION_SECONDS = 5.0
"""One text is a question that somebody waits for: it has so long, and no second try."""
WAITS = (0.5, 2.0)
"""Seconds before a batch is sent again to a server that is busy or restarting."""
LONGEST_WAIT = 10.0
LEAST_CHARACTERS = 64
_TOO_LONG = re.compile(r"token|too (?:long|large|big)|length|context|batch|maximum|exceed", re.IGNORECASE)


class ServedEncoder:
    """Vectors of a server, scaled to norm 1. Its dimension is that of its first answer, and held."""

    def __init__(self, settings: Settings) -> None:
        """Asks the server for one vector. Raises Unavailable if it does not answer as it should, DatelineError for a setting that cannot be
        meant."""
        assert settings.embedding_url is not None
        model = settings.embedding_model
        if model in ("packaged", "hashing"):
            raise DatelineError(
                f"DATELINE_EMBEDDING_URL is set, and DATELINE_EMBEDDING_MODEL ({model}) names no model of that server.",
                "Set it to the name that the server knows, such as BAAI/bge-small-en-v1.5.",
            )
        key = settings.embedding_api_key
        self._wire = Wire(settings.embedding_url, model, key.get_secret_value() if key else None)
        self._seconds = settings.embedding_timeout
        self._encoding = "base64"
        try:
            first = self._wire.ask(["news"], self._encoding, self._seconds)
        except Refused:
            # Some know no other form than numbers written out; if it is not that, they say the same again.
            self._encoding = "float"
            first = self._wire.ask(["news"], self._encoding, self._seconds)
        self.dimension = first.shape[1]
        self.name = f"{model}{SERVED}{self.dimension}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Raises Unavailable if the server does not answer as it should."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        parts = [self._part(texts[start : start + BATCH], hasty=len(texts) == 1) for start in range(0, len(texts), BATCH)]
        return normalised(np.concatenate(parts))

    def _part(self, texts: Sequence[str], *, hasty: bool) -> Vectors:
        """In one request if the server takes it, else in halves; of a text that is too long for it the beginning."""
        try:
            return self._ask(texts, hasty=hasty)
        except Refused as error:
            half = len(texts) // 2
            if half:
                return np.concatenate([self._part(part, hasty=hasty) for part in (texts[:half], texts[half:])])
            if len(texts[0]) < 2 * LEAST_CHARACTERS or not _TOO_LONG.search(error.what):
                raise
        return self._part([texts[0][: len(texts[0]) // 2]], hasty=hasty)

    def _ask(self, texts: Sequence[str], *, hasty: bool) -> Vectors:
        seconds = min(self._seconds, QUESTION_SECONDS) if hasty else self._seconds
        for wait in () if hasty else WAITS:
            try:
                return self._held(self._wire.ask(texts, self._encoding, seconds))
            except Busy as error:
                time.sleep(min(max(wait, error.seconds), LONGEST_WAIT))
        return self._held(self._wire.ask(texts, self._encoding, seconds))

    def _held(self, vectors: Vectors) -> Vectors:
        if vectors.shape[1] != self.dimension:
            what = f"{self._wire.where} gives vectors of {vectors.shape[1]} numbers, before of {self.dimension}: another model."
            raise Unavailable(what, "Have it serve the model that it had, or start Dateline anew.")
        return vectors
