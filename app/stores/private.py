"""A home is its user's alone: folders 0700, files 0600, and nobody else's home is opened."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from app.errors import DatelineError

PRIVATE = 0o700
OTHERS = 0o077
OURS = (
    "catalog.sqlite",
    "conversations.sqlite",
    "words",
    "chroma",
    "matrix",
    "cache",
    "gradio",
    "added",
    "fetched",
    "lock",
    "owner.",
    "dateline.log",
)
"""What the names begin with of all that Dateline writes in a home; whatever else lies there is not ours to change."""


def keep_private(home: Path) -> None:
    """Make the home, or narrow what is wider in it. From here on this process writes every file for its user alone.

    Raises DatelineError for another user's home, OSError if it cannot be made. A folder that also holds files of others keeps its
    own mode, for `doctor` to name; so does what a file system without modes will not narrow.
    """
    # Chroma, Tantivy and SQLite make files of their own: only the process's mask reaches those.
    os.umask(os.umask(OTHERS) | OTHERS)
    home.mkdir(PRIVATE, parents=True, exist_ok=True)
    user = home.stat().st_uid
    if user != os.geteuid():
        raise DatelineError(
            f"the home {home} belongs to another user ({_name(user)}).", "Run it as that user, or set DATELINE_HOME to a folder of yours."
        )
    shared = any(not is_ours(entry.name) for entry in home.iterdir())
    for path in open_to_others(home):
        if path != home or not shared:
            with contextlib.suppress(OSError):
                path.chmod(_mode(path) & ~OTHERS)


def open_to_others(home: Path) -> list[Path]:
    """The home and whatever of ours in it another user may reach, by its mode."""
    return [path for path in (home, *_ours(home)) if _mode(path) & OTHERS]


def _ours(home: Path) -> Iterator[Path]:
    for entry in home.iterdir():
        if is_ours(entry.name):
            yield entry
            if entry.is_dir() and not entry.is_symlink():
                yield from entry.rglob("*")


def _mode(path: Path) -> int:
    """0 for what is gone by now, and for a link, whose mode means nothing."""
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return 0
    return 0 if stat.S_ISLNK(found) else stat.S_IMODE(found)


def is_ours(name: str) -> bool:
    """Whether Dateline writes a file or folder of this name in a home."""
    return name.startswith(OURS)


def _name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
