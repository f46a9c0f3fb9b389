"""The home's catalog against its indexes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.doctor.finding import REINDEX, SALVAGE, Finding
from app.errors import DatelineError
from app.settings import Settings
from app.stores.stores import Stores


def examine_home(settings: Settings, stores: Stores) -> list[Finding]:
    """Texts, words, vectors and the model that made them; needs no model loaded."""
    try:
        return [*_catalog(stores), *_indexes(settings, stores), *_model_of_vectors(settings, stores)]
    except DatelineError as error:
        return [Finding.of(error)]


def _catalog(stores: Stores) -> Iterator[Finding]:
    from app.stores.schema import PASSAGES_VERSION

    damage = stores.catalog.damage()
    if damage:
        yield Finding(level="error", what=f"the catalog is damaged: {damage}.", mend=SALVAGE)
        return
    # A damaged file is mended by what can be read of it; a database by its own backup.
    rescue = SALVAGE if stores.catalog.leader is None else "put back what pg_dump saved (docs/scaling.md)"
    altered = stores.catalog.altered()
    if altered:
        what = f"{len(altered)} articles of the catalog are no longer what was written, the first in row {altered[0]}."
        yield Finding(level="error", what=what, mend=rescue)
    hurt = stores.catalog.versions.altered()
    if hurt:
        what = f"{len(hurt)} former versions of articles are no longer what was written, the first in row {hurt[0]}."
        yield Finding(level="error", what=what, mend=rescue)
    totals = stores.catalog.totals()
    if totals.articles:
        yield Finding(level="ok", what=f"{totals.articles} articles, {totals.passages} passages.")
    else:
        yield Finding(level="warning", what="there are no articles yet.", mend="python ingest.py corpus")
    if stores.catalog.meta("passages_version") != str(PASSAGES_VERSION):
        yield Finding(level="warning", what="the passages were cut by an older version.", mend=REINDEX)


def _indexes(settings: Settings, stores: Stores) -> Iterator[Finding]:
    """Numbers of the catalog against those of both indexes."""
    owed = stores.catalog.words.owed()
    if owed:
        what = f"{owed} articles are still to enter or leave the word index: an ingestion runs or was stopped."
        yield Finding(level="warning", what=what, mend="python ingest.py PATH, as before")
    else:
        for name, index, kept in stores.words_kept():
            index.reload()
            found = index.count
            if found != kept:
                yield Finding(level="error", what=f"the word index holds {found} {name}, the catalog {kept}.", mend=REINDEX)
            else:
                yield Finding(level="ok", what=f"the word index holds all {found} {name}.")
    yield from _vectors(settings, stores)


def _vectors(settings: Settings, stores: Stores) -> Iterator[Finding]:
    waiting = stores.catalog.journal.vectors_owed()
    if waiting:
        what = f"{waiting} passages have no vector yet: they are found by words."
        yield Finding(level="warning", what=what, mend="python -m app serve (it makes them while it answers)")
    if stores.vectors is None and not stores.vectors_allowed:
        yield Finding(level="warning", what="the vectors are being written by another command, so they were not looked at.")
        return
    try:
        yield from _stored_vectors(settings, stores, waiting > 0 or stores.catalog.journal.has_vectors_to_drop())
    except DatelineError as error:
        yield Finding.of(error)


def _stored_vectors(settings: Settings, stores: Stores, under_way: bool) -> Iterator[Finding]:
    """Chroma and the matrix against the catalog, every vector read. `under_way`: more are to come or to go."""
    from app.stores.matrix import VectorMatrix, sound
    from app.stores.vectors import VectorStore

    embedded = set(stores.catalog.journal.passages_with_vector())
    if not embedded and settings.chroma_url is None and not (stores.home / "chroma").exists():
        return
    dimension = int(stores.catalog.meta("embedding_dimension") or 0)
    if not stores.matrix_alone:
        opened = stores.vectors is None
        chroma = stores.vectors or VectorStore(
            stores.home / "chroma", settings.chroma_url, collection=settings.chroma_collection, archive=stores.catalog.meta("archive")
        )
        try:
            found: set[int] = set()
            for rows, vectors in chroma.all():
                dimension = vectors.shape[1]
                found.update(row for row, is_sound in zip(rows, sound(vectors), strict=True) if is_sound)
        finally:
            if opened:
                chroma.close()
        # Between a write to Chroma and its note in the catalog a kill leaves more vectors than noted; they are made again.
        if embedded - found or (not under_way and found - embedded):
            yield Finding(level="error", what=f"Chroma holds {len(found)} sound vectors, the catalog says {len(embedded)}.", mend=REINDEX)
            return
        yield Finding(level="ok", what=f"Chroma holds {len(found)} vectors.")
    if embedded:
        matrix = VectorMatrix(stores.home / "matrix", dimension)
        lost = len(embedded.difference(matrix.rows.tolist()))
        if lost:
            yield Finding(level="error", what=f"{lost} vectors of the matrix are lost or hurt.", mend=REINDEX)
        else:
            too = f"all {len(embedded)} vectors" if stores.matrix_alone else "them too"
            yield Finding(level="ok", what=f"the matrix holds {too}, as they were written.")


def _model_of_vectors(settings: Settings, stores: Stores) -> Iterator[Finding]:
    from app.encoding import encoder_name

    made_with = stores.catalog.meta("embedding_model")
    folder = Path(settings.embedding_model)
    now = encoder_name(settings) or (str(folder.resolve()) if folder.is_dir() else settings.embedding_model)
    if made_with is not None and not made_with.startswith(now):
        what = f"the vectors were made with {made_with}, the embedding model is now {now}."
        yield Finding(level="error", what=what, mend=f"{REINDEX} (or set DATELINE_EMBEDDING_MODEL back)")
