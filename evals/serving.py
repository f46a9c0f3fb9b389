"""The service as evals use it: opened for one run, given its articles, refused where a part of it is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import DatelineError
from app.settings import Settings

if TYPE_CHECKING:
    from app.indexing.progress import Progress
    from app.service import Service


@contextmanager
def opened(settings: Settings) -> Iterator[Service]:
    """A service that owns the settings' home, until the block ends."""
    from app.service import Service

    service = Service.open(settings, "own", "evals")
    try:
        yield service
    finally:
        service.close()


def bring_in(articles: Sequence[Path], settings: Settings, progress: Progress) -> list[str]:
    """Ingest and embed the articles, as far as that is not done; returns a line for each that could not be read."""
    with opened(settings) as service:
        return [f"{failed.path}: {failed.error}" for failed in service.ingest(list(articles), progress).failed]


def refuse_half(service: Service) -> None:
    """Figures of a service that lacks a model or vectors would be taken for those of the whole: raises DatelineError."""
    health = service.health()
    if health.detail:
        raise DatelineError(f"nothing is measured while a part is missing: {health.detail}", "Mend it and run again.")
    if health.embedded < health.passages:
        raise DatelineError(f"only {health.embedded} of {health.passages} passages have vectors.", "Run it again to make the rest.")
