"""What is wrong with a home and its machine, each with the command that mends it."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from app import __version__
from app.errors import DatelineError
from app.settings import Settings
from app.stores.home import OWNER_FILE, owner

if TYPE_CHECKING:
    from app.stores.stores import Stores

LOW_BYTES, FULL_BYTES = 1_000_000_000, 100_000_000
"""Free space below which it warns, and below which it calls it an error: an index merge needs room for a copy."""
LIBRARIES = ("chromadb", "tantivy", "sentence-transformers", "torch", "langchain-core", "gradio", "xllamacpp")
SETUP = "make setup"
REINDEX = "python -m app reindex"


class Finding(BaseModel):
    """One thing that was looked at. `mend` is a command or a short instruction; empty if nothing is to be done."""

    level: Literal["ok", "warning", "error"]
    what: str
    mend: str = ""


def examine(settings: Settings, stores: Stores) -> list[Finding]:
    """Everything. Takes a second or two, most of it for the models' hashes; needs no model loaded."""
    return [*examine_machine(settings), *_catalog(stores), *_indexes(settings, stores), *_model_of_vectors(settings, stores)]


def examine_machine(settings: Settings) -> list[Finding]:
    """What can be looked at without opening the home: libraries, models, disk, port, a lock left behind."""
    return [*_libraries(), *_embedding_model(settings), *_language_model(settings), *_disk(settings), *_port(settings), *_lock(settings)]


def _libraries() -> Iterator[Finding]:
    found, missing = [f"Dateline {__version__}", f"Python {sys.version.split()[0]}"], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding(level="ok", what=", ".join(found) + ".")
    if missing:
        yield Finding(level="error", what=f"not installed: {', '.join(missing)}.", mend=SETUP)


def _embedding_model(settings: Settings) -> Iterator[Finding]:
    if settings.embedding_model != "packaged":
        yield Finding(level="ok", what=f"embedding model {settings.embedding_model}; its weights are yours to check.")
        return
    from app.encoding.packaged import model_folder, verify_weights

    try:
        verify_weights(model_folder())
    except DatelineError as error:
        yield Finding(level="error", what=error.what, mend=SETUP)
    else:
        yield Finding(level="ok", what="embedding model all-MiniLM-L6-v2, weights as published.")


def _language_model(settings: Settings) -> Iterator[Finding]:
    kind, _, name = settings.llm.partition(":")
    if settings.llm == "none":
        yield Finding(level="ok", what="no language model is set: answers are the quotes themselves.")
    elif settings.llm == "smollm2":
        yield _smollm2()
    elif kind == "gguf":
        yield _gguf(Path(name))
    else:
        yield Finding(level="ok", what=f"language model {settings.llm}; it is not called by this check.")


def _smollm2() -> Finding:
    from app.answering.models import packaged_gguf, verify_gguf

    try:
        path = packaged_gguf()
        sound = verify_gguf(path)
    except (DatelineError, OSError) as error:
        return Finding(level="error", what=f"the packaged language model cannot be read: {error}", mend=SETUP)
    if not sound:
        return Finding(level="error", what=f"the language model {path} is not the file that was packaged.", mend=SETUP)
    return Finding(level="ok", what="language model SmolLM2-135M-Instruct, file as packaged.")


def _gguf(path: Path) -> Finding:
    try:
        with open(path, "rb") as file:
            magic = file.read(4)
    except OSError as error:
        return Finding(level="error", what=f"the language model {path} cannot be read: {error.strerror}.", mend="Mend DATELINE_LLM.")
    if magic != b"GGUF":
        return Finding(level="error", what=f"the language model {path} is no GGUF file.", mend="Mend DATELINE_LLM.")
    return Finding(level="ok", what=f"language model {path}.")


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
    if (settings.home / OWNER_FILE).exists() and owner(settings.home) is None:
        what = "a command that wrote here was killed; the next one takes over and goes on."
        yield Finding(level="warning", what=what, mend="python -m app serve")


