"""Fine-tune the reader: rows in, six layers and a head out. Resumable; a checkpoint every ten minutes.

    python -m training.train_reader --rows rows.jsonl --out DIR --minutes 70 [--start reader.safetensors] [--resume]

Loss: for each row the negative log of the probability that falls on right starts and on right ends (all places of the
answer count; a silent window's right place is `[CLS]`; where only the sentence is known, any token of it). AdamW, warm-up and
linear decay to the end of the minutes, batches of like length. bfloat16 where the processor computes in it.
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

from app.encoding.pairs import padded
from app.encoding.sentence_transformer import number_type
from app.encoding.span_model import Input, ReaderTokenizer, build
from app.encoding.trained_weights import load_weights, save_weights
from training.reader_rows import Row, load

BATCH = 32
POOL = 40
"""Batches that are drawn together and sorted by length."""
RATE = 2e-4
WARM_UP = 150
CHECKPOINT_S = 600.0
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


def train(rows: Sequence[Row], out: Path, minutes: float, start: Path | None, resume: bool) -> None:
    torch.set_num_threads(os.cpu_count() or 2)
    tokenize = ReaderTokenizer()
    examples = [(tokenize(row.question, row.title, row.text), row) for row in rows]
    print(f"{len(examples)} rows, {np.mean([len(one.ids) for one, _ in examples]):.0f} tokens on average", flush=True)
    model = build(training=True)
    if start:
        load_weights(model, start)
    for parameter in model.enc.embeddings.parameters():
        parameter.requires_grad_(False)
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01)
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
            group["lr"] = RATE * min(1, (steps + 1) / WARM_UP) * max(0.01, 1 - share)
        loss = loss_of(model, batch, bfloat16)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        steps += 1
        running = loss.item() if steps == 1 else 0.98 * running + 0.02 * loss.item()
        now = time.monotonic()
        spent, last = spent + now - last, now
        if steps % 100 == 0:
            print(
                f"step {steps}  {steps * BATCH} rows  {share:.2f} of the time  {steps * BATCH / spent:.1f} rows/s  loss {running:.3f}",
                flush=True,
            )
        if now - since > CHECKPOINT_S:
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent, "steps": steps}, checkpoint)
            save_weights(model, out / "reader.safetensors")
            since = now
    save_weights(model, out / "reader.safetensors")
    print(f"{steps} steps, {steps * BATCH} rows, {spent / 60:.1f} minutes: {out / 'reader.safetensors'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True, help="made by training.reader_rows")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--start", type=Path, help="a reader to go on from (default: the packaged MiniLM)")
    parser.add_argument("--resume", action="store_true")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    train(load(asked.rows), asked.out, asked.minutes, asked.start, asked.resume)


if __name__ == "__main__":
    main()
