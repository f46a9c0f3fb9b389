"""What the catalog says of itself as a whole: how much is there, of when and of whom, and whether it is sound."""

from __future__ import annotations

from dataclasses import dataclass

from app.answer import SourceSummary
from app.stores.databases import AnyDatabase


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the whole catalog. `newest` and `oldest` are dates as published; None when no article has one."""

    articles: int
    passages: int
    embedded: int
    sources: int
    newest: str | None
    oldest: str | None


class CatalogCounts:
    """The half of the catalog that counts; reads alone."""

    def __init__(self, database: AnyDatabase) -> None:
        self._database = database

    def is_empty(self) -> bool:
        """Whether there is no article at all."""
        return not self._database.rows("SELECT 1 FROM articles LIMIT 1")

    def undated(self) -> int:
        """Articles without a date."""
        return self._number("SELECT COUNT(*) FROM articles WHERE last_second IS NULL")

    def later_than(self, second: int) -> int:
        """Articles whose last second of publication comes after this Unix second; undated ones do not count."""
        return self._number("SELECT COUNT(*) FROM articles WHERE last_second > ?", second)

    def collection(self) -> tuple[int | None, int]:
        """(highest row, articles): changes when articles come or go. The row is None when there are none."""
        highest, count = self._database.rows("SELECT MAX(row), COUNT(*) FROM articles")[0]
        return highest, count

    def totals(self) -> Totals:
        articles, sources, newest, oldest = self._database.rows(
            "SELECT COUNT(*), COUNT(DISTINCT source),"
            " (SELECT published FROM articles WHERE last_second IS NOT NULL ORDER BY last_second DESC LIMIT 1),"
            " (SELECT published FROM articles WHERE first_second IS NOT NULL ORDER BY first_second LIMIT 1) FROM articles"
        )[0]
        # The waiting ones have an index of their own: nothing reads the passages themselves.
        counted = "SELECT COUNT(*), (SELECT COUNT(*) FROM passages WHERE embedded = 0) FROM passages"
        passages, waiting = self._database.rows(counted)[0]
        return Totals(articles=articles, passages=passages, embedded=passages - waiting, sources=sources, newest=newest, oldest=oldest)

    def has_example_addresses(self) -> bool:
        """Whether some article's address ends in `.example`, which no real outlet's can (RFC 2606): it is invented."""
        return bool(self._database.rows("SELECT 1 FROM articles WHERE url LIKE 'http%://%.example/%' LIMIT 1"))

    def sources(self) -> list[SourceSummary]:
        """Every outlet with its articles and their first and last date, most articles first; None is for those that name none."""
        found = [
            SourceSummary(source=source, articles=count, first=first, last=last)
            # Apart: an index finds what equals a name, or is NULL, and not what "is the same as" either.
            for which, same in (("a.source IS NULL", "b.source IS NULL"), ("a.source IS NOT NULL", "b.source = a.source"))
            for source, count, first, last in self._database.rows(
                "SELECT a.source, COUNT(*),"
                f" (SELECT published FROM articles b WHERE {same} AND first_second IS NOT NULL ORDER BY first_second LIMIT 1),"
                f" (SELECT published FROM articles b WHERE {same} AND last_second IS NOT NULL ORDER BY last_second DESC LIMIT 1)"
                f" FROM articles a WHERE {which} GROUP BY a.source"
            )
        ]
        return sorted(found, key=lambda outlet: (-outlet.articles, outlet.source is not None, outlet.source or ""))

    def outlets(self) -> list[str]:
        """The names of all outlets, in their alphabet. Steps through the index from name to name, however many articles there are."""
        step = "SELECT MIN(source) FROM articles"
        names = f"WITH RECURSIVE names(name) AS ({step} UNION ALL SELECT ({step} WHERE source > name) FROM names WHERE name IS NOT NULL)"
        return [name for (name,) in self._database.rows(f"{names} SELECT name FROM names WHERE name IS NOT NULL")]

    def damage(self) -> str | None:
        """The first thing wrong with the file, on one line; None when it is sound, or PostgreSQL looks after it."""
        return self._database.check()

    def _number(self, statement: str, *values: int) -> int:
        return int(self._database.rows(statement, values)[0][0])
