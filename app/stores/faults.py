"""What is said when the disk fails a store, or what lies on it is hurt: the place, and the command that mends it."""

from __future__ import annotations

import errno

REINDEX = "Run: python -m app reindex"
SPACE = "Free some space, then run it again: what was written is kept."
DISK = "Run it again. If it says the same, move the home to another disk."
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SAID_FULL = ("no space left", "disk is full", "file too large", "quota exceeded")
"""As the libraries in Rust word it, which give no number."""


def is_full(error: BaseException) -> bool:
    """Whether a write failed for want of room, by the error or by one behind it."""
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return any(said in str(error).lower() for said in _SAID_FULL)
