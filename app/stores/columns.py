"""What a filter tests, in memory: one array per column over all passages, kept beside the catalog."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.stores.catalog import Catalog
from app.stores.scope import Scope

UNDATED = -(2**62)


def within_dates(last_second: npt.NDArray[np.int64], scope: Scope) -> npt.NDArray[np.bool_]:
    """Which of these seconds lie within the scope's dates; UNDATED does where it has none."""
    allowed = np.ones(len(last_second), bool)
    if scope.dated:
        allowed &= last_second != UNDATED
        if scope.since is not None:
            allowed &= last_second >= scope.since
        if scope.seen_until is not None:
            allowed &= last_second <= scope.seen_until
    return allowed


@dataclass(frozen=True, slots=True)
class PassageColumns:
    """Arrays of equal length in order of `row`. `last_second` is UNDATED where there is no date; `story` is the row of the story's first
    article, which the scope may not admit. `former` holds the places of passages of former versions."""

    row: npt.NDArray[np.int64]
    article: npt.NDArray[np.int64]
    last_second: npt.NDArray[np.int64]
    source: npt.NDArray[np.int32]
    embedded: npt.NDArray[np.bool_]
    story: npt.NDArray[np.int64]
    sources: tuple[str | None, ...]
    former: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def newest(self) -> int:
        """The last second of the newest article; 0 where none has a date."""
        present = np.delete(self.last_second, self.former) if len(self.former) else self.last_second
        return int(present.max(initial=0))

    def mask(self, scope: Scope) -> npt.NDArray[np.bool_]:
        """Which passages the scope admits: the test of Scope.admits, for all at once."""
        allowed = within_dates(self.last_second, scope)
        if scope.sources is not None:
            allowed &= np.isin(self.source, [i for i, name in enumerate(self.sources) if name in scope.sources])
        if scope.only is not None:
            allowed &= np.isin(self.article, list(scope.only))
        if scope.without:
            allowed &= ~np.isin(self.article, list(scope.without))
        if len(self.former):
            allowed[self.former] &= np.isin(self.article[self.former], list(scope.former))
        return allowed


class ColumnCache:
    """The columns as of the catalog's last change, read again only when it has changed (0.1 s for 58,000 passages)."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._columns: PassageColumns | None = None

    def current(self) -> PassageColumns:
        with self._lock:
            version = self._catalog.version()
            if self._columns is None or version != self._version:
                self._columns = self._read()
                self._version = version
            return self._columns

    def _read(self) -> PassageColumns:
        names: dict[str | None, int] = {}
        rows, former = self._catalog.passage_facts(), self._catalog.versions.passage_facts()
        if former:
            rows = sorted([*rows, *former])
        return PassageColumns(
            row=np.fromiter((r[0] for r in rows), np.int64, len(rows)),
            article=np.fromiter((r[1] for r in rows), np.int64, len(rows)),
            last_second=np.fromiter((UNDATED if r[2] is None else r[2] for r in rows), np.int64, len(rows)),
            source=np.fromiter((names.setdefault(r[3], len(names)) for r in rows), np.int32, len(rows)),
            embedded=np.fromiter((bool(r[4]) for r in rows), bool, len(rows)),
            story=np.fromiter((r[5] for r in rows), np.int64, len(rows)),
            sources=tuple(names),
            former=np.searchsorted([r[0] for r in rows], [r[0] for r in former]) if former else np.zeros(0, np.int64),
        )
