"""What can be done with a collection of articles, wherever it is: `Service` has it in this process, `Client` in a `serve` that runs.

Whoever takes an `Archive` works with either. What only one of them has is no part of it, and stands here:

- `Service` alone loads models, embeds (`catch_up`), rebuilds (`reindex`), keeps examples, shows what it has in view (`look`), and looks at
  what is followed (`watcher`).
  `reindex` beside a running `serve` raises DatelineError: the home has an owner.
- `Client` alone has an `address`, and `doctor`, which the owner of the home must do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from app.answer import Answer, Event, Health, Hit, IngestReport, Request, SearchRequest, SourceSummary, Version
from app.article import Article

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from app.follow import FollowsPlaces


class Archive(Protocol):
    """Thread safe. Every method raises DatelineError for what a person can mend."""

    def answer(self, request: Request, config: Any = None) -> Iterator[Event]:
        """The events of an answer as they come; `done`, the last, holds the whole. `config` (LangChain's: callbacks, tags) reaches the
        language model only where that is in this process."""
        ...

    def ask(self, request: Request) -> Answer:
        """The whole answer."""
        ...

    def search(self, request: SearchRequest) -> list[Hit]:
        """The `k` best passages, best first."""
        ...

    def article(self, article_id: str, /) -> Article | None:
        """The article of an id (20 hexadecimal digits), as citations and hits name it. A Client is not told its file."""
        ...

    def find(self, key: str, /) -> Article | None:
        """The article of an id, URL or file."""
        ...

    def versions(self, key: str, /) -> list[Version]:
        """What the article of an id, URL or file says and what it said before, the last first; of one that was removed, what it said.
        Empty where nothing is known."""
        ...

    def sources(self) -> list[SourceSummary]:
        """The outlets, with their articles and dates."""
        ...

    def health(self) -> Health:
        """How much is there and what works."""
        ...

    def ingest(self, places: Sequence[Path | str], /) -> IngestReport:
        """Bring in files, folders, and what is new at addresses. On return they are found by words; beside a `serve` the vectors follow."""
        ...

    def remove(self, keys: Sequence[str], *, erase: bool = False) -> tuple[list[str], list[str]]:
        """Take articles out by file, URL or id. Returns (ids removed, keys that match nothing). With `erase` nothing is kept that they
        said, and articles that were removed earlier count too."""
        ...

    @property
    def following(self) -> FollowsPlaces:
        """What is followed: feeds, sitemaps, pages and folders that are looked at again and again."""
        ...

    def chain(self) -> Runnable[Any, Answer]:
        """It as a LangChain Runnable."""
        ...

    def close(self) -> None:
        """Free what it holds; a `with` block does so at its end."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
