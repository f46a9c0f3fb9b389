"""The judge: the packaged MiniLM's six layers, trained to say whether a window of a source carries a claim.

Input is `[CLS] claim [SEP] window [SEP]`. At `[CLS]` stand three scores, supported, contradicted and not said; at each token of
the claim one score that it is what the source does not say. Made by training/train_judge.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.encoding.pairs import CLS, SEP, layers, pair_tokenizer

if TYPE_CHECKING:
    import torch

SUPPORTED, CONTRADICTED, NOT_SAID = range(3)
MAX_TOKENS = 256
"""Claim and window together."""
CLAIM_TOKENS = 96


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids, and the characters (start, end) of each token of the claim; the first stands at place 1."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class JudgeTokenizer:
    """Puts claim and window together. Thread safe."""

    def __init__(self) -> None:
        self._tokenizer = pair_tokenizer()

    def __call__(self, claim: str, window: str) -> Pair:
        said = self._tokenizer.encode(claim, add_special_tokens=False)
        body = self._tokenizer.encode(window, add_special_tokens=False).ids
        ids = said.ids[:CLAIM_TOKENS]
        return Pair([CLS, *ids, SEP, *body[: MAX_TOKENS - len(ids) - 3], SEP], said.offsets[:CLAIM_TOKENS])


def build(dtype: str = "float32", *, training: bool = False) -> Any:
    """The network with the packaged weights and fresh heads, a torch module: `(ids, mask, types) -> (batch, 3), (batch, tokens)`."""
    from torch import nn

    class JudgeModel(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.enc = layers(dtype, training=training)
            self.verdict = nn.Linear(self.enc.config.hidden_size, 3)
            self.unsaid = nn.Linear(self.enc.config.hidden_size, 1)
            for head in (self.verdict, self.unsaid):
                nn.init.normal_(head.weight, std=0.02)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            hidden = self.enc(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
            hidden = hidden if training else hidden.float()
            return self.verdict(hidden[:, 0]).float(), self.unsaid(hidden)[..., 0].float()

    return JudgeModel()
