"""Where each row stands in a list that only grows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
NOWHERE = -1
DENSE = 16
"""Times as many numbers as rows between the first and the last of them, up to which a table by number is kept: four bytes a number."""
SMALL = 1_000_000
"""Numbers for which there is always one."""


class RowPlaces:
    """A table from row to place, which is looked up and written on without looking at all rows. Rows are the numbers of a table that
    counts up, so most of the numbers between the first and the last are there; where they are not, the rows are kept sorted. Rows under
    zero are nowhere."""

    def __init__(self, rows: Ints) -> None:
        self._first = 0
        self._table: npt.NDArray[np.int32] | None = np.zeros(0, np.int32)
        self._sorted = (np.zeros(0, np.int64), np.zeros(0, np.int64))
        self._count = 0
        self._lay(rows, np.arange(len(rows)))

    def of(self, rows: Ints) -> Ints:
        """The place of each row, NOWHERE where it is not here."""
        table, first = self._table, self._first
        if table is not None:
            within = (rows >= first) & (rows < first + len(table))
            if within.all():
                return table[rows - first].astype(np.int64)
            found = np.full(len(rows), NOWHERE, np.int64)
            found[within] = table[rows[within] - first]
            return found
        known, places = self._sorted
        at = np.minimum(np.searchsorted(known, rows), len(known) - 1)
        return np.where(known[at] == rows, places[at], NOWHERE)

    def append(self, rows: Ints) -> None:
        """These come next, none of them here already."""
        places = np.arange(self._count, self._count + len(rows))
        table = self._table
        if table is not None and len(rows) and len(table) and rows.min() >= self._first:
            last = int(rows.max()) - self._first
            if last < len(table) or last < 2 * len(table):
                if last >= len(table):
                    self._table = table = np.concatenate([table, np.full(len(table), NOWHERE, np.int32)])
                table[rows - self._first] = places
                self._count += len(rows)
                return
        known, held = self._all()
        self._lay(np.concatenate([known, rows]), np.concatenate([held, places]))

    def _all(self) -> tuple[Ints, Ints]:
        if self._table is None:
            return self._sorted
        at = np.flatnonzero(self._table != NOWHERE)
        return at + self._first, self._table[at].astype(np.int64)

    def _lay(self, rows: Ints, places: Ints) -> None:
        self._count = max(self._count, int(places.max(initial=-1)) + 1)
        rows, places = rows[rows >= 0], places[rows >= 0]
        if not len(rows):
            return
        first, last = int(rows.min()), int(rows.max())
        span = last - first + 1
        if span <= max(SMALL, DENSE * len(rows)):
            table = np.full(span, NOWHERE, np.int32)
            table[rows - first] = places
            self._first, self._table = first, table
        else:
            order = np.argsort(rows, kind="stable")
            self._sorted, self._table = (rows[order], places[order]), None
