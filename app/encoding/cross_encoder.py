"""Cross-encoders of others, run by sentence-transformers: two texts are read together, scores come out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from app.encoding.fetching import load_named
from app.encoding.hub import check_kind, identity
from app.encoding.sentence_transformer import number_type
from app.errors import DatelineError, first_line
from app.stopping import heed_stop

Floats = npt.NDArray[np.float32]
BATCH = 16
MAX_TOKENS = 512
"""Both texts together. A claim with three sentences has fewer, and a question with a passage; what could read more is held to it."""
FEWEST_WORDS = 100
"""Word pieces that any vocabulary has. Without its files a tokenizer silently has the special marks alone."""


class HubCrossEncoder:
    """One model in this process, on the processor. Thread safe: a lock serialises batches. Runs no code that comes with a model."""

    def __init__(self, model: str, what: str, setting: str) -> None:
        """`model` is a folder, or a name on a hub, which is called only for what is not on this machine yet. Errors tell of `what` ("the
        support model") and of the `setting` that names it.

        Raises DatelineError if it cannot be loaded or was not trained to judge two texts.
        """
        import torch
        from safetensors import SafetensorError
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        self._torch = torch
        mend = f"Mend {setting}."
        try:
            self._model = load_named("CrossEncoder", model, _loaded)
        except DatelineError as error:
            raise DatelineError(f"{what} cannot be loaded: {error.what}", error.do or mend) from None
        except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
            raise DatelineError(f"{what} {model} cannot be loaded: {first_line(error)}.", mend) from None
        config = self._model.config
        self.name = f"{identity(model)}/{number_type()}"
        self.labels = tuple(str(config.id2label.get(place, f"LABEL_{place}")) for place in range(self._model.num_labels))
        """What each score stands for, in the model's own words."""
        self.config: dict[str, Any] = config.to_dict()
        self._lock = threading.Lock()

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """The model's scores as they are (logits), (len(pairs), len(labels)). The longer text of a pair is cut to fit. Raises Stopped."""
        scores = np.zeros((len(pairs), len(self.labels)), np.float32)
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
        for at in range(0, len(order), BATCH):
            part = order[at : at + BATCH]
            with self._lock:
                heed_stop()  # the wait for the lock may have been long
                found = self._model.predict(
                    [pairs[i] for i in part], batch_size=BATCH, activation_fn=self._torch.nn.Identity(), show_progress_bar=False
                )
            scores[part] = found.reshape(len(part), -1)
        return scores


def _loaded(model: str) -> Any:
    import torch
    from sentence_transformers import CrossEncoder

    found = CrossEncoder(
        model,
        device="cpu",
        trust_remote_code=False,
        local_files_only=True,
        model_kwargs={"dtype": getattr(torch, number_type())},
        # Article text is data: "[SEP]" in it is five letters and two brackets.
        processor_kwargs={"split_special_tokens": True},
    )
    if len(found.tokenizer) < FEWEST_WORDS:
        raise OSError("its tokenizer's files are missing")
    if len(found) == 1:  # a module behind the transformer is loaded with its own weights
        check_kind(model, getattr(found.config, "architectures", None) or [])
    found.max_seq_length = min(found.max_seq_length or MAX_TOKENS, MAX_TOKENS)
    return found
