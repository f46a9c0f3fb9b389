"""Train the judge: rows in, six layers and two heads out. Resumable; a checkpoint every five minutes.

    python -m training.train_judge --rows rows.jsonl --out DIR --minutes 60 --start reader.safetensors [--layers-only] [--resume]

Loss: the negative log of the probability of the right verdict ("not supported" allows two of the three), plus, where it is known
what words of the claim the source does not say, the cross-entropy of each claim token. See fine_tuning.py for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from app.encoding.pairs import padded
from app.support.judge_model import JudgeTokenizer, Pair, build
from training.fine_tuning import Plan, arguments, fine_tune
from training.judge_rows import CONTRADICTED, NOT_SAID, SUPPORTED, UNSUPPORTED, Row, load

TOKENS = 0.5
"""Weight of the loss on tokens."""
ALLOWED = {SUPPORTED: (1, 0, 0), CONTRADICTED: (0, 1, 0), NOT_SAID: (0, 0, 1), UNSUPPORTED: (0, 1, 1)}
Example = tuple[Pair, Row]


def token_targets(batch: Sequence[Example], width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Which claim tokens the source does not say, and which are counted, each (batch, width)."""
    unsaid, counted = (np.zeros((len(batch), width), np.float32) for _ in range(2))
    for at, (pair, row) in enumerate(batch):
        if row.label != SUPPORTED and row.edited is None:
            continue
        counted[at, 1 : 1 + len(pair.offsets)] = 1
        for first, last in row.edited or ():
            for k, (x, y) in enumerate(pair.offsets):
                if x < last and first < y:
                    unsaid[at, 1 + k] = 1
    return torch.from_numpy(unsaid), torch.from_numpy(counted)


def loss_of(model: Any, batch: Sequence[Example], bfloat16: bool) -> torch.Tensor:
    ids, mask, types = (torch.from_numpy(part) for part in padded([pair.ids for pair, _ in batch]))
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        verdicts, tokens = model(ids, mask, types)
    allowed = torch.tensor([ALLOWED[row.label] for _, row in batch], dtype=torch.bool)
    right = verdicts.log_softmax(1).masked_fill(~allowed, -1e4).logsumexp(1)
    unsaid, counted = token_targets(batch, ids.shape[1])
    each = binary_cross_entropy_with_logits(tokens, unsaid, reduction="none", pos_weight=torch.tensor(3.0)) * counted
    loss: torch.Tensor = -right.mean() + TOKENS * each.sum() / counted.sum().clamp(min=1)
    return loss


def main() -> None:
    parser = arguments(__doc__, "training.judge_rows", 60)
    parser.add_argument("--layers-only", action="store_true", help="take the layers of --start, a reader's say, and new heads")
    asked = parser.parse_args()
    tokenize = JudgeTokenizer()
    examples = [(tokenize(row.claim, row.source), row) for row in load(asked.rows) if not row.held]
    plan = Plan(asked.out, "judge.safetensors", asked.minutes, asked.start, asked.resume, asked.rate, asked.layers_only)
    fine_tune(build(training=True), examples, loss_of, plan)


if __name__ == "__main__":
    main()
