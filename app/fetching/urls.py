"""Addresses of pages: which can be asked for, and where a redirect may lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.fetching.refused import Refused, shown

if TYPE_CHECKING:
    from httpx import URL

MAX_LETTERS = 4096
"""Of an address. News sites' longest, with all their tracking, stay below 2,000."""
WEB_PORTS = (None, 80, 443)
FIRST_FREE_PORT = 1024
"""Below it each port belongs to a service (mail, SSH, printers), which an address in a page could make us talk to."""
PRIVATE = "If you mean to reach it, set DATELINE_FETCH_PRIVATE=1."


def web_address(url: str, private: bool = False) -> URL:
    """The address, parsed, without fragment. Raises Refused for what is no http or https address that Dateline asks for.

    `private` lets ports of other services through, as it does private networks.
    """
    import httpx

    if len(url) > MAX_LETTERS:
        raise Refused(f"{shown(url)}: the address has more than {MAX_LETTERS:,} letters.", "Give a shorter one.")
    try:
        parsed = httpx.URL(url.strip())
        userinfo, host, port = parsed.userinfo, parsed.raw_host, parsed.port
        if port is not None and not 0 < port < 65_536:
            raise ValueError(port)
    except (httpx.InvalidURL, ValueError):
        raise Refused(f"{shown(url)}: this is no address of a page.", "Write it as https://HOST/PATH.") from None
    if parsed.scheme not in ("http", "https"):
        scheme = f"{parsed.scheme}: is not fetched" if parsed.scheme else "it does not begin with https://"
        raise Refused(f"{shown(url)}: {scheme}.", "Give an address that begins with https:// or http://.")
    if not host.strip(b"."):
        raise Refused(f"{shown(url)}: the address names no host.", "Write it as https://HOST/PATH.")
    if userinfo:
        raise Refused(f"{shown(url)}: the address carries a user name or password.", "Dateline sends none: give it without.")
    if not private and port not in WEB_PORTS and (port or 0) < FIRST_FREE_PORT:
        raise Refused(f"{shown(url)}: port {port} is not one of web servers.", PRIVATE)
    return parsed.copy_with(fragment=None)


def redirected(at: URL, location: str, private: bool = False) -> URL:
    """Where a redirect leads. Raises Refused as `web_address` does, and where it would leave https for http."""
    import httpx

    try:
        if len(location) > MAX_LETTERS:
            raise ValueError(len(location))
        joined = str(at.join(location))
    except (httpx.InvalidURL, ValueError):
        raise Refused(f"{shown(str(at))} sends on to what is no address: {shown(location)}.", "Open it in a browser.") from None
    try:
        to = web_address(joined, private)
    except Refused as error:
        raise Refused(f"{shown(str(at))} sends on to {error.what}", error.do) from None
    if at.scheme == "https" and to.scheme == "http":
        raise Refused(
            f"{shown(str(at))} sends on from https to {shown(str(to))}, which anyone on the way could change.",
            "Give that address itself if you trust the way there.",
        )
    return to


def host_of(at: URL) -> str:
    """The host by which requests are paced: as DNS has it, lower case."""
    return at.raw_host.decode("ascii", "replace").lower().rstrip(".")


def origin_of(at: URL) -> str:
    """Scheme, host and port: that for which one robots.txt holds."""
    return f"{at.scheme}://{at.netloc.decode('ascii', 'replace').lower()}"
