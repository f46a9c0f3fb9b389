"""A home that is open only while it is asked: an assistant may run for days, and a lock held so long would keep writers out."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread

from app.client import Client
from app.errors import DatelineError
from app.reach import beside

if TYPE_CHECKING:
    from app.answering.models import LanguageModel
    from app.answering.readers import Reader
    from app.archive import Archive
    from app.encoding import Encoder
    from app.retrieval.reranker import Reranker
    from app.settings import Settings
    from app.support.judge import Judge

LINGER_SECONDS = 1.0
"""How long a home stays open for the next request: well under the 3 s for which a writer waits (`stores/home.py`)."""

log = logging.getLogger(__name__)


class Models:
    """What is loaded once and lent to each service that opens the home. Loading needs no home and no lock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._loaded = False
        self._encoder: Encoder | None = None
        self._reader: Reader | None = None
        self._reranker: Reranker | None = None
        self._model: LanguageModel | None = None
        self._judge: Judge | None = None

    def load(self) -> None:
        """Block until they are loaded (10 s the first time). What cannot be is left to the service, which says so in its notes."""
        from app.answering.models import load_language_model
        from app.answering.readers import READERS
        from app.answering.rerankers import load_reranker
        from app.support.load import load_judge

        with self._lock:
            if self._loaded:
                return
            with suppress(DatelineError):
                self._model = load_language_model(self._settings)
            with suppress(DatelineError):
                self._encoder = self.encoder(self._settings)
            with suppress(DatelineError):
                self._reader = READERS[self._settings.reader](self._encoder)
            with suppress(DatelineError):
                self._judge = load_judge(self._settings) if self._model is not None else None
            with suppress(DatelineError):
                self._reranker = load_reranker(self._settings)
            self._loaded = True

    def encoder(self, settings: Settings) -> Encoder:
        """Raises DatelineError if it cannot be loaded."""
        from app.encoding import load_encoder

        return self._encoder or load_encoder(settings)

    def open(self) -> Archive:
        """The running `serve`, else the home opened to read, with these models."""
        from app.service import Service

        client = beside(self._settings)
        if client is not None:
            return client
        self.load()
        client = beside(self._settings)  # one that started meanwhile
        if client is not None:
            return client
        service = Service.open(self._settings, "read", "reader", self.encoder)
        try:
            service.lend(self._reader, self._model, self._judge, self._reranker)
            if service.health().articles:
                service.load_models()
        except BaseException:
            service.close()
            raise
        return service


class Held:
    """Opens at the first request, closes LINGER_SECONDS after the last. For one event loop."""

    def __init__(self, settings: Settings, places: CapacityLimiter) -> None:
        self._models = Models(settings)
        self._places = places
        self._lock = asyncio.Lock()
        self._archive: Archive | None = None
        self._users = 0
        self._closing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Archive]:
        """The archive, open as long as this block."""
        async with self._lock:
            if self._archive is None:
                self._archive = await to_thread.run_sync(self._models.open)
            archive = self._archive
            self._users += 1
        if self._closing is not None:
            self._closing.cancel()
        try:
            yield archive
        finally:
            self._users -= 1
            if not self._users:
                # A `serve` may end or start anew at any time: it is looked for each time.
                self._closing = asyncio.create_task(self._close_after(0.0 if isinstance(archive, Client) else LINGER_SECONDS))

    async def _close_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        # An answer that nobody waits for any more ends a little later, and needs the home until then.
        while self._places.borrowed_tokens:
            await asyncio.sleep(LINGER_SECONDS / 10)
        async with self._lock:
            if not self._users and self._archive is not None:
                archive, self._archive = self._archive, None
                await to_thread.run_sync(archive.close)
