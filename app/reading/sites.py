"""Which addresses speak for the same site: nobody may write in another's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from app.reading.draft import is_web_address

_SAME_PAGES = re.compile(r"^(www\d?|m|mobile|amp)\.")
"""Names in front of a site's own under which it shows the same pages."""


def host_of(address: str) -> str:
    """The address's host in lower case, without a front such as `www.`; empty where it has none."""
    try:
        host = (urlsplit(address).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
    short = _SAME_PAGES.sub("", host)
    return short if "." in short else host


def same_site(one: str, other: str) -> bool:
    """Whether both addresses are of one host, or one's host lies under the other's (`feeds.gazette.example`, `gazette.example`)."""
    first, second = host_of(one), host_of(other)
    return bool(first and second) and (first == second or first.endswith(f".{second}") or second.endswith(f".{first}"))


def own_address(fetched: str, claimed: Iterable[str]) -> str:
    """The first address among those that a page claims for itself which it may have, whole; else the one that it was fetched at.

    Claims for another host would put a page in the place of another outlet's article. A claim for the front page is a fault that
    whole sites have, and would make one article of all their pages.
    """
    for claim in claimed:
        try:
            address = urljoin(fetched, claim.strip())
            front = urlsplit(address).path in ("", "/") and urlsplit(fetched).path not in ("", "/")
        except ValueError:
            continue
        if is_web_address(address) and host_of(address) == host_of(fetched) and not front:
            return address
    return fetched
