"""What is an address, and what a path. Brings no other module along: every command asks it."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_address(given: object) -> bool:
    """Whether what was given is an address (`https://…`), not a file or folder."""
    return isinstance(given, str) and bool(_ADDRESS.match(given.strip()))
