"""Train the judge: rows in, six layers and two heads out. Resumable; a checkpoint every five minutes.

    python -m training.train_judge --rows rows.jsonl --out DIR --minutes 60 --start reader.safetensors [--layers-only] [--resume]

Loss: the negative log of the probability of the right verdict ("not supported" allows two of the three), plus, where it is known
what words of the claim the source does not say, the cross-entropy of each claim token. AdamW, warm-up and linear decay to the end
of the minutes, batches of like length. bfloat16 where the processor computes in it.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from app.encoding.pairs import padded
from app.encoding.sentence_transformer import number_type
from app.encoding.trained_weights import load_weights, save_weights
from app.support.judge_model import JudgeTokenizer, Pair, build
from training.judge_rows import CONTRADICTED, NOT_SAID, SUPPORTED, UNSUPPORTED, Row, load

BATCH = 32
POOL = 40
"""Batches that are drawn together and sorted by length."""
RATE = 2e-4
WARM_UP = 150
CHECKPOINT_S = 300.0
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


def batches(examples: Sequence[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Without end: all examples in a new order each time round, those of a batch of like length."""
    while True:
        order = list(range(len(examples)))
        rng.shuffle(order)
        for at in range(0, len(order), BATCH * POOL):
            pool = sorted(order[at : at + BATCH * POOL], key=lambda i: len(examples[i][0].ids))
            groups = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
            rng.shuffle(groups)
            yield from ([examples[i] for i in group] for group in groups)


def train(rows: Sequence[Row], out: Path, minutes: float, start: Path | None, layers_only: bool, resume: bool, rate: float) -> None:
    torch.set_num_threads(os.cpu_count() or 2)
    tokenize = JudgeTokenizer()
    examples = [(tokenize(row.claim, row.source), row) for row in rows if not row.held]
    print(f"{len(examples)} rows, {np.mean([len(one.ids) for one, _ in examples]):.0f} tokens on average", flush=True)
    model = build(training=True)
    if start:
        load_weights(model, start, layers_only=layers_only)
    for parameter in model.enc.embeddings.parameters():
        parameter.requires_grad_(False)
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=rate, weight_decay=0.01)
    spent, steps, checkpoint = 0.0, 0, out / "checkpoint.pt"
    if resume and checkpoint.exists():
        stored = torch.load(checkpoint)
        model.load_state_dict(stored["model"])
        optimizer.load_state_dict(stored["optimizer"])
        spent, steps = stored["spent"], stored["steps"]
    model.train()
    bfloat16 = number_type() == "bfloat16"
    last, running, since = time.monotonic(), 0.0, time.monotonic()
    for batch in batches(examples, random.Random(9 + steps)):
        share = spent / (minutes * 60)
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (steps + 1) / WARM_UP) * max(0.01, 1 - share)
        loss = loss_of(model, batch, bfloat16)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        steps += 1
        running = loss.item() if steps == 1 else 0.99 * running + 0.01 * loss.item()
        now = time.monotonic()
        spent, last = spent + now - last, now
        if steps % 100 == 0:
            print(
                f"step {steps}  {steps * BATCH} rows  {share:.2f} of the time  {steps * BATCH / spent:.1f} rows/s  loss {running:.3f}",
                flush=True,
            )
        if now - since > CHECKPOINT_S:
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent, "steps": steps}, checkpoint)
            save_weights(model, out / "judge.safetensors")
            since = now
    save_weights(model, out / "judge.safetensors")
    print(f"{steps} steps, {steps * BATCH} rows, {spent / 60:.1f} minutes: {out / 'judge.safetensors'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True, help="made by training.judge_rows")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--start", type=Path, help="weights to go on from (default: the packaged MiniLM)")
    parser.add_argument("--layers-only", action="store_true", help="take the layers of --start, a reader's say, and new heads")
    parser.add_argument("--rate", type=float, default=RATE, help="learning rate at its highest")
    parser.add_argument("--resume", action="store_true")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    train(load(asked.rows), asked.out, asked.minutes, asked.start, asked.layers_only, asked.resume, asked.rate)


if __name__ == "__main__":
    main()
