"""Vectors: a Chroma collection, embedded in this process or on a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.encoding.encoder import Vectors
from app.errors import DatelineError, first_line, without_credentials
from app.stores.chroma_server import away, check_owner, connect
from app.stores.faults import FAILED, REINDEX, index_fault
from app.stores.graph_files import forget, look, note, survives

COLLECTION = "dateline-passages"


@dataclass(frozen=True, slots=True)
class VectorMetadata:
    """What other tools that open the collection see beside a vector."""

    article_id: str
    published_day: int
    """YYYYMMDD, 0 for undated: Chroma's range filters compare numbers only."""
    source: str


class VectorStore:
    """Passage vectors by passage row. Only the home's owner opens an embedded one: two processes lose data silently."""

    def __init__(
        self, folder: Path, url: str | None, *, tried: bool = False, collection: str = COLLECTION, archive: str | None = None
    ) -> None:
        """`archive`: whose vectors a server's collection must have, and has from now on if it is new.

        Raises DatelineError if the folder is no Chroma folder or hurt, or the collection is another's; Unavailable if the server does not
        answer. `tried`: open it anyhow.
        """
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings as ChromaSettings

        self._url, self._name, self._archive = url, collection, archive
        where = f"the Chroma server {without_credentials(url)}" if url else f"the vectors in {folder}"
        quiet = ChromaSettings(anonymized_telemetry=False)
        self._folder = None if url else folder
        self._noted = url is not None or tried or _is_as_noted(folder, where)
        try:
            client: Any = connect(url) if url else chromadb.PersistentClient(path=str(folder), settings=quiet)
            self._client = client
            self._passages = self._collection()
            self._batch = int(client.get_max_batch_size())
        except DatelineError:
            SharedSystemClient.clear_system_cache()
            raise
        except Exception as error:  # Chroma raises ValueError, its own errors and Rust panics alike
            # Chroma remembers the client that failed and would hand it out again for this folder.
            SharedSystemClient.clear_system_cache()
            if url:
                raise away(url, error) from error
            raise DatelineError(f"{where} cannot be opened: {first_line(error)}.", REINDEX) from error
        self._where = where

    @property
    def count(self) -> int:
        with self._told():
            return int(self._passages.count())

    def _written(self) -> None:
        """Before anything is: what is noted of the files holds no longer."""
        if self._noted and self._folder is not None:
            forget(self._folder)
            self._noted = False

    def upsert(self, rows: Sequence[int], vectors: Vectors, metadata: Sequence[VectorMetadata]) -> None:
        self._written()
        for start in range(0, len(rows), self._batch):
            part = slice(start, start + self._batch)
            with self._told():
                self._passages.upsert(
                    ids=[str(row) for row in rows[part]],
                    embeddings=vectors[part],
                    metadatas=[{"article_id": m.article_id, "published_day": m.published_day, "source": m.source} for m in metadata[part]],
                )

    def delete(self, rows: Sequence[int]) -> None:
        """Forget these rows; unknown ones are passed over."""
        self._written()
        for start in range(0, len(rows), self._batch):
            with self._told():
                self._passages.delete(ids=[str(row) for row in rows[start : start + self._batch]])

    def search(self, vector: Vectors, count: int) -> list[tuple[int, float]]:
        """The nearest (row, cosine), best first, by approximate search (recall 0.95 to 0.97 of the exact)."""
        if count < 1:
            return []
        with self._told():
            # Where there are fewer, so many come. To count them first would take as long as to search: 11 ms of 100,000.
            found = self._passages.query(query_embeddings=[vector], n_results=count, include=["distances"])
        return [(int(key), 1.0 - float(distance)) for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def get(self, rows: Sequence[int]) -> tuple[list[int], Vectors]:
        """Those of these rows that are here, with their vectors."""
        found: list[int] = []
        vectors: list[Vectors] = []
        for start in range(0, len(rows), self._batch):
            with self._told():
                part = self._passages.get(ids=[str(row) for row in rows[start : start + self._batch]], include=["embeddings"])
            if part["ids"]:
                found += [int(key) for key in part["ids"]]
                vectors.append(np.asarray(part["embeddings"], np.float32))
        return found, np.concatenate(vectors) if vectors else np.zeros((0, 0), np.float32)

    def all(self) -> Iterator[tuple[list[int], Vectors]]:
        """Every row with its vector, in batches."""
        for start in range(0, self.count, self._batch):
            with self._told():
                part = self._passages.get(limit=self._batch, offset=start, include=["embeddings"])
            # A vector may be missing beside its id where files are lost: numbers of its own kind, none of length 1.
            if part["ids"]:
                yield [int(key) for key in part["ids"]], np.asarray(part["embeddings"], np.float32)

    def clear(self) -> None:
        """Drop every vector and start an empty collection."""
        self._written()
        with self._told():
            self._client.delete_collection(self._name)
            self._passages = self._collection()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # as above: of many kinds
            if self._url:
                raise away(self._url, error) from error
            raise index_fault(self._where, error) from error

    def _collection(self) -> Any:
        # Without `embedding_function=None` Chroma would fetch a model of its own.
        made = self._client.get_or_create_collection(self._name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
        if self._url and self._archive:
            check_owner(self._url, made, self._archive)
        return made

    def close(self) -> None:
        self._client.close()
        if not self._noted and self._folder is not None:
            note(self._folder)


def _is_as_noted(folder: Path, where: str) -> bool:
    """Raises DatelineError where opening it would end this process."""
    found = look(folder)
    if found == "hurt" or (found == "unknown" and not survives(folder)):
        raise DatelineError(f"{where} are hurt.", REINDEX, http=FAILED)
    return found == "as noted"
