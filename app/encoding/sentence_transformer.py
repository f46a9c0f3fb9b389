"""Embedding models run by sentence-transformers: the packaged one, or any name or path."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from app.encoding.encoder import Vectors, normalised
from app.encoding.fetching import load_named
from app.encoding.hub import identity
from app.encoding.packaged import model_folder, verify_weights
from app.errors import DatelineError, first_line

BATCH = 16
MEND = "Mend DATELINE_EMBEDDING_MODEL."
log = logging.getLogger(__name__)


def number_type() -> str:
    """bfloat16 where the processor computes in it (2 to 3 times faster), else float32 (bfloat16 is 4 times slower there)."""
    import torch

    cpu = torch.cpu.get_capabilities()
    return "bfloat16" if cpu.get("avx512_bf16") or cpu.get("amx_bf16") else "float32"


class SentenceTransformerEncoder:
    """One model in this process. A lock serialises calls: eight threads at once were no faster than one."""

    def __init__(self, model: str) -> None:
        """`model` is "packaged", a folder or a hub name. Raises DatelineError if it cannot be loaded."""
        packaged = model == "packaged"
        if packaged:
            folder = model_folder()
            verify_weights(folder)
        import torch
        from sentence_transformers import SentenceTransformer
        from threadpoolctl import ThreadpoolController
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        dtype = number_type()
        arguments: dict[str, Any] = {"device": "cpu", "model_kwargs": {"dtype": getattr(torch, dtype)}, "local_files_only": True}

        def load(place: str) -> SentenceTransformer:
            return SentenceTransformer(place, **arguments)

        try:
            self._model = load(str(folder)) if packaged else load_named("SentenceTransformer", model, load)
        except DatelineError as error:
            raise DatelineError(f"the embedding model cannot be loaded: {error.what}", error.do or MEND) from None
        except (OSError, ValueError) as error:
            raise DatelineError(f"the embedding model {model!r} could not be loaded: {first_line(error)}.", MEND) from None
        weights = "all-MiniLM-L6-v2" if packaged else identity(model)
        self.name = f"{weights}/{dtype}"
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        limit = self._model.max_seq_length
        if limit is not None and limit < 256:
            log.warning("the embedding model %s reads %s tokens: the end of long passages is not in their vectors", model, limit)
        self._lock = threading.Lock()
        self._threads = ThreadpoolController().select(user_api="openmp")

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        # A single text is too little to share: other threads have to be woken for every layer. With one thread a question took 12 ms after
        # a rest, with two 14 ms, and where threads wait awake, up to 40.
        with self._lock, self._threads.limit(limits=1) if len(texts) == 1 else nullcontext():
            vectors = self._model.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return normalised(np.asarray(vectors, np.float32))
