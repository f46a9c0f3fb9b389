"""Vectors a second: the encoder in this process, and by workers of Ray, on passages made of words of `corpus/`.

`python -m evals.bench_embed --passages 600 --workers 1 --workers 2` (requirements-ray.txt). Starting the workers is told apart.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.bench import main

if TYPE_CHECKING:
    from app.encoding import Encoder

ROOT = Path(__file__).parent.parent
WORDS = 150
"""Of a passage: about 200 tokens."""


def passages(count: int) -> list[str]:
    """Drawn anew from the words of the corpus, the same in every run, no two alike."""
    words = [word for file in sorted((ROOT / "corpus").rglob("*.md")) for word in file.read_text().split()]
    drawn = random.Random(15)
    return [" ".join(drawn.choices(words, k=WORDS)) for _ in range(count)]


def rate(name: str, encoder: Encoder, texts: list[str], started: float) -> None:
    """One line. `started`: seconds until it could compute."""
    together = max(256, int(getattr(encoder, "together", 0)))
    encoder.encode(texts[:8])
    began = time.perf_counter()
    for start in range(0, len(texts), together):
        encoder.encode(texts[start : start + together])
    seconds = time.perf_counter() - began
    print(f"{name:24} {len(texts) / seconds:7.1f} passages/s   ready after {started:5.1f} s", flush=True)


def bench(
    passages_: Annotated[int, typer.Option("--passages", help="Passages of about 200 tokens.", min=32)] = 600,
    workers: Annotated[list[int] | None, typer.Option(help="Workers of Ray; may be given several times.", min=1)] = None,
) -> None:
    """Throughput in this process, then by workers."""
    from app.encoding import load_encoder
    from app.encoding.ray_workers import LOCAL, RayEncoder
    from app.settings import load_settings

    settings, texts = load_settings(), passages(passages_)
    print(f"{len(texts)} passages, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    began = time.perf_counter()
    encoder = load_encoder(settings)
    rate("this process", encoder, texts, time.perf_counter() - began)
    for count in workers or [1, 2]:
        began = time.perf_counter()
        with RayEncoder(settings, LOCAL, count) as spread:
            rate(f"Ray, {count} worker{'s' if count > 1 else ''}", spread, texts, time.perf_counter() - began)


if __name__ == "__main__":
    raise SystemExit(main(bench))
