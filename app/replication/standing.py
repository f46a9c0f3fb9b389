"""Where a process stands among those that share its catalog: what it may do, and how far behind it is."""

from __future__ import annotations

import logging
import threading
from typing import Any, Literal

from app.errors import DatelineError
from app.indexing.backlog import Backlog
from app.replication.following import Follower
from app.settings import Settings
from app.stores.stores import Mode, Stores

log = logging.getLogger(__name__)
Role = Literal["leader", "standby", "replica"]


def serving_mode(settings: Settings) -> Mode:
    """How `serve` opens its home. Raises DatelineError where it is to be a replica of nothing."""
    shared = settings.catalog_url is not None and settings.chroma_url is not None
    if settings.replica and not shared:
        raise DatelineError(
            "a replica follows a catalog and vectors that others write, and has none of its own.",
            "Set DATELINE_CATALOG_URL and DATELINE_CHROMA_URL (docs/scaling.md).",
        )
    return "follow" if shared else "own"


class Standing:
    """Thread safe, but for `follow`. A home that shares nothing is its own leader, and never behind."""

    def __init__(self, stores: Stores, backlog: Backlog, settings: Settings, locks: tuple[threading.Lock, ...]) -> None:
        """`locks`: what whoever writes articles or vectors in this process holds."""
        self._stores = stores
        self._follower = Follower(stores, backlog)
        self._limit = settings.behind_seconds
        self._locks = locks
        self._told: str | None = None

    @property
    def follows(self) -> bool:
        """Whether there is anything to follow."""
        return self._stores.follows

    @property
    def role(self) -> Role:
        if self._stores.owns or not self._stores.follows:
            return "leader"
        return "replica" if self._stores.replica else "standby"

    # Following

    def follow(self, stop: threading.Event | None = None) -> None:
        """As Follower.follow. What fails is told in health and, once, in the log."""
        try:
            self._follower.follow(stop)
            self._tell(None)
        except DatelineError as error:
            self._tell(str(error))

    def _tell(self, trouble: str | None) -> None:
        if trouble is not None and trouble != self._told:
            log.warning("the home cannot follow its catalog: %s", trouble)
        self._told = trouble

    def too_far_behind(self) -> str | None:
        """Why questions are better asked elsewhere, in one line; None where they are not. Asks nobody: it costs nothing."""
        if not self.follows:
            return None
        if not self._follower.has_followed:
            return "this server has not yet read what the catalog holds."
        seconds = self._follower.seconds()
        if seconds <= self._limit:
            return None
        return f"this server has not followed the catalog for {seconds:.0f} s."

    def troubles(self) -> list[str]:
        """What is not as it should be, a line each."""
        if not self.follows:
            return []
        missing = self._follower.missing
        lost = f"Chroma does not give {missing} vectors that the catalog counts." if missing else None
        return [line for line in (self._told, lost, self.too_far_behind()) if line]

    def told(self) -> dict[str, Any]:
        """Fields of Health."""
        changes, seconds = self._follower.behind() if self.follows else (0, 0.0)
        return {"role": self.role, "behind_changes": changes, "behind_seconds": seconds}

    # Leading

    def look(self) -> bool:
        """Lead if nobody does, or see that it is still so; returns whether it leads now. Raises DatelineError where the catalog cannot be
        reached. A replica never does."""
        return not self._stores.replica and self._stores.lead()

    def is_wanted(self) -> bool:
        """Whether another process waits for its turn to write."""
        leader = self._stores.catalog.leader
        return leader is not None and self._stores.owns and leader.wanted()

    def stand_down(self, patience: float) -> bool:
        """Let another lead once nothing is written any more; returns whether that came within `patience` seconds."""
        held: list[threading.Lock] = []
        try:
            for lock in self._locks:
                if not lock.acquire(timeout=patience):
                    return False
                held.append(lock)
            self._stores.stop_leading()
            return True
        finally:
            for lock in reversed(held):
                lock.release()
