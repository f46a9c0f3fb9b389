"""Gets pages and feeds, with manners and within bounds: see docs/sources.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from app.fetching.allowance import Allowance
from app.fetching.exchange import Exchange
from app.fetching.fetched import Fetched
from app.fetching.manners import Manners
from app.fetching.redirects import follow
from app.fetching.refused import Refused
from app.fetching.replies import outcome, plain, take_content
from app.fetching.robots import MAX_BYTES, Robots
from app.fetching.urls import web_address
from app.settings import Settings

if TYPE_CHECKING:
    import httpcore
    import httpx

    from app.fetching.exchange import Answer
    from app.fetching.wire import Resolve


class Fetcher:
    """One for a process, used from any thread: it holds what each host is owed. Is a `Fetch`.

    `resolve` turns a name into addresses, `network` opens connections to them; both are the system's own where none is given.
    """

    def __init__(self, settings: Settings, *, resolve: Resolve | None = None, network: httpcore.NetworkBackend | None = None) -> None:
        self._private = settings.fetch_private
        self._seconds = settings.fetch_seconds
        self._size = int(settings.fetch_mb * 1_000_000)
        self._manners = Manners(settings.fetch_pause)
        self._exchange = Exchange(self._manners, self._private, resolve, network)
        self._robots = Robots(
            lambda at, take: self._exchange.ask(at, Allowance(self._seconds, MAX_BYTES), take), self._manners, self._private
        )

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Get one address, after its host's turn has come; `etag` and `last_modified` are those of the last time.

        Raises nothing for what an address or a site does: that is `refused`, with reason and hint.
        """
        try:
            return self._get(url, _validators(etag, last_modified))
        except Refused as error:
            return Fetched(url, url, "refused", http_status=error.answered, reason=error.what, hint=error.do, retry_after=error.retry_after)

    __call__ = get

    def _get(self, url: str, sent: dict[str, str]) -> Fetched:
        allowance, take = Allowance(self._seconds, self._size), take_content(self._size)

        def ask(at: httpx.URL) -> Answer:
            self._robots.heed(at)
            return self._exchange.ask(at, allowance, take, sent)

        answer, moved = follow(web_address(url, self._private), ask, self._private)
        return outcome(url, answer, moved, sent, self._manners)

    def close(self) -> None:
        """Nothing more is asked for; whoever waits for a host's turn is refused at once. What is under way ends by itself."""
        self._manners.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    named = {"If-None-Match": plain(etag), "If-Modified-Since": plain(last_modified)}
    return {name: value for name, value in named.items() if value}
