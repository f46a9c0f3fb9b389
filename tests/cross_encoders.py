"""Cross-encoders as a hub has them, made of the packaged weights in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.encoding.packaged import model_folder

NLI = ("entailment", "neutral", "contradiction")


def make_cross_encoder(
    folder: Path, labels: Sequence[str], rows: Sequence[int] | None = None, *, always: str | None = None, **config: Any
) -> Path:
    """Write one with a head for each label. `rows`: which of the heads, all drawn from one seed, stands at each label's place. `always`:
    the label that it gives whatever it reads."""
    import torch
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification

    names = dict(enumerate(labels))
    described = AutoConfig.from_pretrained(model_folder(), id2label=names, label2id={name: at for at, name in names.items()})
    described.update(config)
    model = BertForSequenceClassification.from_pretrained(model_folder(), config=described)
    heads = torch.randn(8, 384, generator=torch.Generator().manual_seed(5)) * 0.5
    with torch.no_grad():
        model.classifier.weight.copy_(heads[list(rows or range(len(labels)))])
        model.classifier.bias.zero_()
        if always is not None:
            model.classifier.bias[list(labels).index(always)] = 100.0
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(model_folder()).save_pretrained(folder)
    return folder
