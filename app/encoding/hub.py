"""Models of others, which a setting names by a folder or by their name on a hub."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import DatelineError

OWNERS = {"CrossEncoder": "cross-encoder", "SentenceTransformer": "sentence-transformers"}
"""Whose a model of a hub is that is named without its owner, as sentence-transformers has it."""
WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
KIND = "ForSequenceClassification"


def folder_of(model: str) -> Path | None:
    """The folder that `model` names; None for a name on a hub. Raises DatelineError for what can be neither."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder.resolve()
    cached(model, "config.json")
    return None


def identity(model: str) -> str:
    """A folder is named by its path and the time of its weights, so that a retrained model is a new one."""
    folder = Path(model).expanduser()
    if not folder.is_dir():
        return model
    newest = max((file.stat().st_mtime_ns for file in folder.rglob("*.safetensors")), default=0)
    return f"{folder.resolve()}@{newest}"


def check_kind(model: str, kinds: Sequence[str]) -> None:
    """Raise DatelineError for a transformer that was not trained to judge texts: it would be given a head of chance."""
    if not any(kind.endswith(KIND) for kind in kinds):
        raise DatelineError(f"{model} is {' or '.join(kinds) or 'of no stated kind'}, not a cross-encoder (…{KIND}).")


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What can be seen of a cross-encoder without loading it: what its scores stand for, and the size of its weights."""

    labels: tuple[str, ...]
    bytes: int


def look_at(model: str) -> OnDisk | None:
    """The files of a cross-encoder in a folder or as they were fetched; None for a model of a hub that is not on this machine. Calls no
    hub. Raises DatelineError if there is no such model, or it cannot be loaded as a cross-encoder."""
    folder = folder_of(model)
    path = cached(model, "config.json") if folder is None else folder / "config.json"
    if path is None:
        return None
    config = _read(path)
    built = path.with_name("config_sentence_transformers.json")
    if not built.exists() or _read(built).get("model_type") != "CrossEncoder":  # those can have a head of another kind
        check_kind(model, [str(kind) for kind in config.get("architectures") or ()])
    weights = sum(file.stat().st_size for pattern in WEIGHTS for file in path.parent.rglob(pattern))
    if not weights:
        raise DatelineError(f"there are no weights in {path.parent}.")
    names = config.get("id2label", {"0": "LABEL_0", "1": "LABEL_1"})  # transformers writes none where nobody named them
    try:
        return OnDisk(tuple(str(names[key]) for key in sorted(names, key=int)), weights)
    except (TypeError, ValueError):
        raise DatelineError(f"`id2label` in {path} does not name labels by their places.") from None


def _read(config: Path) -> dict[str, Any]:
    try:
        found = json.loads(config.read_bytes())
    except OSError as error:
        raise DatelineError(f"{config} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DatelineError(f"{config} is no object of JSON.")
    return found


def cached(name: str, file: str, kind: str = "CrossEncoder") -> Path | None:
    """A file of a hub's model as it was fetched once; None if it was not. Raises DatelineError for what is no name."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        kept = try_to_load_from_cache(name if "/" in name else f"{OWNERS[kind]}/{name}", file)
    except HFValidationError:
        raise DatelineError(f"{name} is neither a folder nor a model's name on a hub.") from None
    return Path(kept) if isinstance(kept, str) else None
