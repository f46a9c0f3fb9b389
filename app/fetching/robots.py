"""What a site's robots.txt lets us fetch (RFC 9309), asked for once a day.

Read by Protego, of Scrapy's makers: `urllib.robotparser` knows neither `*` nor `$`, and takes the first rule that fits, not the longest.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.fetching.body import read_body
from app.fetching.exchange import AGENT, Answer
from app.fetching.manners import Manners
from app.fetching.redirects import follow
from app.fetching.refused import Refused, Unreachable, shown
from app.fetching.replies import rest_asked
from app.fetching.urls import host_of, origin_of

if TYPE_CHECKING:
    import httpx
    from protego import Protego

    from app.fetching.exchange import Take

KEPT_SECONDS = 86_400.0
"""RFC 9309: not longer than a day."""
MAX_BYTES = 500 * 1024
"""As much as RFC 9309 asks a crawler to read; what follows is not looked at."""
MAX_LETTERS = 2_000_000
"""Of all files that are kept, since parsed rules take some forty times their text. An ordinary file has 2,000."""
MAX_SITES = 2000
_GROUP = re.compile(r"(?im)^([ \t]*user[- ]?agent[ \t]*:?[ \t]*)([^\r\n#]*)")
_NAME = re.compile(r"[a-z_-]*", re.IGNORECASE)


@dataclass
class _Site:
    asking: threading.Lock = field(default_factory=threading.Lock)
    until: float = 0.0
    letters: int = 0
    rules: Protego | None = None
    """None: everything may be fetched."""


class Robots:
    """`ask` sends a request and takes of its answer what the given function takes."""

    def __init__(self, ask: Callable[[httpx.URL, Take], Answer], manners: Manners, private: bool) -> None:
        self._ask = ask
        self._manners = manners
        self._private = private
        self._sites: dict[str, _Site] = {}
        self._lock = threading.Lock()

    def heed(self, at: httpx.URL) -> None:
        """Raises Refused where the site does not want this page fetched, or where that cannot be learned."""
        origin = origin_of(at)
        with self._lock:
            site = self._sites.pop(origin, None) or _Site()
            self._sites[origin] = site  # the last used stands last
        with site.asking:
            if site.until <= time.monotonic():
                self._learn(at, site)
            rules = site.rules
        self._trim()
        delay = rules.crawl_delay(AGENT) if rules else None
        self._manners.slow_down(host_of(at), delay)
        if rules and not rules.can_fetch(str(at), AGENT):
            raise Refused(f"{shown(str(at))}: the site's robots.txt asks programs not to fetch it.", "Save the page and add the file.")

    def _learn(self, at: httpx.URL, site: _Site) -> None:
        """Ask for the file. A site that fails now is at rest, so what it has not said need not be remembered."""
        address = at.copy_with(raw_path=b"/robots.txt")
        try:
            answer, _ = follow(address, lambda to: self._ask(to, _take), self._private)
        except Unreachable:
            raise
        except Refused as error:
            raise self._unknown(address, error.what, None) from None
        if answer.status == 429 or answer.status >= 500:
            raise self._unknown(address, f"the site answers {answer.status}.", rest_asked(answer))
        site.rules, site.letters = None, 0
        if answer.status < 300:
            text = answer.body.decode("utf-8", "ignore").removeprefix("\ufeff")
            site.rules, site.letters = parsed(text), len(text)
        site.until = time.monotonic() + KEPT_SECONDS

    def _unknown(self, address: httpx.URL, why: str, asked: float | None) -> Refused:
        seconds = self._manners.failed(host_of(address), "its robots.txt could not be read", asked, rest=True)
        reason = f"{shown(str(address))} cannot be read, so nothing is fetched there: {why}"
        return Refused(reason, "Try again later.", retry_after=seconds)

    def _trim(self) -> None:
        with self._lock:
            kept = sum(site.letters for site in self._sites.values())
            for origin in list(self._sites)[:-1]:
                if kept <= MAX_LETTERS and len(self._sites) <= MAX_SITES:
                    return
                kept -= self._sites.pop(origin).letters


def parsed(text: str) -> Protego:
    """The rules for us and for everyone. Groups for others are put under one name first: Protego writes each rule down once for every
    name above it, and 50 KB of names and rules took it 3 seconds."""
    from protego import Protego

    return Protego.parse(_GROUP.sub(lambda found: found[1] + _ours(found[2]), text))


def _ours(name: str) -> str:
    name = name.strip()
    if name == "*":
        return name
    token = _NAME.match(name)
    return AGENT if token and token[0].lower() == AGENT.lower() else "-"


def _take(response: httpx.Response) -> bytes:
    return b"" if response.status_code >= 300 else read_body(response, MAX_BYTES, cut=True)
