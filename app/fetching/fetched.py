"""What came of asking for an address, and the seam by which sources ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Status = Literal["fresh", "unchanged", "gone", "refused"]


@dataclass(frozen=True)
class Fetched:
    """The outcome of one fetch. Nothing in it is trusted: body and names are data from outside.

    `status` is
    - fresh: `body` holds the content, without its transfer and content coding (a `.gz` file stays gzipped);
    - unchanged: as when `etag` or `last_modified` was given to us (HTTP 304); no body;
    - gone: the site says it is not there (404) or no more (410); no body;
    - refused: by us or by the site; `reason` says what and where, `hint` what to do; no body.
    """

    asked: str
    """The address that was asked for."""
    url: str
    """The address that answered, after redirects, without fragment and credentials."""
    status: Status
    body: bytes = b""
    content_type: str = ""
    """Lower case, without parameters, such as `text/html`; empty where the site named none."""
    charset: str | None = None
    """As the site named it, lower case; it may be wrong or unknown to Python."""
    etag: str | None = None
    """To be handed back next time, as it came. On `unchanged` the one that holds now."""
    last_modified: str | None = None
    """To be handed back next time, as it came. On `unchanged` the one that holds now."""
    moved: bool = False
    """Every redirect on the way was permanent (301, 308): `url` is the address to keep from now on."""
    http_status: int | None = None
    """The site's last status code; None where we refused, or no answer came."""
    reason: str = ""
    hint: str = ""
    retry_after: float | None = None
    """Seconds to leave this address alone, of a refusal that may pass by itself (busy, no answer, too slow). None: asking
    again changes nothing until somebody mends something."""

    @property
    def line(self) -> str:
        """Reason and hint, for one line of a report; empty unless refused."""
        return f"{self.reason} {self.hint}".strip()


class Fetch(Protocol):
    """Gets one address. Raises nothing for what a site or an address does: that is `refused`."""

    def __call__(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched: ...
