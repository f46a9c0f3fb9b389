"""How often a feed asks to be looked at: RSS's `ttl` (minutes), and `skipHours` (of the day, GMT)."""

from __future__ import annotations

import re

from app.stores.follows import Pace

_HEAD = 64 * 1024
"""Bytes in which a feed says so: both belong to the channel, and generators write those before the first entry."""
LONGEST = 86_400
"""Seconds that are heeded at most: a day."""
_ENTRY = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_TTL = re.compile(rb"<ttl>\s{0,99}(\d{1,6})\s{0,99}</ttl>", re.IGNORECASE)
_SKIPPED = re.compile(rb"<skiphours>(.{0,2000}?)</skiphours>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour>\s{0,99}(\d{1,2})\s{0,99}</hour>", re.IGNORECASE)


def pace_of(body: bytes) -> Pace:
    """What a feed's head asks for. Nothing of it where all hours are to be skipped: that is a mistake."""
    head = _ENTRY.split(body[:_HEAD], maxsplit=1)[0]
    ttl, skipped = _TTL.search(head), _SKIPPED.search(head)
    # Some count the hours from 1 to 24, as the first version of RSS did.
    hours = {int(hour) % 24 for hour in _HOUR.findall(skipped[1]) if int(hour) <= 24} if skipped else set()
    return Pace(min(int(ttl[1]) * 60, LONGEST) if ttl else 0, tuple(sorted(hours)) if len(hours) < 24 else ())
