"""When a place is looked at next."""

from __future__ import annotations

import random
import time

from app.stores.follows import Pace

JITTER = 0.1
"""Of the interval, more or less: places that were added together are not asked together for ever, nor on the stroke of the hour as the
programs of others are."""
LONGEST = 86_400.0
"""Seconds: a place that fails is looked at once a day at least, whatever it asks for."""
SOON = 2.0
"""Seconds after which a folder is looked at again whose files are being written."""


def due_after(
    now: float, interval: float, chance: random.Random, *, failures: int = 0, wait: float = 0.0, pace: Pace | None = None
) -> float:
    """The Unix second from which on to look again, after a look at `now`.

    `interval` seconds, or as many as a feed asks for if that is more, give or take JITTER; doubled with each of the `failures` in a row, up
    to LONGEST; not before `wait` seconds have passed, as a host asks that is busy; and not in an hour that the feed skips.
    """
    pace = pace or Pace()
    seconds = min(max(interval, pace.seconds) * 2.0 ** min(failures, 20), LONGEST)
    seconds *= 1.0 + chance.uniform(-JITTER, JITTER)
    # A host that rests for a minute is known to work by then; a few seconds more, that not all that waited come at once.
    due = now + min(max(seconds, wait + (chance.uniform(1, 30) if wait else 0.0)), LONGEST * (1 + JITTER))
    for _ in range(24):
        if time.gmtime(due).tm_hour not in pace.skipped:
            break
        due = (due // 3600 + 1) * 3600 + chance.uniform(0, 300)
    return due
