"""What a source gives, one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.article import Article
from app.reading import Problem


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to here the source has been read. `keep` writes that down, and is called when all articles before it are in the record, never
    earlier: what a kill takes is then read again, and nothing is lost."""

    keep: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """So many articles are as they were, and were not even fetched."""

    count: int


Item = Article | Problem | Mark | Unchanged
