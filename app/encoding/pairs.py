"""Two texts read together by the packaged encoder: `[CLS] one [SEP] other [SEP]`, as token ids, and the layers that read them.

What the reader, the judge of support and the reranker have in common. Embeddings are the packaged model's own and frozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from app.encoding.packaged import model_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
CLS, SEP = 101, 102


def pair_tokenizer() -> Tokenizer:
    """The packaged model's word pieces, without padding and truncation."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # Article text is data: "[SEP]" in it is five letters and two brackets.
    tokenizer.encode_special_tokens = True
    return tokenizer


def layers(dtype: str = "float32", *, training: bool = False) -> Any:
    """The packaged model as a torch module, whole, without a pooling layer."""
    import torch
    from transformers import AutoModel

    # Eager attention trains four times faster than sdpa in bfloat16 on these processors; in use they are alike.
    # Rows are seen once or twice: dropout costs a fifth of the speed and there is little to overfit.
    attention = "eager" if training else "sdpa"
    how = {"attn_implementation": attention, "attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0}
    return AutoModel.from_pretrained(str(model_folder()), add_pooling_layer=False, dtype=getattr(torch, dtype), **how)


def padded(inputs: Sequence[Sequence[int]]) -> tuple[Ids, Ids, Ids]:
    """Ids, mask and types (1 after the first `[SEP]`) of a batch, each (batch, tokens), to a multiple of eight tokens."""
    width = (max(len(ids) for ids in inputs) + 7) // 8 * 8
    out, mask, types = (np.zeros((len(inputs), width), np.int64) for _ in range(3))
    for row, ids in enumerate(inputs):
        out[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
        types[row, list(ids).index(SEP) + 1 : len(ids)] = 1
    return out, mask, types
