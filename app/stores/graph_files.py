"""The files of Chroma's graph (HNSW), which carry no checksums: a hurt one ends the whole process that opens it, with no error to catch.

So their sums are noted when they are closed, and looked at before they are opened. Files that were written after that, by a process that
was killed, are first opened by a process of its own, which may die of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Literal

NOTE = "dateline-sums.json"
CHUNK = 1_000_000
TRIAL_SECONDS = 600
"""Reading a million vectors takes a minute."""
PROBES = 200
"""Vectors that the trial searches for: from each it walks through some hundred others."""
_ROOT = Path(__file__).parents[2]
_MAIN = "import sys; from app.stores.graph_files import try_out; try_out(sys.argv[1])"


def look(folder: Path) -> Literal["none", "as noted", "hurt", "unknown"]:
    """What is known of the files without opening them: none is there, they are as they were closed, the disk has changed them under their
    date, or they were written since."""
    files = _files(folder)
    try:
        noted = json.loads((folder / NOTE).read_bytes())
        known = {name: tuple(values) for name, values in noted.items()}
    except FileNotFoundError:
        return "unknown" if files else "none"
    except (OSError, ValueError, AttributeError, TypeError):
        return "unknown"
    now = {str(path.relative_to(folder)): path for path in files}
    if not known.keys() <= now.keys():
        return "hurt"
    dated = {name: _dated(path) for name, path in now.items()}
    if any(dated[name] != said[:2] for name, said in known.items()) or now.keys() != known.keys():
        return "unknown"
    return "as noted" if all(_sum(now[name]) == said[2] for name, said in known.items()) else "hurt"


def note(folder: Path) -> None:
    """Remember the files as they are now, all closed. What cannot be noted is tried out the next time."""
    try:
        sums = {str(path.relative_to(folder)): [*_dated(path), _sum(path)] for path in _files(folder)}
        fresh = folder / f"{NOTE}.new"
        fresh.write_text(json.dumps(sums))
        os.replace(fresh, folder / NOTE)
    except OSError:
        forget(folder)


def forget(folder: Path) -> None:
    """The files are about to be written."""
    (folder / NOTE).unlink(missing_ok=True)


def survives(folder: Path) -> bool:
    """Whether a process that opens them, reads every vector and searches for some ends well. Takes two seconds and more."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    quiet = subprocess.DEVNULL
    command = [sys.executable, "-P", "-c", _MAIN, str(folder.absolute())]
    try:
        tried = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": path}, stdin=quiet, stdout=quiet, stderr=quiet, timeout=TRIAL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return tried.returncode == 0


def try_out(folder: str) -> None:
    """Read and search all that is there, in a process that nobody misses."""
    from app.stores.matrix import sound
    from app.stores.vectors import VectorStore

    store = VectorStore(Path(folder), None, tried=True)
    count = store.count
    every, whole = max(1, count // PROBES), 0
    for _, vectors in store.all():
        whole += int(sound(vectors).sum())
        for vector in vectors[::every]:
            store.search(vector, 10)
    # Without Python's end, in which libraries that are hurt may hang.
    os._exit(0 if whole == count else 1)


def _files(folder: Path) -> list[Path]:
    """Those of every graph; the list of vectors beside them is SQLite's and looks after itself."""
    return sorted(path for path in folder.glob("*/*") if path.is_file())


def _dated(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _sum(path: Path) -> int:
    total = 0
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            total = zlib.crc32(chunk, total)
    return total
