"""What copying a file's catalog into PostgreSQL takes: `python -m evals.bench_copy --articles 10000 --url postgresql://…`."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from itertools import islice, pairwise
from pathlib import Path
from typing import Annotated

import typer

from evals.bench import main
from evals.scale_home import TOGETHER
from evals.scale_material import made_articles, read_material


def bench(
    url: Annotated[str, typer.Option("--url", help="An empty database. It is filled, and left so.")],
    articles: Annotated[int, typer.Option("--articles", min=1, help="Articles of the catalog that is copied.")] = 10_000,
    data: Annotated[Path, typer.Option("--data", help="File or folder of articles, whose words are drawn.")] = Path("corpus"),
) -> None:
    """Make a catalog and copy it."""
    from app.stores.catalog_copy import copy_catalog
    from app.stores.postgres_place import postgres_place

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        written(home, articles, data)
        began: dict[str, float] = {}

        def progress(stage: str, done: int, total: int) -> None:
            began.setdefault(stage, time.perf_counter())

        start = time.perf_counter()
        rows = copy_catalog(home, postgres_place(url), progress)
        end = time.perf_counter()
        print(f"file       {(home / 'catalog.sqlite').stat().st_size / 1e6:8.1f} MB, {sum(rows.values())} rows in {len(rows)} tables")
    print(f"articles   {rows['articles']:8d}   passages {rows['passages']}")
    moments = [*began.items(), ("", end)]
    for (stage, at), (_, until) in pairwise(moments):
        print(f"{stage:<22} {until - at:8.2f} s")
    print(f"{'in all':<22} {end - start:8.2f} s")


def written(home: Path, count: int, data: Path) -> None:
    """A home whose catalog has so many articles, passages and stories, and nothing else."""
    from app.encoding.hashing import HashingEncoder
    from app.indexing.stories import settle_stories
    from app.stores.catalog import Catalog
    from app.stores.vector_cache import VectorCache

    home.mkdir()
    with closing(VectorCache(home / "cache.sqlite")) as cache:
        material = read_material(data, HashingEncoder(), cache, base=0)
    articles = islice(made_articles(material), count)
    with closing(Catalog(home / "catalog.sqlite")) as catalog:
        while some := list(islice(articles, TOGETHER)):
            with catalog.transaction():
                for article, passages in some:
                    catalog.put(article, passages)
        settle_stories(catalog)


if __name__ == "__main__":
    raise SystemExit(main(bench))
