"""Fine-tune the reader: rows in, six layers and a head out. Resumable; a checkpoint every five minutes.

    python -m training.train_reader --rows rows.jsonl --out DIR --minutes 70 [--start reader.safetensors] [--resume]

Loss: for each row the negative log of the probability that falls on right starts and on right ends (all places of the
answer count; a silent window's right place is `[CLS]`; where only the sentence is known, any token of it). See fine_tuning.py
for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from app.encoding.pairs import padded
from app.encoding.span_model import Input, ReaderTokenizer, build
from training.fine_tuning import Plan, arguments, fine_tune
from training.reader_rows import Row, load

Example = tuple[Input, Row]


def targets(batch: Sequence[Example], width: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Right starts, right ends and allowed places, each (batch, width)."""
    start, end, allowed = (np.zeros((len(batch), width), bool) for _ in range(3))
    for at, (one, row) in enumerate(batch):
        allowed[at, 0] = True
        allowed[at, one.first : one.first + len(one.offsets)] = True
        for first, last in row.spans:
            tokens = [k for k, (x, y) in enumerate(one.offsets) if x < last and first < y]
            if not tokens or one.offsets[tokens[-1]][1] < last:
                continue
            if row.inside:
                start[at, one.first + tokens[0] : one.first + tokens[-1] + 1] = True
                end[at, one.first + tokens[0] : one.first + tokens[-1] + 1] = True
            else:
                start[at, one.first + tokens[0]] = end[at, one.first + tokens[-1]] = True
        if not start[at].any():
            start[at, 0] = end[at, 0] = True
    return torch.from_numpy(start), torch.from_numpy(end), torch.from_numpy(allowed)


def loss_of(model: Any, batch: Sequence[Example], bfloat16: bool) -> torch.Tensor:
    ids, mask, types = (torch.from_numpy(part) for part in padded([one.ids for one, _ in batch]))
    start, end, allowed = targets(batch, ids.shape[1])
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        scores = model(ids, mask, types)
    shares = scores.masked_fill(~allowed[..., None], -1e4).log_softmax(1)
    right = shares[..., 0].masked_fill(~start, -1e4).logsumexp(1) + shares[..., 1].masked_fill(~end, -1e4).logsumexp(1)
    loss: torch.Tensor = -right.mean() / 2
    return loss


def main() -> None:
    asked = arguments(__doc__, "training.reader_rows", 70).parse_args()
    tokenize = ReaderTokenizer()
    examples = [(tokenize(row.question, row.title, row.text), row) for row in load(asked.rows)]
    plan = Plan(asked.out, "reader.safetensors", asked.minutes, asked.start, asked.resume, asked.rate)
    fine_tune(build(training=True), examples, loss_of, plan)


if __name__ == "__main__":
    main()
