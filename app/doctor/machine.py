"""What can be looked at without opening the home."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from app import __version__
from app.doctor.finding import Finding
from app.doctor.models import examine_models
from app.installed import setup_libraries
from app.settings import Settings
from app.stores.home import OWNER_FILE, is_nameless, owner
from app.stores.private import open_to_others

LOW_BYTES, FULL_BYTES = 1_000_000_000, 100_000_000
"""Free space below which it warns, and below which it calls it an error: an index merge needs room for a copy."""
LIBRARIES = ("chromadb", "tantivy", "sentence-transformers", "torch", "langchain-core", "gradio", "xllamacpp")


def examine_machine(settings: Settings) -> list[Finding]:
    """What can be looked at without opening the home: libraries, models, disk, port, a lock left behind."""
    return [
        *_libraries(),
        *examine_models(settings),
        *_disk(settings),
        *_port(settings),
        *_lock(settings),
        *_others(settings),
    ]


def _libraries() -> Iterator[Finding]:
    found, missing = [f"Dateline {__version__}", f"Python {sys.version.split()[0]}"], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding(level="ok", what=", ".join(found) + ".")
    if missing:
        yield Finding(level="error", what=f"not installed: {', '.join(missing)}.", mend=setup_libraries(missing))


def _disk(settings: Settings) -> Iterator[Finding]:
    place = settings.home.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    what = f"{free / 1e9:.1f} GB free for {settings.home}."
    if free < LOW_BYTES:
        mend = "Free some space, or set DATELINE_HOME to another disk."
        yield Finding(level="error" if free < FULL_BYTES else "warning", what=what, mend=mend)
    else:
        yield Finding(level="ok", what=what)


def _port(settings: Settings) -> Iterator[Finding]:
    holder = owner(settings.home)
    if holder is not None and holder.port is not None:
        yield Finding(level="ok", what=f"`{holder.kind}` listens on {holder.host}:{holder.port} (process {holder.pid}).")
        return
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            what = f"`serve` could not listen on {settings.host}:{settings.port}: {(error.strerror or str(error)).lower()}."
            yield Finding(level="warning", what=what, mend=f"python -m app serve --port {settings.port % 65_535 + 1}")
        else:
            yield Finding(level="ok", what=f"port {settings.port} is free.")


def _lock(settings: Settings) -> Iterator[Finding]:
    file = settings.home / OWNER_FILE
    if is_nameless(settings.home):
        what = f"a command is writing in the home, and {file} does not say which: it is lost or hurt."
        yield Finding(level="error", what=what, mend="Stop that command (`ps` names it), then: python -m app serve")
    elif file.exists() and owner(settings.home) is None:
        what = "a command that wrote here was killed; the next one takes over and goes on."
        yield Finding(level="warning", what=what, mend="python -m app serve")


def _others(settings: Settings) -> Iterator[Finding]:
    """What is ours is narrowed whenever the home is opened; a folder that holds other files too is left to its user."""
    try:
        found = open_to_others(settings.home)
    except OSError:  # not there, or not ours: opening the home says so
        return
    if found:
        what = f"other users of this machine can reach {len(found)} files or folders of the home, such as {found[0]}."
        yield Finding(level="warning", what=what, mend=f"chmod go-rwx {settings.home}")
    elif settings.home.is_dir():
        yield Finding(level="ok", what=f"{settings.home} is closed to other users.")
