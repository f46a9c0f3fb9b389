"""All articles as one list: filtered and ordered in memory, so that any stretch of a hundred thousand is at hand."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from app.stores.catalog import Catalog
from app.stores.columns import UNDATED, within_dates
from app.stores.protocols import LexicalIndexProtocol
from app.stores.scope import Scope

Order = Literal["best", "newest", "oldest", "title", "outlet", "added"]
"""`best` is by how well the words fit, `added` has the latest first. Among equals the newest comes first; what is not known, last."""
Rows = npt.NDArray[np.int64]
Fact = tuple[int, int | None, str | None, str]
"""(row, last second, source, title) of an article."""
T = TypeVar("T")
MANY = 1_000
"""Changed articles up to which, or to a tenth of all, only those are read: of more everything is read anew."""
KEPT = 16
"""Lists kept for the next stretch of them, 0.8 MB each at 100,000 articles."""
_OPENING = " \t\"'“”‘’„«»‹›([…-–—"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles, in which order. Of `scope` the dates and outlets count. All of `words` must stand in an article, the last one
    at least begun; without words `best` means newest."""

    scope: Scope = field(default_factory=Scope)
    words: str = ""
    order: Order = "newest"


class _Columns:
    """Arrays of equal length, ascending by `row`, as of one state of the catalog."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        known = sorted(facts, key=lambda fact: fact[0])
        self.row: Rows = np.fromiter((fact[0] for fact in known), np.int64, len(known))
        self.last_second: Rows = np.fromiter((UNDATED if fact[1] is None else fact[1] for fact in known), np.int64, len(known))
        self.sources = [fact[2] for fact in known]
        self.titles = [fact[3] for fact in known]
        self._orders: dict[str, Rows] = {}

    def replaced(self, rows: Sequence[int], facts: Iterable[Fact]) -> _Columns:
        """With these facts in place of what is here of these rows; itself where that is the same."""
        fresh = sorted(facts, key=lambda fact: fact[0])
        wanted = np.array(sorted(rows), np.int64)
        places = np.searchsorted(self.row, wanted)
        inside = places < len(self.row)
        old = places[inside][self.row[places[inside]] == wanted[inside]]
        seconds = [None if second == UNDATED else second for second in self.last_second[old].tolist()]
        held = zip(self.row[old].tolist(), seconds, (self.sources[at] for at in old), (self.titles[at] for at in old), strict=True)
        if list(held) == [tuple(fact) for fact in fresh]:
            return self
        made = _Columns([])
        row, last_second = np.delete(self.row, old), np.delete(self.last_second, old)
        at = np.searchsorted(row, [fact[0] for fact in fresh])
        made.row = np.insert(row, at, [fact[0] for fact in fresh])
        made.last_second = np.insert(last_second, at, [UNDATED if fact[1] is None else fact[1] for fact in fresh])
        made.sources = _inserted(self.sources, old, at, [fact[2] for fact in fresh])
        made.titles = _inserted(self.titles, old, at, [fact[3] for fact in fresh])
        return made

    def by(self, order: str) -> Rows:
        """Every place, in this order; `best` is the newest first."""
        if order not in self._orders:
            self._orders[order] = self._ordered(order)
        return self._orders[order]

    def _ordered(self, order: str) -> Rows:
        match order:
            case "oldest":
                return np.lexsort((self.row, self.last_second, self.last_second == UNDATED))
            case "title" | "outlet":
                newest, texts = self.by("newest"), self.titles if order == "title" else self.sources
                return newest[np.argsort(_ranks(texts)[newest], kind="stable")]
            case "added":
                return np.arange(len(self.row))[::-1]
            case _:
                return np.lexsort((-self.row, -self.last_second))

    @cached_property
    def folded(self) -> list[str]:
        """Titles to look for words in: in small letters, with a space before."""
        return [f" {title.casefold()}" for title in self.titles]

    def mask(self, scope: Scope) -> npt.NDArray[np.bool_]:
        """Which articles have the dates and outlets."""
        allowed = within_dates(self.last_second, scope)
        if scope.sources is not None:
            allowed &= np.fromiter((source in scope.sources for source in self.sources), bool, len(self.sources))
        return allowed


def _inserted(values: Sequence[T], gone: Rows, at: Rows, fresh: Sequence[T]) -> list[T]:
    """The values without those at the places `gone`, and with the fresh ones before what is then at the places `at`, both ascending."""
    kept: list[T] = []
    start = 0
    for place in gone.tolist():
        kept += values[start:place]
        start = place + 1
    kept += values[start:]
    made: list[T] = []
    start = 0
    for place, value in zip(at.tolist(), fresh, strict=True):
        made += kept[start:place]
        made.append(value)
        start = place
    return made + kept[start:]


def _ranks(texts: Sequence[str | None]) -> npt.NDArray[np.int64]:
    """The place of each text in the alphabet; case and opening marks do not count, and None comes last."""
    distinct = sorted({text for text in texts if text is not None}, key=lambda text: text.lstrip(_OPENING).casefold())
    ranks: dict[str | None, int] = {text: place for place, text in enumerate(distinct)}
    return np.fromiter((ranks.get(text, len(ranks)) for text in texts), np.int64, len(texts))


class ArticleList:
    """Read whole once (0.3 s for 100,000 articles); then what has come, gone or changed is read and put in its place."""

    def __init__(self, catalog: Catalog, words: LexicalIndexProtocol) -> None:
        """`words` is the index of whole articles."""
        self._catalog = catalog
        self._words = words
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._seen = 0
        self._columns = _Columns([])
        self._kept: OrderedDict[tuple[Wanted, int], Rows] = OrderedDict()

    def rows(self, wanted: Wanted) -> Rows:
        """Rows of all the articles that are wanted, in order. One that is being removed may still be among them."""
        with self._lock:
            self._follow()
            # The words of an article come after it: a list made before them must not be kept.
            key = (wanted, self._words.count if wanted.words else 0)
            if key not in self._kept:
                self._kept[key] = self._find(wanted)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _follow(self) -> None:
        version = self._catalog.version()
        if version == self._version:
            return
        # That the words have followed is written after they have, and changes no column: a list made in between must not be kept.
        for key in [key for key in self._kept if key[0].words]:
            del self._kept[key]
        # The number first: what changes while the rest is read is read once more the next time.
        seen = self._catalog.changes.latest()
        changed = None if self._version is None else self._catalog.changes.since(self._seen)
        if changed is None or len(changed) > max(MANY, len(self._columns.row) // 10):
            columns = _Columns(self._catalog.listed_facts())
        else:
            columns = self._columns.replaced(changed, self._catalog.listed_facts(changed)) if changed else self._columns
        if columns is not self._columns:
            self._columns = columns
            self._kept.clear()
        self._version, self._seen = version, seen

    def _find(self, wanted: Wanted) -> Rows:
        columns, allowed = self._columns, self._columns.mask(wanted.scope)
        order = columns.by(wanted.order)
        if wanted.words.strip():
            fits = self._fits(wanted.words)
            allowed &= fits > 0
            if wanted.order == "best":
                order = order[np.argsort(-fits[order], kind="stable")]
        return columns.row[order[allowed[order]]]

    def _fits(self, words: str) -> npt.NDArray[np.float64]:
        """How well each article fits, 0 where it does not: BM25, and before all others those whose title says the words as they stand."""
        columns = self._columns
        fits = np.zeros(len(columns.row))
        found = self._words.holding(words)
        if found is not None:
            rows, scores = found
            places = np.searchsorted(columns.row, rows)
            places[places == len(columns.row)] = 0
            known = columns.row[places] == rows if len(columns.row) else np.zeros(len(rows), bool)
            fits[places[known]] = scores[known]
        said = f" {' '.join(words.casefold().split())}"
        best = float(fits.max(initial=0.0))
        for place, title in enumerate(columns.folded):
            if said in title:
                fits[place] += best + 1.0
        return fits
