"""Models of others, which a setting names by a folder or by their name on a hub."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from app.errors import DatelineError
from app.settings import Settings

OURS = frozenset({"packaged", "hashing", "rules", "off"})
"""Words of the settings that name no model of others."""
OWNER = "cross-encoder"
"""Whose a cross-encoder is that is named without its owner, as sentence-transformers has it."""


def shut_hub(settings: Settings) -> None:
    """Let no library of this process call a hub, unless a setting names a model of one. Whatever loads models calls it first: it takes
    hold only before huggingface_hub is imported."""
    others = {settings.embedding_model, settings.support_model, settings.reranker} - OURS
    if all(Path(model).expanduser().is_dir() for model in others):
        os.environ.setdefault("HF_HUB_OFFLINE", "1")


def folder_of(model: str) -> Path | None:
    """The folder that `model` names; None for a name on a hub. Raises DatelineError for what can be neither."""

    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder.resolve()
    _kept_config(model)
    return None


def _kept_config(name: str) -> Path | None:
    """`config.json` of a hub's model as it was fetched once; None if it was not."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        kept = try_to_load_from_cache(name if "/" in name else f"{OWNER}/{name}", "config.json")
    except HFValidationError:
        raise DatelineError(f"{name} is neither a folder nor a model's name on a hub.") from None
    return Path(kept) if isinstance(kept, str) else None


def identity(model: str) -> str:
    """A folder is named by its path and the time of its weights, so that a retrained model is a new one."""
    folder = Path(model).expanduser()
    if not folder.is_dir():
        return model
    newest = max((file.stat().st_mtime_ns for file in folder.rglob("*.safetensors")), default=0)
    return f"{folder.resolve()}@{newest}"


def config_of(model: str) -> dict[str, Any] | None:
    """What a cross-encoder's `config.json` says; None for a model of a hub that is not on this machine yet. Calls no hub.

    Raises DatelineError if there is no such model or its config cannot be read.
    """
    folder = folder_of(model)
    path = _kept_config(model) if folder is None else folder / "config.json"
    if path is None:
        return None
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise DatelineError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DatelineError(f"{path} is no object of JSON.")
    return found
