"""What filters test, of all passages or of those of some articles, read without a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.stores.databases import AnyDatabase

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Names = dict[str | None, int]
"""Outlets by the number that stands for each."""
UNDATED = -(2**62)
MANY = 500
"""Host parameters in one statement."""


@dataclass(frozen=True, slots=True)
class PassageFacts:
    """Arrays of one length, ascending by `row`. `last_second` is UNDATED where there is no date, `source` an outlet's number, `story` the
    row of the story's first article; `former`: of a version that the article has no more, which is a story of its own."""

    row: Ints
    article: Ints
    last_second: Ints
    source: npt.NDArray[np.int32]
    embedded: Bools
    story: Ints
    former: Bools


class Facts:
    """Reads indexes alone, and joins here: SQLite would walk through every text to reach what stands behind it in an article's row."""

    def __init__(self, database: AnyDatabase) -> None:
        self._database = database

    def passages(self, names: Names, articles: Sequence[int] | None = None) -> PassageFacts:
        """Of every passage, or of those of these articles and versions, as of one moment. Outlets that are not among the names are given
        the next numbers there."""
        with self._database.steady():
            present = self._joined("passages", "article_row", "articles", names, articles)
            former = self._joined("former_passages", "version_row", "versions", names, articles)
            copies = self._table(
                "SELECT article_row, story FROM stories WHERE story IS NOT NULL AND story <> article_row", "AND article_row", articles, 2
            )
        is_former = np.repeat([False, True], [len(present), len(former)])
        every = np.concatenate([present, former])
        order = np.argsort(every[:, 0], kind="stable")
        row, article, last_second, source, embedded = every[order].T
        return PassageFacts(
            np.ascontiguousarray(row),
            np.ascontiguousarray(article),
            np.ascontiguousarray(last_second),
            source.astype(np.int32),
            embedded.astype(bool),
            _stories(article, copies),
            is_former[order],
        )

    def _joined(self, table: str, owner: str, owners: str, names: Names, articles: Sequence[int] | None) -> Ints:
        """(row, owner, last second, outlet, embedded 0 or 1) of each passage of a table, in no order."""
        passages = self._table(f"SELECT row, {owner} FROM {table}", f"WHERE {owner}", articles, 2)
        waiting = self._table(f"SELECT row FROM {table} WHERE embedded = 0", f"AND {owner}", articles, 1)
        known = [
            (row, UNDATED if last is None else last, names.setdefault(source, len(names)))
            for block in self._blocks(f"SELECT row, last_second, source FROM {owners}", "WHERE row", articles)
            for row, last, source in block
        ]
        facts = np.array(sorted(known), np.int64).reshape(-1, 3)
        if not len(facts):
            return np.zeros((0, 5), np.int64)
        places = np.minimum(np.searchsorted(facts[:, 0], passages[:, 1]), len(facts) - 1)
        here = facts[places, 0] == passages[:, 1]
        embedded = ~np.isin(passages[:, 0], waiting)
        found: Ints = np.column_stack([passages, facts[places, 1:], embedded])[here]
        return found

    def _table(self, select: str, which: str, articles: Sequence[int] | None, width: int) -> Ints:
        blocks = [np.array(block, np.int64) for block in self._blocks(select, which, articles)]
        return np.concatenate([np.zeros((0, width), np.int64), *blocks])

    def _blocks(self, select: str, which: str, articles: Sequence[int] | None) -> Iterator[list[Any]]:
        if articles is None:
            yield from self._database.blocks(select)
            return
        for start in range(0, len(articles), MANY):
            part = list(articles[start : start + MANY])
            if found := self._database.rows(f"{select} {which} IN ({','.join('?' * len(part))})", part):
                yield found


def _stories(article: Ints, copies: Ints) -> Ints:
    """The story of each article: what the copies say, else its own row."""
    story = article.copy()
    if len(copies):
        copies = copies[np.argsort(copies[:, 0])]
        places = np.minimum(np.searchsorted(copies[:, 0], article), len(copies) - 1)
        copied = copies[places, 0] == article
        story[copied] = copies[places[copied], 1]
    return story
