"""Why nothing was fetched: inside this room an exception, outside it a `Fetched` that says so."""

from __future__ import annotations

import re

from app.errors import DatelineError

SHOWN = 200
"""Characters of an address in a line: enough to know it by, on one screen."""
_CREDENTIALS = re.compile(r"(?<=//)[^/?#]*@")


class Refused(DatelineError):
    """One fetch that does not happen, or whose content is not taken. `retry_after` as in `Fetched`;
    `answered` is the status with which the site itself refused."""

    def __init__(self, what: str, do: str = "", *, retry_after: float | None = None, answered: int | None = None) -> None:
        super().__init__(what, do, status=1, http=502)
        self.retry_after = retry_after
        self.answered = answered


class Unreachable(Refused):
    """No connection to the host: its name, its certificate or its silence. True of every page there."""


class Closed(Unreachable):
    """No connection is made to the host: its address is none of the public web."""


def shown(url: str) -> str:
    """An address from outside, fit for one line: without credentials, printable, not endless."""
    text = "".join(letter if letter.isprintable() else "?" for letter in _CREDENTIALS.sub("", url))
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
