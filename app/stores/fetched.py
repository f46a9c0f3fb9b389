"""Where sources were: what pages, feeds and sitemaps said of themselves, and how far each list has been followed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from app.stores.databases import AnyDatabase


@dataclass(frozen=True, slots=True)
class LastFetch:
    """What an address said when it was last read whole: to be handed back to it as it came. `articles`: ids of what a page held."""

    etag: str | None = None
    last_modified: str | None = None
    articles: tuple[str, ...] = ()


class Fetches:
    """Each method is one transaction, or part of the caller's. Losing any of it costs fetching again, never an article."""

    def __init__(self, database: AnyDatabase) -> None:
        self._database = database

    def last(self, address: str) -> LastFetch | None:
        found = self._database.rows("SELECT etag, last_modified, articles FROM fetched WHERE address = ?", (address,))
        return LastFetch(found[0][0], found[0][1], tuple(json.loads(found[0][2]))) if found else None

    def keep(self, address: str, fetch: LastFetch) -> None:
        """In the place of what was kept of this address."""
        values = (address, fetch.etag, fetch.last_modified, int(time.time()), json.dumps(fetch.articles))
        self._database.write(
            "INSERT INTO fetched (address, etag, last_modified, at, articles) VALUES (?, ?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET"
            " etag = excluded.etag, last_modified = excluded.last_modified, at = excluded.at, articles = excluded.articles",
            values,
        )

    def followed(self, list_address: str) -> dict[str, str]:
        """The version that was read of each page or entry of this list, by the list's key for it."""
        return dict(self._database.rows("SELECT key, version FROM followed WHERE list = ?", (list_address,)))

    def follow(self, list_address: str, key: str, version: str) -> None:
        """This version has been read."""
        self._database.write(
            "INSERT INTO followed (list, key, version) VALUES (?, ?, ?) ON CONFLICT (list, key) DO UPDATE SET version = excluded.version",
            (list_address, key, version),
        )

    def unfollow_others(self, list_address: str, keys: Iterable[str]) -> None:
        """Forget all but these: what has left the list does not come back, and the table must not grow for ever."""
        gone = set(self.followed(list_address)) - set(keys)
        self._database.write_many("DELETE FROM followed WHERE list = ? AND key = ?", [(list_address, key) for key in gone])