def _catalog(stores: Stores) -> Iterator[Finding]:
    from app.stores.schema import PASSAGES_VERSION

    try:
        broken = [row[0] for row in stores.catalog.rows("PRAGMA quick_check(1)") if row[0] != "ok"]
    except sqlite3.DatabaseError as error:
        broken = [str(error)]
    if broken:
        mend = "Restore catalog.sqlite from a backup, or move the home away and ingest again."
        yield Finding(level="error", what=f"the catalog is damaged: {broken[0].splitlines()[0]}.", mend=mend)
        return
    articles = _number(stores, "SELECT COUNT(*) FROM articles")
    if articles:
        yield Finding(level="ok", what=f"{articles} articles, {_number(stores, 'SELECT COUNT(*) FROM passages')} passages.")
    else:
        yield Finding(level="warning", what="there are no articles yet.", mend="python ingest.py corpus")
    if stores.catalog.meta("passages_version") != str(PASSAGES_VERSION):
        yield Finding(level="warning", what="the passages were cut by an older version.", mend=REINDEX)


def _indexes(settings: Settings, stores: Stores) -> Iterator[Finding]:
    """Numbers of the catalog against those of both indexes."""
    owed = _number(stores, "SELECT COUNT(*) FROM articles WHERE worded = 0")
    owed += _number(stores, "SELECT COUNT(*) FROM journal WHERE words = 1")
    worded = _number(stores, "SELECT COUNT(*) FROM passages")
    stores.passage_words.reload()
    found = stores.passage_words.count
    if owed:
        yield Finding(level="warning", what=f"{owed} articles are still to enter or leave the word index.", mend="python -m app serve")
    elif found != worded:
        yield Finding(level="error", what=f"the word index holds {found} passages, the catalog {worded}.", mend=REINDEX)
    else:
        yield Finding(level="ok", what=f"the word index holds all {found} passages.")
    yield from _vectors(settings, stores)


def _vectors(settings: Settings, stores: Stores) -> Iterator[Finding]:
    waiting = _number(stores, "SELECT COUNT(*) FROM passages WHERE embedded = 0")
    if waiting:
        what = f"{waiting} passages have no vector yet: they are found by words."
        yield Finding(level="warning", what=what, mend="python -m app serve (it makes them while it answers)")
    if stores.vectors is None and not stores.vectors_allowed:
        yield Finding(level="warning", what="the vectors are being written by another command, so they were not looked at.")
        return
    try:
        found = _stored_vectors(settings, stores)
    except DatelineError as error:
        yield Finding(level="error", what=error.what, mend=error.do)
        return
    embedded = _number(stores, "SELECT COUNT(*) FROM passages WHERE embedded = 1")
    # Between a write to Chroma and its note in the catalog a kill leaves more vectors than noted; they are made again.
    if found < embedded or (not waiting and not _number(stores, "SELECT COUNT(*) FROM journal WHERE vectors = 1") and found != embedded):
        yield Finding(level="error", what=f"Chroma holds {found} vectors, the catalog says {embedded}.", mend=REINDEX)
    else:
        yield Finding(level="ok", what=f"Chroma holds {found} vectors.")


def _stored_vectors(settings: Settings, stores: Stores) -> int:
    from app.stores.vectors import VectorStore

    if stores.vectors is not None:
        return stores.vectors.count
    if settings.chroma_url is None and not (stores.home / "chroma").exists():
        return 0
    opened = VectorStore(stores.home / "chroma", settings.chroma_url)
    try:
        return opened.count
    finally:
        opened.close()


def _model_of_vectors(settings: Settings, stores: Stores) -> Iterator[Finding]:
    from app.encoding import encoder_name

    made_with = stores.catalog.meta("embedding_model")
    folder = Path(settings.embedding_model)
    now = encoder_name(settings) or (str(folder.resolve()) if folder.is_dir() else settings.embedding_model)
    if made_with is not None and not made_with.startswith(now):
        what = f"the vectors were made with {made_with}, the embedding model is now {now}."
        yield Finding(level="error", what=what, mend=f"{REINDEX} (or set DATELINE_EMBEDDING_MODEL back)")


def _number(stores: Stores, statement: str) -> int:
    return int(stores.catalog.rows(statement)[0][0])
