"""What every source of the web works with."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.article import Article
from app.errors import DatelineError
from app.fetching import Fetch, Fetched
from app.reading import File, Known, Link, Problem
from app.reading.cleaning import one_line
from app.reading.origin import NOTHING
from app.reading.sites import host_of
from app.sources.kinds import ending_of_body
from app.stores.faults import FAILED, SPACE, is_full
from app.stores.fetched import LastFetch
from app.stores.protocols import FetchesProtocol


@dataclass(slots=True)
class Budget:
    """What one run may fetch: `pages` of sitemaps, and sitemaps of an index (`lists`)."""

    pages: int
    lists: int = 200


@dataclass(frozen=True, slots=True)
class Means:
    """`read` reads a file in the process for reading; `has` says whether an article of this id is in the archive; `folder` is where a
    body lies while it is read; with `elsewhere` pages of other sites than the feed's own are fetched, too."""

    fetch: Fetch
    read: Callable[[File], list[Article | Problem | Link]]
    memory: FetchesProtocol
    has: Callable[[str], bool]
    folder: Path
    budget: Budget
    elsewhere: bool = False

    def content(self, fetched: Fetched, known: Known = NOTHING, ending: str = "") -> list[Article | Problem | Link]:
        """What is read in a body that was fetched; `ending` is found by itself where it is not given. Raises DatelineError where the body
        cannot be laid down for it."""
        ending = ending or ending_of_body(fetched)
        said = replace(known, charset=fetched.charset or "", source=known.source or host_of(fetched.url))
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix="body-") as file:
                file.write(fetched.body)
                file.flush()
                return self.read(File(Path(file.name).resolve(), ending, fetched.url, said))
        except OSError as error:
            mend = SPACE if is_full(error) else "Try it again."
            raise DatelineError(f"what was fetched cannot be laid down in the home: {error.strerror}.", mend, http=FAILED) from error

    def all_read(self, address: str, fetched: Fetched, keys: list[str]) -> None:
        """Write down that the list at this address has been read whole, and has these keys."""
        self.memory.keep(address, LastFetch(fetched.etag, fetched.last_modified))
        self.memory.unfollow_others(address, keys)


def failure(address: str, fetched: Fetched) -> Problem:
    """Why there is nothing to read, in one line."""
    what = f"The site says that this page is gone ({fetched.http_status})." if fetched.status == "gone" else fetched.line
    return Problem(one_line(address, 300), what.removeprefix(f"{fetched.url}: "), fatal=True)
