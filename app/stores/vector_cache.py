"""Vectors by model and text, on disk: the same text is never embedded twice."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.encoding.encoder import Encoder, Vectors, normalised
from app.stores.matrix import sound

QUERY_ROWS = 500

log = logging.getLogger(__name__)


class VectorCache:
    """A SQLite file of half-precision vectors (0.8 KB each; cosines move by less than 0.001).

    A lost or hurt cache costs time, never data: one that the disk fails is begun anew, and if that fails too done without.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        try:
            self._open()
        except (sqlite3.Error, OSError) as error:
            self._renew(error)

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")

    def _renew(self, error: Exception) -> None:
        log.warning("the cache of vectors %s is begun anew: %s", self._path, error)
        if self._db is not None:
            self._db.close()
            self._db = None
        try:
            for end in ("", "-wal", "-shm"):
                Path(f"{self._path}{end}").unlink(missing_ok=True)
            self._open()
        except (sqlite3.Error, OSError) as again:
            log.warning("no cache of vectors: %s", again)
            self._db = None

    def encode(self, encoder: Encoder, texts: Sequence[str]) -> Vectors:
        """As `encoder.encode`, embedding only what is not here yet; what it embeds is kept."""
        keys = _keys(encoder, texts)
        known = self._get(keys, encoder.dimension)
        missing = [place for place, key in enumerate(keys) if key not in known]
        vectors = np.zeros((len(texts), encoder.dimension), np.float32)
        for place, key in enumerate(keys):
            if key in known:
                vectors[place] = known[key]
        if missing:
            # Of passages that say the same one is embedded.
            first = {keys[place]: place for place in reversed(missing)}
            fresh = encoder.encode([texts[place] for place in first.values()])
            self._put(list(first), fresh)
            made = dict(zip(first, fresh, strict=True))
            for place in missing:
                vectors[place] = made[keys[place]]
        return normalised(vectors) if len(texts) else vectors

    def keep(self, encoder: Encoder, texts: Sequence[str], vectors: Vectors) -> None:
        """Remember vectors of these texts that are known from elsewhere."""
        if len(texts):
            self._put(_keys(encoder, texts), vectors)

    def _get(self, keys: Sequence[bytes], dimension: int) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        with self._lock:
            if self._db is None:
                return found
            try:
                for start in range(0, len(keys), QUERY_ROWS):
                    part = keys[start : start + QUERY_ROWS]
                    marks = ",".join("?" * len(part))
                    for key, blob in self._db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part):
                        if len(blob) == 2 * dimension:
                            found[key] = np.frombuffer(blob, np.float16).astype(np.float32)
            except sqlite3.Error as error:
                self._renew(error)
        return {key: vector for key, vector in found.items() if sound(vector[np.newaxis])[0]}

    def _put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        rows = [(key, vector.astype(np.float16).tobytes()) for key, vector in zip(keys, vectors, strict=True)]
        with self._lock:
            if self._db is None:
                return
            try:
                self._db.execute("BEGIN")
                self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                self._renew(error)

    def close(self) -> None:
        with self._lock:
            if self._db is not None:
                self._db.close()


def _keys(encoder: Encoder, texts: Sequence[str]) -> list[bytes]:
    return [hashlib.blake2b(f"{encoder.name}\x1f{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
