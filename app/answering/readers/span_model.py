"""The reading model: six layers of the packaged MiniLM, fine-tuned, with a start and an end score for each token.

Input is `[CLS] question [SEP] title. passage [SEP]`; the scores at `[CLS]` stand for "not here". Embeddings are the packaged
model's own and frozen, so the weights of a reader are its layers and its head. Made by training/train_reader.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from app.encoding.packaged import model_folder

if TYPE_CHECKING:
    import torch

Floats = npt.NDArray[np.float32]
MAX_TOKENS = 320
"""Question, title and passage together; a passage of 200 tokens and its title fit whole."""
QUESTION_TOKENS = 64
TITLE_TOKENS = 32
SPAN_TOKENS = 24
"""Of the longest span that is scored."""
CLS, SEP = 101, 102
SCALE = ".scale"
SMALL = 4096
"""Numbers of a matrix up to which it is stored as it is: the head."""


@dataclass(frozen=True, slots=True)
class Input:
    """Token ids; the place of the passage's first token; each passage token's characters (start, end) in the passage."""

    ids: list[int]
    first: int
    offsets: list[tuple[int, int]]


class ReaderTokenizer:
    """Puts question, title and passage together. Thread safe."""

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # Article text is data: "[SEP]" in it is five letters and two brackets.
        self._tokenizer.encode_special_tokens = True

    def __call__(self, question: str, title: str, passage: str) -> Input:
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION_TOKENS]
        head = self._tokenizer.encode(f"{title.rstrip('.')}.", add_special_tokens=False).ids[:TITLE_TOKENS] if title else []
        body = self._tokenizer.encode(passage, add_special_tokens=False)
        room = MAX_TOKENS - len(asked) - len(head) - 3
        ids = [CLS, *asked, SEP, *head, *body.ids[:room], SEP]
        return Input(ids, len(asked) + len(head) + 2, body.offsets[:room])


def build(dtype: str = "float32", *, training: bool = False) -> Any:
    """The network with the packaged weights and a fresh head, a torch module: `(ids, mask, types) -> (batch, tokens, 2)`."""
    import torch
    from torch import nn
    from transformers import AutoModel

    class SpanModel(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            # Eager attention trains four times faster than sdpa in bfloat16 on these processors; in use they are alike.
            # Rows are seen once or twice: dropout costs a fifth of the speed and there is little to overfit.
            attention = "eager" if training else "sdpa"
            how = {"attn_implementation": attention, "attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0}
            self.enc = AutoModel.from_pretrained(str(model_folder()), add_pooling_layer=False, dtype=getattr(torch, dtype), **how)
            self.span = nn.Linear(self.enc.config.hidden_size, 2)
            nn.init.normal_(self.span.weight, std=0.02)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
            hidden = self.enc(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
            scores: torch.Tensor = self.span(hidden if training else hidden.float()).float()
            return scores

    return SpanModel()


def load_weights(model: Any, path: Path) -> None:
    """Put a reader's layers and head into `model`. Raises KeyError if some are missing in the file."""
    from safetensors.torch import load_file

    stored = load_file(path)
    missing = [name for name in trained_names(model) if name not in stored]
    if missing:
        raise KeyError(missing[0])
    whole = {}
    for name in trained_names(model):
        coarse = not stored[name].is_floating_point()
        whole[name] = stored[name].float() * stored[name + SCALE] if coarse else stored[name].float()
    model.load_state_dict(whole, strict=False)


def save_weights(model: Any, path: Path) -> None:
    """Layers and head alone, put in place whole: matrices as int8 with a scale for each row, the rest in float32."""
    import torch
    from safetensors.torch import save_file

    kept: dict[str, torch.Tensor] = {}
    state = model.state_dict()
    for name in trained_names(model):
        weight = state[name].float()
        if weight.dim() == 2 and weight.numel() > SMALL:
            scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
            kept[name], kept[name + SCALE] = torch.round(weight / scale).to(torch.int8).contiguous(), scale
        else:
            kept[name] = weight.contiguous()
    part = path.with_suffix(".part")
    save_file(kept, part)
    part.replace(path)


def trained_names(model: Any) -> list[str]:
    """The parameters that are a reader's own: all but the embeddings."""
    return [name for name, _ in model.named_parameters() if "embeddings" not in name]


def padded(inputs: Sequence[Input]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Ids, mask and types (1 from the title on) of a batch, each (batch, tokens), to a multiple of eight tokens."""
    width = (max(len(one.ids) for one in inputs) + 7) // 8 * 8
    ids, mask, types = (np.zeros((len(inputs), width), np.int64) for _ in range(3))
    for row, one in enumerate(inputs):
        ids[row, : len(one.ids)] = one.ids
        mask[row, : len(one.ids)] = 1
        types[row, one.ids.index(SEP) + 1 : len(one.ids)] = 1
    return ids, mask, types


def span_scores(start: Floats, end: Floats) -> Floats:
    """Score of each span of tokens, (tokens, tokens): start plus end; -1e9 where it runs backwards or is too long."""
    n = len(start)
    allowed = np.triu(np.ones((n, n), bool)) & ~np.triu(np.ones((n, n), bool), SPAN_TOKENS)
    return np.where(allowed, start[:, None] + end[None, :], np.float32(-1e9)).astype(np.float32)
