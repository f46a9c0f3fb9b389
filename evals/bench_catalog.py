"""What the record costs in a file and in PostgreSQL: `python -m evals.bench_catalog --articles 2000 --url postgresql://…`."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.article import Article, Passage, Published, Sentence, article_id
from app.stores.catalog import Catalog
from app.stores.columns import ColumnCache

BATCH = 100
"""Articles in one transaction, as the pipeline has it."""
TEXT = "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill beside the weir, number {}. " * 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--url", help="An empty database. It is filled, and left so.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure("file", Catalog(Path(folder) / "catalog.sqlite"), arguments.articles)
    if arguments.url:
        from app.stores.postgres_catalog import PostgresCatalog
        from app.stores.postgres_place import postgres_place

        catalog = PostgresCatalog(postgres_place(arguments.url))
        measure("PostgreSQL", catalog, arguments.articles)


def measure(name: str, catalog: Catalog, count: int) -> None:
    """Print one line of each kind of work. Closes the catalog."""
    with closing(catalog):
        said = [
            ("articles written, each with 4 passages", count, lambda: written(catalog, count)),
            ("articles read by row, one query each", 500, lambda: [catalog.articles([row]) for row in range(1, 501)]),
            ("columns read anew", 1, lambda: ColumnCache(catalog).current()),
            ("looks at whether anything changed", 500, lambda: [catalog.version() for _ in range(500)]),
        ]
        for what, number, work in said:
            seconds = timed(work)
            print(f"{name:<11} {number:>7} {what:<40} {seconds:8.2f} s  {1000 * seconds / number:8.3f} ms each", flush=True)


def written(catalog: Catalog, count: int) -> None:
    for start in range(0, count, BATCH):
        with catalog.transaction():
            for number in range(start, min(start + BATCH, count)):
                url, text = f"https://made.example/{number}", TEXT.format(*[number] * 30)
                article = Article(
                    article_id(url, ""), f"Story {number}", text, Published.parse("2026-01-10"), f"Outlet {number % 40}", url=url
                )
                fourth = len(text) // 4
                spans = [(place * fourth, (place + 1) * fourth) for place in range(4)]
                catalog.put(article, [Passage(article.id, place, *span, (Sentence(*span),)) for place, span in enumerate(spans)])


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
