"""Homes of a chosen size, kept under `.evals/scale`: written through the stores, without reading and embedding each article."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import DatelineError
from app.indexing.progress import Progress
from app.stores.vectors import VectorMetadata
from evals.homes import ROOT
from evals.scale_material import Material, made_articles, made_vectors

if TYPE_CHECKING:
    from app.encoding import Encoder
    from app.service import Service

SCALE = ROOT / "scale"
TOGETHER = 500
"""Articles in one transaction and one commit of the words, as the backlog has it."""
VECTORS = 5_000


def chroma_bound(size: int, chroma_up_to: int) -> int:
    """DATELINE_CHROMA_PASSAGES of a home of `size` passages. Far from what it holds: it has an article's more, others come while it is
    measured, and a home that grows beyond its bound leaves Chroma for good."""
    return 2 * size if size <= chroma_up_to else 0


def built(size: int, material: Material, encoder: Encoder, bound: int, progress: Progress) -> Path:
    """A home of at least `size` passages, and at most an article's more. What a run before has done is not done again: each step starts
    from what the catalog says. With a `bound` of 0 the matrix alone has the vectors.

    Raises DatelineError where a home that should have Chroma has left it.
    """
    home = SCALE / f"{size}{'' if bound else '-matrix'}"
    with closing(opened(home, encoder, bound)) as service:
        _write_articles(service, size, material, progress)
        service.backlog.settle_stories(progress)
        _write_vectors(service, material, encoder, progress)
        if bound and service.stores.matrix_alone:
            raise DatelineError(f"{home} has left Chroma, with which it is to be measured.", "Delete that folder and run again.")
    return home


def opened(home: Path, encoder: Encoder, bound: int) -> Service:
    from app.service import Service
    from app.settings import load_settings

    settings = load_settings(home=home, llm="none", chroma_passages=bound)
    return Service.open(settings, "own", "bench", lambda _: encoder)


def _write_articles(service: Service, size: int, material: Material, progress: Progress) -> None:
    catalog = service.stores.catalog
    totals = catalog.totals()
    written, articles = totals.passages, made_articles(material, totals.articles)
    while written < size:
        with catalog.transaction():
            for article, passages in islice(articles, TOGETHER):
                if written >= size:
                    break
                catalog.put(article, passages)
                written += len(passages)
        service.backlog.index_words()
        progress("passages", written, size)


def _write_vectors(service: Service, material: Material, encoder: Encoder, progress: Progress) -> None:
    journal = service.stores.catalog.journal
    service.stores.open_vectors(encoder)
    owed = journal.vectors_owed()
    done = 0
    while rows := journal.passages_without_vector(VECTORS):
        service.stores.keep_vectors(rows, made_vectors(material, rows), [VectorMetadata(str(row), 0, "") for row in rows])
        journal.vectors_done(rows)
        done += len(rows)
        progress("vectors", done, owed)
