"""Which feeds a page names as its own."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from app.fetching import Fetched

_HEAD = 256 * 1024
"""Bytes of a page in which its links to feeds stand; most have them within 64 kB."""
_MOST = 3
"""Feeds that are told; the first is the site's main one."""
_LINK = re.compile(r"<link\b([^>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z]{2,10})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FEEDS = ("application/rss+xml", "application/atom+xml")


def named_feeds(fetched: Fetched) -> list[str]:
    """Addresses of the feeds that a page names by `<link rel="alternate" type="application/rss+xml">`, at most three, in its order. Looks
    for the links alone: the page is not parsed."""
    found: list[str] = []
    for link in _LINK.finditer(fetched.body[:_HEAD].decode("latin-1")):
        said = {name.lower(): html.unescape("".join(values)) for name, *values in _ATTRIBUTE.findall(link[1])}
        if "alternate" not in said.get("rel", "").lower().split() or said.get("type", "").lower().strip() not in _FEEDS:
            continue
        try:
            address = urljoin(fetched.url, said.get("href", "").strip())
        except ValueError:
            continue
        if address.startswith(("https://", "http://")) and address not in found and said.get("href"):
            found.append(address)
    return found[:_MOST]
