"""One request at a time to a host, a pause between two, and rest for a host that asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.fetching.refused import Refused, shown

CRAWL_DELAY_MAX = 30.0
"""Seconds of a robots.txt's Crawl-delay that are heeded at most; some ask for a day, which would be a refusal in disguise."""
BACKOFF_FIRST = 60.0
BACKOFF_MAX = 3600.0
"""Seconds of rest after the first failure in a row; each further one doubles them up to the last."""
REST_MAX = 86_400.0
"""Seconds of a Retry-After that are heeded at most."""
REMEMBERED = 2000
"""Hosts; those at rest or in use are never forgotten."""


@dataclass
class _Host:
    users: int = 0
    busy: bool = False
    next_at: float = 0.0
    pause: float = 0.0
    failures: int = 0
    rests_until: float = 0.0
    why: str = ""


class Manners:
    """What is owed to each host, whichever thread asks. `pause`: seconds from the end of one request to the start of the next."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._hosts: dict[str, _Host] = {}
        self._changed = threading.Condition()
        self._closed = False

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait until this host may be asked, and keep others off it meanwhile. Raises Refused if it is at rest, or after `close`."""
        with self._changed:
            self._forget()
            state = self._hosts.setdefault(host, _Host())
            state.users += 1
            try:
                self._wait(host, state)
            except BaseException:
                state.users -= 1
                raise
            state.busy = True
        try:
            yield
        finally:
            with self._changed:
                state.busy = False
                state.users -= 1
                state.next_at = time.monotonic() + max(self._pause, state.pause)
                self._changed.notify_all()

    def _wait(self, host: str, state: _Host) -> None:
        while True:
            now = time.monotonic()
            if self._closed:
                raise Refused(f"{shown(host)} was not asked: fetching was stopped.", "Run it again.", retry_after=0.0)
            if state.rests_until > now:
                left = state.rests_until - now
                raise Refused(f"{shown(host)} is left alone for {left:.0f} more seconds: {state.why}.", "Try again then.", retry_after=left)
            if not state.busy and state.next_at <= now:
                return
            self._changed.wait(None if state.busy else state.next_at - now)

    def slow_down(self, host: str, seconds: float | None) -> None:
        """Heed a Crawl-delay (None: there is none)."""
        with self._changed:
            self._hosts.setdefault(host, _Host()).pause = min(seconds or 0.0, CRAWL_DELAY_MAX)

    def failed(self, host: str, why: str, asked: float | None = None, *, rest: bool = False) -> float:
        """A failure of this host: seconds after which to ask again, `asked` by it or doubling. With `rest` all its pages wait for that."""
        with self._changed:
            state = self._hosts.setdefault(host, _Host())
            state.failures += 1
            seconds = min(BACKOFF_FIRST * 2.0 ** min(state.failures - 1, 10), BACKOFF_MAX)
            if asked is not None:
                seconds = min(max(asked, 1.0), REST_MAX)
            if rest:
                state.rests_until, state.why = time.monotonic() + seconds, why
            return seconds

    def answered(self, host: str) -> None:
        """It works: the next failure is a first one again."""
        with self._changed:
            self._hosts.setdefault(host, _Host()).failures = 0

    def close(self) -> None:
        """Whoever waits for a turn is refused, now and from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _forget(self) -> None:
        if len(self._hosts) > REMEMBERED:
            now = time.monotonic()
            self._hosts = {name: one for name, one in self._hosts.items() if one.users or max(one.next_at, one.rests_until) > now}
