"""The one error that Dateline raises for a person to read, and its kinds for a bad request and for a server that is away."""

from __future__ import annotations

import re

from app.installed import as_started

_CREDENTIALS = re.compile(r"^([a-z+]*:?/*)[^/]*@", re.IGNORECASE)


def without_credentials(url: str) -> str:
    """The address without user and password, however it is written: what is told must not have them."""
    return _CREDENTIALS.sub(r"\1", url)


def first_line(error: BaseException) -> str:
    """What somebody else's error says: one line of at most 200 letters without its full stop; its kind where it says nothing."""
    said = str(error).strip().splitlines()
    return (said[0][:200].rstrip(". ") if said else "") or type(error).__name__


class DatelineError(Exception):
    """Something that the user can mend, said in one line.

    `what` happened (with the path, name or value concerned), what to `do` about it, the process exit
    `status` (1: part of the work failed, 2: nothing could be done) and the `http` status for the API.
    """

    def __init__(self, what: str, do: str = "", *, status: int = 2, http: int = 400) -> None:
        self.what = as_started(what)
        self.do = as_started(do)
        self.status = status
        self.http = http
        super().__init__(f"{self.what} {self.do}".strip())


class InvalidRequest(DatelineError, ValueError):
    """A question, or one of its fields, that cannot be taken: unknown, empty, too long, of another type. HTTP 422."""

    def __init__(self, what: str, do: str = "") -> None:
        super().__init__(what, do, http=422)


class Unavailable(DatelineError):
    """A server that a setting names does not answer, or not as it should: worth another try later. HTTP 503."""

    def __init__(self, what: str, do: str = "") -> None:
        super().__init__(what, do, http=503)
