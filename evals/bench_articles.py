"""The articles view over a hundred thousand articles, in Chromium: its first paint, its search, and the frames of its scrolling.

`python -m evals.bench_articles` makes a home of invented articles (words of `corpus/` drawn anew; minutes, once) and keeps it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.article import Article, Published, article_id

if TYPE_CHECKING:
    from app.service import Service

ROOT = Path(__file__).parent.parent
TOGETHER = 1_000
"""Articles in one transaction."""
OUTLETS, DAYS, WORDS = 240, 3_650, 250


def invented(count: int) -> Iterator[Article]:
    """`count` articles of 250 words each, over ten years and 240 outlets."""
    draw = random.Random(13)
    words = [word for file in sorted((ROOT / "corpus" / "articles").glob("*.md")) for word in file.read_text(encoding="utf-8").split()]
    outlets = [
        f"{draw.choice(words).strip('.,').title()} {draw.choice(('Gazette', 'Mail', 'Courier', 'Ledger'))} {n}" for n in range(OUTLETS)
    ]
    for n in range(count):
        day = date(2016, 1, 1) + timedelta(days=draw.randrange(DAYS))
        text = " ".join(draw.choices(words, k=WORDS))
        title = " ".join(draw.choices(words, k=draw.randint(5, 12))).capitalize()
        url = f"https://bench.example/{n}"
        yield Article(article_id(url, ""), title, text, Published(day), draw.choice(outlets), url=url)


def fill(service: Service, count: int) -> None:
    """Write the articles past reading and embedding: each is one passage, found by its words, its vector said to be there."""
    from app.article import Passage, Sentence

    stores = service.stores
    catalog = stores.catalog
    articles = invented(count)
    for start in range(0, count, TOGETHER):
        with catalog.transaction():
            for _ in range(min(TOGETHER, count - start)):
                article = next(articles)
                whole = Sentence(0, len(article.text))
                catalog.put(article, [Passage(article.id, 0, 0, len(article.text), (whole,))])
        catalog.journal.vectors_done(catalog.journal.passages_without_vector(TOGETHER))
        service.backlog.index_words()


if __name__ == "__main__":
    import sys

    from app.service import Service
    from app.settings import load_settings

    home = Path(sys.argv[1])
    n = int(sys.argv[2])
    service = Service.open(load_settings(home=home, llm="none"), "own", "ingest")
    began = time.time()
    fill(service, n)
    print("filled", time.time() - began)
    service.backlog.settle_stories()
    print("stories", time.time() - began)
    service.close()
