"""The reading model: six layers of the packaged MiniLM, fine-tuned, with a start and an end score for each token.

Input is `[CLS] question [SEP] title. passage [SEP]`; the scores at `[CLS]` stand for "not here". Embeddings are the packaged
model's own and frozen, so the weights of a reader are its layers and its head. Made by training/train_reader.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.encoding.pairs import CLS, SEP, Floats, layers, pair_tokenizer

if TYPE_CHECKING:
    import torch

MAX_TOKENS = 320
"""Question, title and passage together; a passage of 200 tokens and its title fit whole."""
QUESTION_TOKENS = 64
TITLE_TOKENS = 32
SPAN_TOKENS = 24
"""Of the longest span that is scored."""


@dataclass(frozen=True, slots=True)
class Input:
    """Token ids; the place of the passage's first token; each passage token's characters (start, end) in the passage."""

    ids: list[int]
    first: int
    offsets: list[tuple[int, int]]


class ReaderTokenizer:
    """Puts question, title and passage together. Thread safe."""

    def __init__(self) -> None:
        self._tokenizer = pair_tokenizer()

    def __call__(self, question: str, title: str, passage: str) -> Input:
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION_TOKENS]
        head = self._tokenizer.encode(f"{title.rstrip('.')}.", add_special_tokens=False).ids[:TITLE_TOKENS] if title else []
        body = self._tokenizer.encode(passage, add_special_tokens=False)
        room = MAX_TOKENS - len(asked) - len(head) - 3
        ids = [CLS, *asked, SEP, *head, *body.ids[:room], SEP]
        return Input(ids, len(asked) + len(head) + 2, body.offsets[:room])


def build(dtype: str = "float32", *, training: bool = False) -> Any:
    """The network with the packaged weights and a fresh head, a torch module: `(ids, mask, types) -> (batch, tokens, 2)`."""
    from torch import nn

    class SpanModel(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.enc = layers(dtype, training=training)
            self.span = nn.Linear(self.enc.config.hidden_size, 2)
            nn.init.normal_(self.span.weight, std=0.02)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
            hidden = self.enc(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
            scores: torch.Tensor = self.span(hidden if training else hidden.float()).float()
            return scores

    return SpanModel()


def span_scores(start: Floats, end: Floats) -> Floats:
    """Score of each span of tokens, (tokens, tokens): start plus end; -1e9 where it runs backwards or is too long."""
    n = len(start)
    allowed = np.triu(np.ones((n, n), bool)) & ~np.triu(np.ones((n, n), bool), SPAN_TOKENS)
    return np.where(allowed, start[:, None] + end[None, :], np.float32(-1e9)).astype(np.float32)
