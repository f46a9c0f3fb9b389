"""Whether anyone still waits for an answer: told to it once, seen wherever it works long.

A context variable, since the places that look (reader, model's stream) stand far below the one that knows, and what lies between has
no use for it. A thread that works for an answer takes the context along.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """Nobody waits for this answer any more."""


class Stop:
    """Said once, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = False
        self._waiting: list[Callable[[], None]] = []

    @property
    def said(self) -> bool:
        return self._said

    def say(self) -> None:
        with self._lock:
            self._said, waiting, self._waiting = True, self._waiting, []
        for wake in waiting:
            wake()

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake` when it is said within this block; at once if it was before."""
        with self._lock:
            if not self._said:
                self._waiting.append(wake)
        if self._said:
            wake()
        try:
            yield
        finally:
            with self._lock:
                if wake in self._waiting:
                    self._waiting.remove(wake)


_current: ContextVar[Stop | None] = ContextVar("stop", default=None)


@contextmanager
def stopped_by(stop: Stop) -> Iterator[None]:
    """What runs in this block heeds `stop`."""
    token = _current.set(stop)
    try:
        yield
    finally:
        _current.reset(token)


def current_stop() -> Stop:
    """The stop that this work heeds; one that is never said where nobody set one."""
    return _current.get() or Stop()


def heed_stop() -> None:
    """Raise Stopped if nobody waits any more."""
    if current_stop().said:
        raise Stopped


def heeding(items: Iterable[T]) -> Iterator[T]:
    """The items as they come. Raises Stopped before the next one if nobody waits any more."""
    for item in items:
        heed_stop()
        yield item
