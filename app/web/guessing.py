"""Wrong passwords cost time: how long an address must wait before it may try again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

FREE = 5
"""Wrong passwords without a wait: a person mistypes."""
FIRST_SECONDS = 1.0
"""The wait after those; it doubles with each further one."""
MOST_SECONDS = 300.0
"""The longest wait: who forgot his password is not shut out for the day."""
FORGOTTEN_SECONDS = 3_600.0
"""After so long without a wrong password an address begins anew."""
MOST_ADDRESSES = 10_000
"""About 2 MB; the address that was wrong longest ago is forgotten first."""


class Guessing:
    """Wrong passwords by address. The address is the connection's: what a header says of it anyone can write."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0 if it may now."""
        count, last = self._wrong.get(address, (0, 0.0))
        if count <= FREE:
            return 0.0
        pause = min(FIRST_SECONDS * 2.0 ** min(count - FREE - 1, 30), MOST_SECONDS)
        return max(0.0, last + pause - self._clock())

    def wrong(self, address: str) -> None:
        """Count a wrong password."""
        now = self._clock()
        count, last = self._wrong.pop(address, (0, now))
        self._wrong[address] = (1 if now - last > FORGOTTEN_SECONDS else count + 1, now)
        if len(self._wrong) > MOST_ADDRESSES:
            self._wrong.popitem(last=False)

    def right(self, address: str) -> None:
        """Forget the wrong ones."""
        self._wrong.pop(address, None)
