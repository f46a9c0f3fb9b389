"""A watcher whose clock a test moves, and what it did."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.follow import Follow
from app.service import Service
from app.watching import Following, Round, Watcher

START = 1_800_000_000.0
MINUTE = 60.0
LOOPBACK: dict[str, Any] = {"fetch_private": True, "fetch_pause": 0.0, "read_seconds": 120.0}


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += minutes * MINUTE


class Watch:
    """`Service` with its watcher and list on a clock of the test's."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self.service = service
        self.clock = clock
        self.watcher = Watcher(service.watcher.hands, clock, random.Random(7))
        self.following = Following(service.watcher.hands, lambda: None, clock)

    def add(self, place: str | Path, **options: Any) -> str:
        """Follow it; returns what was said of it."""
        (outcome,) = self.following.change("add", [str(place)], **options)
        assert outcome.done, outcome.line
        return outcome.line

    def of(self, place: str | Path) -> Follow:
        (found,) = [one for one in self.following.follows() if one.place == str(place)]
        return found

    def round(self) -> str:
        """The next round's line, as if whatever is followed were due; empty if nothing was looked at."""
        due = [one.due for one in self.following.follows() if not one.paused]
        self.clock.now = max(self.clock.now, *due) if due else self.clock.now
        return self.at_once()

    def at_once(self) -> str:
        """What is due at this moment. A site that failed is not left to rest: its rest is counted by another clock."""
        self.service._web.close()
        done: Round | None = self.watcher.round()
        return done.line if done else ""


def write(path: Path, text: str) -> Path:
    """A file that was written long ago, as far as its times say."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (START - 1000, START - 1000))
    return path


def titles(service: Service) -> list[str]:
    rows = service.stores.catalog.article_rows()
    return sorted(article.title for article in service.stores.catalog.articles(rows).values())


Make = Callable[..., Watch]
