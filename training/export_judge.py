"""Write the judge as a folder that transformers and sentence-transformers load: a BertForSequenceClassification with three labels.

    python -m training.export_judge --out DIR [--weights judge.safetensors]

It reads the claim first, then the source, which its config says by `dateline_claim_first`. Of the words in doubt it says nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification

from app.encoding.packaged import model_folder
from app.encoding.trained_weights import load_weights
from app.support.hub_judge import CLAIM_FIRST
from app.support.judge_model import CONTRADICTED, MAX_TOKENS, NOT_SAID, SUPPORTED, build
from app.support.packaged_judge import WEIGHTS

LABELS = {SUPPORTED: "entailment", CONTRADICTED: "contradiction", NOT_SAID: "neutral"}
SMALL = 1e-3
"""BERT's own classifier reads tanh(pooler), ours reads the state at [CLS] itself, which is below 20: so far tanh(SMALL * x) is SMALL * x
to a ten-thousandth."""


def export(weights: Path, folder: Path) -> None:
    """Write model, config and tokenizer into `folder`. Raises KeyError if the weights are another model's."""
    judge = build()
    load_weights(judge, weights)
    config = AutoConfig.from_pretrained(model_folder(), id2label=LABELS, label2id={name: at for at, name in LABELS.items()})
    config.update({CLAIM_FIRST: True, "architectures": ["BertForSequenceClassification"]})
    model = BertForSequenceClassification(config)
    model.bert.load_state_dict(judge.enc.state_dict(), strict=False)  # ours has no pooler
    assert model.bert.pooler is not None
    with torch.no_grad():
        model.bert.pooler.dense.weight.copy_(torch.eye(config.hidden_size) * SMALL)
        model.bert.pooler.dense.bias.zero_()
        model.classifier.weight.copy_(judge.verdict.weight / SMALL)
        model.classifier.bias.copy_(judge.verdict.bias)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(model_folder(), model_max_length=MAX_TOKENS).save_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    export(given.weights, given.out)


if __name__ == "__main__":
    main()
