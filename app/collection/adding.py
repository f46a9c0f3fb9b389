"""Files that somebody hands in, each read as one that lies on the disk would be."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from app.collection.names import safe_name
from app.errors import DatelineError
from app.indexing.pipeline import Pipeline
from app.stores.faults import FAILED, SPACE, is_full

FOLDER = "added"
WAIT_SECONDS = 5.0
"""How long one writer waits for another before it says so and lets go."""


class Added(BaseModel):
    """What became of one file."""

    state: Literal["added", "updated", "unchanged", "failed"]
    added: int = Field(0, description="Articles that are new; a file of records has many.")
    updated: int = 0
    unchanged: int = 0
    reasons: list[str] = Field([], description="Why articles of it, or all of it, could not be read.")
    warnings: list[str] = []


class Adding:
    """A file lies under `HOME/added/`, at its own name, only while it is read: the catalog keeps its text, so that a removed article
    leaves nothing behind. Its name is its identity: what comes again under it is the same article, unchanged or updated, and
    `remove HOME/added/NAME` takes it out."""

    def __init__(self, home: Path, pipeline: Pipeline, writing: threading.Lock) -> None:
        self._folder = home / FOLDER
        self._pipeline = pipeline
        self._writing = writing

    def clear(self) -> None:
        """Drop what a killed process was reading; for the owner of the home."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, name: str, body: bytes) -> Added:
        """Read the file and bring its articles in, words at once, vectors with the next `catch_up`. Raises DatelineError where that
        cannot be done at all: the name is none, the disk is full, something else writes for longer than WAIT_SECONDS."""
        place = self._folder / safe_name(name)
        with taken(self._writing), self._laid(place, body):
            report = self._pipeline.ingest([place])
        if report.read:
            state: Literal["added", "updated", "unchanged"] = "added" if report.added else "updated" if report.updated else "unchanged"
        here = str(place.resolve())
        return Added(
            state=state if report.read else "failed",
            added=report.added,
            updated=report.updated,
            unchanged=report.unchanged,
            reasons=[_said(one.path, here, one.error) for one in report.failed],
            warnings=[_said(one.path, here, one.warning) for one in report.warnings],
        )

    @contextlib.contextmanager
    def _laid(self, place: Path, body: bytes) -> Iterator[None]:
        try:
            try:
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
                    file.write(body)
            except OSError as error:
                mend = SPACE if is_full(error) else "Try it again."
                raise DatelineError(f"the file cannot be laid down in the home: {error.strerror}.", mend, http=FAILED) from error
            yield
        finally:
            self.clear()


@contextlib.contextmanager
def taken(writing: threading.Lock) -> Iterator[None]:
    """Hold the lock on writing. Raises DatelineError (503) where another writer keeps it for longer than WAIT_SECONDS."""
    if not writing.acquire(timeout=WAIT_SECONDS):
        raise DatelineError("another command is writing articles.", "It is tried again.", http=FAILED)
    try:
        yield
    finally:
        writing.release()


def _said(path: str, here: str, message: str) -> str:
    """The message, with the line of the file where it tells one; the place within the home is nobody's business."""
    line = path.removeprefix(f"{here}:")
    return f"Line {line}: {message}" if line.isdigit() else message
