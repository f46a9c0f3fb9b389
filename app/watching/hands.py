"""What watching works with: the parts of a service by which articles come and go, under its one lock on writing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.indexing.backlog import Backlog
from app.indexing.pipeline import Pipeline, Read
from app.settings import Settings
from app.sources.web import Web
from app.stores.protocols import CatalogProtocol
from app.stores.stores import Stores


@dataclass(frozen=True, slots=True)
class Hands:
    """`read` reads files in the process for reading; `drop_vectors` takes the vectors of removed articles out. Whoever sets `stop` wants
    what is under way to end soon."""

    settings: Settings
    stores: Stores
    web: Web
    pipeline: Pipeline
    read: Read
    backlog: Backlog
    writing: threading.Lock
    drop_vectors: Callable[[], None]
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def catalog(self) -> CatalogProtocol:
        return self.stores.catalog

    @property
    def home(self) -> Path:
        return self.settings.home.resolve()
