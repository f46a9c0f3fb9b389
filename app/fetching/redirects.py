"""From the address that was asked for to the one that answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.fetching.refused import Closed, Refused, shown
from app.fetching.urls import redirected

if TYPE_CHECKING:
    import httpx

    from app.fetching.exchange import Answer

MAX_REDIRECTS = 5
"""As many as RFC 9309 asks for robots.txt; pages need two or three."""
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}


def follow(at: httpx.URL, ask: Callable[[httpx.URL], Answer], private: bool) -> tuple[Answer, bool]:
    """The first answer that is no redirect, and whether every redirect to it was permanent (and there was one).

    Each step is checked as the first address was. Raises Refused where the way is closed, too long or a circle.
    """
    seen = [at]
    permanent = True
    while True:
        try:
            answer = ask(at)
        except Closed as error:
            if len(seen) == 1:
                raise
            raise Refused(f"{shown(str(seen[-2]))} sends on to {shown(str(at))}: {error.what}", error.do) from None
        location = answer.header("location")
        if answer.status not in _REDIRECTS or location is None:
            return answer, permanent and len(seen) > 1
        permanent = permanent and answer.status in _PERMANENT
        to = redirected(at, location, private)
        if to in seen:
            raise Refused(
                f"{shown(str(at))} sends on to {shown(str(to))}, in a circle.",
                "It may want cookies, which are not kept; open it in a browser.",
            )
        if len(seen) > MAX_REDIRECTS:
            raise Refused(f"{shown(str(seen[0]))} sends on more than {MAX_REDIRECTS} times.", "Give the address where it ends.")
        seen.append(to)
        at = to
