"""What one fetch may still take: seconds on the network and bytes off it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.fetching.refused import Refused

HEAD_BYTES = 256 * 1024
"""Bytes before a body begins: h11 ends one block of headers at 100 KB, this ends a stream of interim answers (1xx)."""
SLOW_AGAIN = 300.0
"""Seconds to leave a page alone that was too slow."""


class Allowance:
    """Seconds count over all redirects of a fetch, only while `running`: waiting for one's turn costs nothing. `size`: bytes of a body."""

    def __init__(self, seconds: float, size: int) -> None:
        self.seconds = seconds
        self.size = size
        self._left = seconds
        self._ends: float | None = None
        self._bytes_left = HEAD_BYTES
        self.where = ""

    @contextmanager
    def running(self, where: str) -> Iterator[None]:
        """One request, to `where` (for the line that tells when it was too slow)."""
        self.where = where
        self._bytes_left = HEAD_BYTES
        self._ends = time.monotonic() + self._left
        try:
            yield
        finally:
            self._left = self._ends - time.monotonic()
            self._ends = None

    def left(self) -> float:
        """Seconds that remain, more than 0. Raises Refused when they are used up."""
        left = self._left if self._ends is None else self._ends - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return left

    def too_slow(self) -> Refused:
        return Refused(
            f"{self.where}: the answer takes more than {self.seconds:g} seconds (DATELINE_FETCH_SECONDS).",
            "Try again later.",
            retry_after=SLOW_AGAIN,
        )

    def begin_body(self) -> None:
        """The headers are here; now a body may come, in chunks with their lengths and a little more."""
        self._bytes_left = 2 * self.size + HEAD_BYTES

    def spend(self, size: int) -> None:
        """`size` bytes came. Raises Refused where that is more than may come."""
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise Refused(f"{self.where}: the site sends far more around its answer than in it.", "Open it in a browser.")
