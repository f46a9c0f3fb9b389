"""Weights that were trained here, as they are stored: matrices as int8 with a scale for each row, the rest in float32."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.encoding.sentence_transformer import number_type
from app.errors import DatelineError, first_line

SCALE = ".scale"
SMALL = 4096
"""Numbers of a matrix up to which it is stored as it is: a head."""


def trained_names(model: Any) -> list[str]:
    """What training changes: everything but the embeddings."""
    return [name for name, _ in model.named_parameters() if "embeddings" not in name]


def load_network(build: Callable[[str], Any], path: Path, whose: str, heads: tuple[str, ...]) -> Any:
    """The network that `build` makes, with the weights in `path`, ready for use: layers in the processor's number type, heads in float32.

    Raises DatelineError if the weights are not there or are another model's. `whose`: "the reader's".
    """
    from safetensors import SafetensorError
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    model = build(number_type())
    try:
        load_weights(model, path)
    except (OSError, KeyError, RuntimeError, SafetensorError) as error:
        raise DatelineError(f"{whose} weights {path} cannot be used: {first_line(error)}.", "Check Dateline out anew.") from None
    for head in heads:
        getattr(model, head).float()
    return model.eval()


def load_weights(model: Any, path: Path, *, layers_only: bool = False) -> None:
    """Put the layers and heads in `path` into `model`; with `layers_only` the heads stay as they are, to be trained anew.

    Raises KeyError if some are missing in the file.
    """
    from safetensors.torch import load_file

    stored = load_file(path)
    names = [name for name in trained_names(model) if name.startswith("enc.") or not layers_only]
    missing = [name for name in names if name not in stored]
    if missing:
        raise KeyError(missing[0])
    whole = {}
    for name in names:
        coarse = not stored[name].is_floating_point()
        whole[name] = stored[name].float() * stored[name + SCALE] if coarse else stored[name].float()
    model.load_state_dict(whole, strict=False)


def save_weights(model: Any, path: Path) -> None:
    """Layers and heads alone, put in place whole."""
    import torch
    from safetensors.torch import save_file

    kept: dict[str, torch.Tensor] = {}
    state = model.state_dict()
    for name in trained_names(model):
        weight = state[name].float()
        if weight.dim() == 2 and weight.numel() > SMALL:
            scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
            kept[name], kept[name + SCALE] = torch.round(weight / scale).to(torch.int8).contiguous(), scale
        else:
            kept[name] = weight.contiguous()
    part = path.with_suffix(".part")
    save_file(kept, part)
    part.replace(path)
