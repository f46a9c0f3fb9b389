"""The way to a hub: shut for this process, whatever its libraries would ask there. A model that a setting names there is brought onto
this machine once, by a process of its own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Literal, TypeVar

from app.encoding.hub import cached, folder_of
from app.errors import DatelineError

log = logging.getLogger(__name__)
T = TypeVar("T")
Kind = Literal["CrossEncoder", "SentenceTransformer"]
OFFLINE = "HF_HUB_OFFLINE"
_FETCH = """
import sys
import sentence_transformers
try:
    getattr(sentence_transformers, sys.argv[1])(sys.argv[2], device="cpu")
except Exception as error:
    sys.exit((str(error).strip() or type(error).__name__).splitlines()[0])
"""
_shut_here = False


def shut_hub() -> None:
    """Let no library of this process call a hub. Whatever loads models calls it first: it takes hold before huggingface_hub is imported.
    (huggingface_hub asks its hub for a list of agents once a day, even where all files are here.)"""
    global _shut_here
    if OFFLINE not in os.environ:
        os.environ[OFFLINE], _shut_here = "1", True


def load_named(kind: Kind, model: str, load: Callable[[str], T]) -> T:
    """What `load` makes of the folder or the hub's model that `model` names; the latter is fetched where it is not here whole.

    Raises DatelineError if there is no such model, or it cannot be fetched; and whatever `load` raises.
    """
    folder = folder_of(model)
    if folder is not None:
        return load(str(folder))
    # What another program keeps of a model may lack this file, and load as another model.
    if kind == "CrossEncoder" or cached(model, "modules.json", kind):
        try:
            return load(model)
        except (OSError, ValueError, DatelineError) as error:
            log.info("%s: %s", model, error)
    _fetch(kind, model)
    return load(model)


def _fetch(kind: Kind, name: str) -> None:
    """Load it once with the hub open, in another process, which leaves the files in the cache."""
    if not _shut_here and os.environ.get(OFFLINE):
        raise DatelineError(f"{name} is not on this machine, and {OFFLINE} keeps it from being fetched.")
    log.info("fetching %s from its hub", name)
    command = [sys.executable, "-P", "-c", _FETCH, kind, name]
    done = subprocess.run(command, env=os.environ | {OFFLINE: "0"}, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["its process ended"])[-1].rstrip(".")
        raise DatelineError(f"{name} cannot be fetched: {why}.")
