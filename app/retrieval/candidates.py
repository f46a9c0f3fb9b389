"""The passages worth ranking: found by words in passages, by words in whole articles, by vectors."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.encoding import Encoder
from app.encoding.encoder import Vectors
from app.retrieval.fusion import SECONDS_A_DAY, Signals
from app.retrieval.time_prior import Floats
from app.retrieval.wish import Wish
from app.stores.columns import UNDATED, PassageColumns
from app.stores.scope import Scope
from app.stores.stores import Stores
from app.trouble import Troubles

DEPTH = 200
WITHOUT_CHROMA = "Searched in the home's own copy of the vectors"
ARTICLE_DEPTH = 100
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Candidates:
    """`rows` are passage rows, in no order, with what their scores are made of."""

    rows: list[int]
    signals: Signals


def find_candidates(
    stores: Stores, encoder: Encoder | None, text: str, scope: Scope, depth: int, wish: Wish, troubles: Troubles | None = None
) -> Candidates:
    """Search every index that is there. Without an encoder, or before the vectors are opened, by words alone.

    Ages count from the end of the scope, else from the newest article: to an archive that ended last year, its last weeks
    are the recent ones. Servers that are away are told to `troubles`, and done without.
    """
    troubles = troubles or Troubles()
    columns = stores.columns.current()
    worded = dict(stores.passage_words.search(text, depth, scope))
    articles = dict(stores.article_words.search(text, ARTICLE_DEPTH, scope))
    vector = _embedded(encoder, text, troubles) if encoder is not None and stores.matrix is not None else None
    near = _nearest(stores, vector, scope, columns, depth, troubles) if vector is not None else {}
    rows = np.fromiter({*worded, *near, *_openings(columns, articles)}, np.int64)
    places = np.searchsorted(columns.row, rows)
    known = (
        (places < len(columns.row)) & (columns.row[np.minimum(places, len(columns.row) - 1)] == rows)
        if len(columns.row)
        else np.zeros(0, bool)
    )
    rows, places = rows[known], places[known]
    allowed = columns.mask(scope)[places]
    rows, places = rows[allowed], places[allowed]
    listed = [int(row) for row in rows]
    end = min(scope.seen_until if scope.seen_until is not None else columns.newest, int(time.time()))
    seconds = np.where(columns.last_second[places] == UNDATED, np.nan, columns.last_second[places].astype(np.float64))
    named = [number for number, source in enumerate(columns.sources) if source is not None and source == wish.outlet]
    return Candidates(
        listed,
        Signals(
            passage_words=np.array([worded.get(row, 0.0) for row in listed], np.float64),
            article_words=np.array([articles.get(int(article), 0.0) for article in columns.article[places]], np.float64),
            cosine=_cosines(stores, vector, listed, near) if vector is not None else None,
            age_days=(end - seconds) / SECONDS_A_DAY,
            days=np.floor(seconds / SECONDS_A_DAY) + EPOCH,
            today=int(end // SECONDS_A_DAY) + EPOCH,
            of_outlet=np.isin(columns.source[places], named).astype(np.float64),
        ),
    )


def _embedded(encoder: Encoder, text: str, troubles: Troubles) -> Vectors | None:
    vectors = troubles.tried("vectors", "Answered by words alone", lambda: encoder.encode([text]))
    return None if vectors is None else vectors[0]


def _nearest(stores: Stores, vector: Vectors, scope: Scope, columns: PassageColumns, depth: int, troubles: Troubles) -> dict[int, float]:
    """Chroma for an open question, where it holds the vectors and its server answers; else the matrix under a mask, within a scope
    several times quicker than Chroma's own."""
    if scope.is_open and (chroma := stores.vectors) is not None:
        found = troubles.tried("Chroma", WITHOUT_CHROMA, lambda: chroma.search(vector, depth))
        if found is not None:
            return dict(found)
    assert stores.matrix is not None
    return dict(stores.matrix.search(vector, depth, stores.places(columns, scope)))


def _cosines(stores: Stores, vector: Vectors, rows: list[int], near: dict[int, float]) -> Floats:
    """Of every candidate; one without a vector yet gets the least that was found near, so that it is not shut out."""
    assert stores.matrix is not None
    missing = [row for row in rows if row not in near]
    held = stores.matrix.get(missing)
    cosine = {**near, **dict(zip(held, (np.array([*held.values()]) @ vector).tolist() if held else (), strict=True))}
    least = min(cosine.values(), default=0.0)
    return np.array([cosine.get(row, least) for row in rows], np.float64)


def _openings(columns: PassageColumns, articles: dict[int, float]) -> set[int]:
    """The first passage of each article found as a whole: its words may be spread over all of it."""
    return columns.first_rows(articles)
