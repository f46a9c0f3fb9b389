"""What the page asks of the service: the part of `app.service.Service` that it uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from app.answer import Event, Example, Health, Request, SourceSummary, Version
from app.article import Article
from app.collection import Collection
from app.settings import Settings
from app.stores.conversations import Conversations
from app.stores.stores import Stores
from app.watching import Following


class Answering(Protocol):
    """What gives answers, event by event."""

    def answer(self, request: Request) -> Iterator[Event]: ...


class PageService(Answering, Protocol):
    """`Service` is one; tests of single states hand in a scripted one."""

    @property
    def settings(self) -> Settings: ...

    @property
    def stores(self) -> Stores: ...

    @property
    def collection(self) -> Collection: ...

    @property
    def following(self) -> Following: ...

    @property
    def conversations(self) -> Conversations: ...

    def article(self, article_id: str, /) -> Article | None: ...

    def article_until(self, article_id: str, until: str, /) -> Article | None: ...

    def versions(self, key: str, /) -> list[Version]: ...

    def changed(self, article_id: str, /) -> date | None: ...

    def sources(self) -> list[SourceSummary]: ...

    def health(self) -> Health: ...

    def examples(self) -> list[Example]: ...
