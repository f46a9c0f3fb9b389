"""What training the reader and training the judge have in common: batches of like length, a rate that falls with the time, checkpoints."""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import torch

from app.encoding.sentence_transformer import number_type
from app.encoding.trained_weights import load_weights, save_weights

BATCH = 32
POOL = 40
"""Batches that are drawn together and sorted by length."""
RATE = 2e-4
WARM_UP = 150
"""Steps."""
CHECKPOINT_S = 300.0


class Tokens(Protocol):
    @property
    def ids(self) -> list[int]: ...


X = TypeVar("X", bound=Tokens)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, from where and to where. `out` is a folder, `name` the file of weights in it."""

    out: Path
    name: str
    minutes: float
    start: Path | None
    resume: bool
    rate: float = RATE
    layers_only: bool = False

    @property
    def weights(self) -> Path:
        return self.out / self.name


def batches(examples: Sequence[tuple[X, R]], rng: random.Random) -> Iterator[list[tuple[X, R]]]:
    """Without end: all examples in a new order each time round, those of a batch of like length."""
    while True:
        order = list(range(len(examples)))
        rng.shuffle(order)
        for at in range(0, len(order), BATCH * POOL):
            pool = sorted(order[at : at + BATCH * POOL], key=lambda i: len(examples[i][0].ids))
            groups = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
            rng.shuffle(groups)
            yield from ([examples[i] for i in group] for group in groups)


def fine_tune(
    model: Any, examples: Sequence[tuple[X, R]], loss_of: Callable[[Any, Sequence[tuple[X, R]], bool], torch.Tensor], plan: Plan
) -> None:
    """AdamW with warm-up and linear decay to the end of the minutes; embeddings stay as they are. bfloat16 where the processor computes
    in it, which `loss_of` is told. Leaves the weights, and a checkpoint to resume from, in `plan.out`."""
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    print(f"{len(examples)} rows, {np.mean([len(one.ids) for one, _ in examples]):.0f} tokens on average", flush=True)
    plan.out.mkdir(parents=True, exist_ok=True)
    if plan.start:
        load_weights(model, plan.start, layers_only=plan.layers_only)
    for parameter in model.enc.embeddings.parameters():
        parameter.requires_grad_(False)
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=plan.rate, weight_decay=0.01)
    spent, steps, checkpoint = 0.0, 0, plan.out / "checkpoint.pt"
    if plan.resume and checkpoint.exists():
        stored = torch.load(checkpoint)
        model.load_state_dict(stored["model"])
        optimizer.load_state_dict(stored["optimizer"])
        spent, steps = stored["spent"], stored["steps"]
    model.train()
    bfloat16 = number_type() == "bfloat16"
    last, running, since = time.monotonic(), 0.0, time.monotonic()
    for batch in batches(examples, random.Random(9 + steps)):
        share = spent / (plan.minutes * 60)
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * min(1, (steps + 1) / WARM_UP) * max(0.01, 1 - share)
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
            rows = steps * BATCH
            print(f"step {steps}  {rows} rows  {share:.2f} of the time  {rows / spent:.1f} rows/s  loss {running:.3f}", flush=True)
        if now - since > CHECKPOINT_S:
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent, "steps": steps}, checkpoint)
            save_weights(model, plan.weights)
            since = now
    save_weights(model, plan.weights)
    print(f"{steps} steps, {steps * BATCH} rows, {spent / 60:.1f} minutes: {plan.weights}")


def arguments(about: str | None, rows: str, minutes: float) -> argparse.ArgumentParser:
    """What both scripts ask on the command line. `rows`: the module that makes them."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True, help=f"made by {rows}")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--start", type=Path, help="weights to go on from (default: the packaged MiniLM)")
    parser.add_argument("--rate", type=float, default=RATE, help="learning rate at its highest")
    parser.add_argument("--resume", action="store_true")
    return parser
