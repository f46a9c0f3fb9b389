"""Which articles a question may see: filters resolved to what every store can test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Bounds in Unix seconds, inclusive; a bound leaves undated articles out. `only` and `without` are articles, by row. Of former
    versions only those of `former` are seen, by row too; what they say now is then among `without`.

    An article known to the day counts as published in its last second for `seen_until` (nothing later
    can leak) and for `since` (a day that may qualify does).
    """

    since: int | None = None
    seen_until: int | None = None
    sources: frozenset[str] | None = None
    only: frozenset[int] | None = None
    without: frozenset[int] = frozenset()
    former: frozenset[int] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether every article may be seen."""
        return self == Scope()

    @property
    def dated(self) -> bool:
        return self.since is not None or self.seen_until is not None

    def admits(self, article_row: int, last_second: int | None, source: str | None) -> bool:
        """The test itself, for one article: the last guard before anything is shown."""
        if article_row in self.without or (self.only is not None and article_row not in self.only):
            return False
        if self.sources is not None and source not in self.sources:
            return False
        if not self.dated:
            return True
        if last_second is None:
            return False
        return (self.since is None or last_second >= self.since) and (self.seen_until is None or last_second <= self.seen_until)
