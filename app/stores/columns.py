"""What a filter tests, in memory: one array per column over all passages, kept beside the catalog."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from app.stores.facts import UNDATED, Bools, Ints, Names, PassageFacts
from app.stores.protocols import CatalogProtocol
from app.stores.scope import Scope

__all__ = ["UNDATED", "ColumnCache", "PassageColumns", "within_dates"]
COLUMNS = ("row", "article", "last_second", "source", "embedded", "story")
FEW = 16
"""Values that are looked for one by one: quicker than sorting them."""


def within_dates(last_second: Ints, scope: Scope) -> Bools:
    """Which of these seconds lie within the scope's dates; UNDATED does where it has none."""
    allowed = np.ones(len(last_second), bool)
    if scope.dated:
        # What has no date has the least of all numbers: a bound from below leaves it out.
        allowed &= last_second >= scope.since if scope.since is not None else last_second != UNDATED
        if scope.seen_until is not None:
            allowed &= last_second <= scope.seen_until
    return allowed


@dataclass(frozen=True)
class PassageColumns:
    """Arrays of equal length in order of `row`. `last_second` is UNDATED where there is no date; `story` is the row of the story's first
    article, which the scope may not admit. `former` holds the places of passages of former versions. Never written to: what changes is
    a new one."""

    row: Ints
    article: Ints
    last_second: Ints
    source: npt.NDArray[np.int32]
    embedded: Bools
    story: Ints
    sources: tuple[str | None, ...]
    former: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def of(cls, facts: PassageFacts, names: Names) -> PassageColumns:
        former = np.flatnonzero(facts.former)
        return cls(facts.row, facts.article, facts.last_second, facts.source, facts.embedded, facts.story, tuple(names), former)

    @property
    def is_former(self) -> Bools:
        """Whether each is of a former version."""
        made = np.zeros(len(self.row), bool)
        made[self.former] = True
        return made

    @cached_property
    def newest(self) -> int:
        """The last second of the newest article; 0 where none has a date."""
        present = np.delete(self.last_second, self.former) if len(self.former) else self.last_second
        return int(present.max(initial=0))

    @cached_property
    def _by_article(self) -> Ints | None:
        """Places in order of their article; None where that is their own order, as it is but for what was cut anew."""
        return None if np.all(self.article[1:] >= self.article[:-1]) else np.argsort(self.article, kind="stable")

    def places_of(self, articles: Collection[int]) -> Ints:
        """The places of all passages of these articles and versions, ascending: found by halving, not by looking at each."""
        firsts, ends = self._ranges(articles)
        if not len(firsts):
            return np.zeros(0, np.int64)
        places = np.concatenate([np.arange(first, end) for first, end in zip(firsts.tolist(), ends.tolist(), strict=True)])
        return np.sort(places if self._by_article is None else self._by_article[places])

    def first_rows(self, articles: Collection[int]) -> set[int]:
        """The row of each article's first passage."""
        firsts, ends = self._ranges(articles)
        firsts = firsts[ends > firsts]
        return set(self.row[firsts if self._by_article is None else self._by_article[firsts]].tolist())

    def _ranges(self, articles: Collection[int]) -> tuple[Ints, Ints]:
        wanted = np.fromiter(articles, np.int64, len(articles))
        order = self._by_article
        return np.searchsorted(self.article, wanted, "left", order), np.searchsorted(self.article, wanted, "right", order)

    def mask(self, scope: Scope) -> Bools:
        """Which passages the scope admits: the test of Scope.admits, for all at once."""
        allowed = within_dates(self.last_second, scope)
        if scope.sources is not None:
            allowed &= self._from([number for number, name in enumerate(self.sources) if name in scope.sources])
        if scope.only is not None:
            inside = np.zeros(len(allowed), bool)
            inside[self.places_of(scope.only)] = True
            allowed &= inside
        if scope.without:
            allowed[self.places_of(scope.without)] = False
        if len(self.former):
            allowed[self.former] &= np.isin(self.article[self.former], list(scope.former))
        return allowed

    def _from(self, numbers: list[int]) -> Bools:
        if len(numbers) > FEW:
            return np.isin(self.source, numbers)
        inside = np.zeros(len(self.source), bool)
        for number in numbers:
            inside |= self.source == number
        return inside

    def replaced(self, articles: Collection[int], facts: PassageFacts, names: Names) -> PassageColumns:
        """With these facts in place of all that is here of these articles and versions."""
        old = self.places_of(articles)
        mine: dict[str, npt.NDArray[Any]] = {name: getattr(self, name) for name in COLUMNS}
        mine["former"] = self.is_former
        fresh = {name: getattr(facts, name) for name in mine}
        if np.array_equal(self.row[old], facts.row):
            # The same passages: only columns in which something is otherwise are copied.
            for name, column in mine.items():
                if not np.array_equal(column[old], fresh[name]):
                    mine[name] = column.copy()
                    mine[name][old] = fresh[name]
        else:
            if len(old):
                kept = np.ones(len(self.row), bool)
                kept[old] = False
                mine = {name: column[kept] for name, column in mine.items()}
            at = np.searchsorted(mine["row"], facts.row)
            if len(at) and at[0] == len(mine["row"]):
                mine = {name: np.concatenate([column, fresh[name]]) for name, column in mine.items()}
            else:
                mine = {name: np.insert(column, at, fresh[name]) for name, column in mine.items()}
        return PassageColumns.of(PassageFacts(**mine), names)


class ColumnCache:
    """The columns as of the catalog's last change. Read whole once; then what has changed is read and put in its place, by whichever
    process it was changed."""

    def __init__(self, catalog: CatalogProtocol) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._seen = 0
        self._names: Names = {}
        self._columns: PassageColumns | None = None

    def current(self) -> PassageColumns:
        with self._lock:
            version = self._catalog.version()
            if self._columns is None or version != self._version:
                self._columns = self._read(self._columns)
                self._version = version
            return self._columns

    def _read(self, known: PassageColumns | None) -> PassageColumns:
        # The number first: what changes while the rest is read is read once more the next time.
        seen = self._catalog.changes.latest()
        changed = None if known is None else self._catalog.changes.since(self._seen)
        if known is None or changed is None:
            columns = PassageColumns.of(self._catalog.facts.passages(self._names), self._names)
        elif changed:
            columns = known.replaced(changed, self._catalog.facts.passages(self._names, changed), self._names)
        else:
            columns = known
        self._seen = seen
        return columns
