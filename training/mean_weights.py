"""The mean of two or more judges that were trained one from another, number by number.

    python -m training.mean_weights --out judge.safetensors FIRST.safetensors SECOND.safetensors

Fine-tuning forgets some of what its start knew of other wording; the mean keeps most of both (Wortsman et al., "Robust fine-tuning of
zero-shot models", CVPR 2022). For weights of unrelated runs it means nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from app.encoding.trained_weights import load_weights, save_weights, trained_names
from app.support.judge_model import build


def mean(paths: list[Path], out: Path) -> None:
    """Raises KeyError if one file is another network's."""
    model = build(training=True)
    names, total = trained_names(model), dict[str, torch.Tensor]()
    for path in paths:
        load_weights(model, path)
        state = model.state_dict()
        total = {name: total.get(name, 0) + state[name].float() / len(paths) for name in names}
    model.load_state_dict(total, strict=False)
    save_weights(model, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("weights", type=Path, nargs="+", metavar="FILE")
    asked = parser.parse_args()
    mean(asked.weights, asked.out)


if __name__ == "__main__":
    main()
