"""Words of a language model, kept by model and prompt: a second run of a baseline asks nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path


class SaidCache:
    """A small SQLite file; losing it costs time only."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("CREATE TABLE IF NOT EXISTS said (key TEXT PRIMARY KEY, model TEXT, prompt TEXT, words TEXT NOT NULL)")

    def say(self, model: str, prompt: str, ask: Callable[[str], str]) -> str:
        """What the model said to this prompt, asking it only the first time."""
        key = hashlib.sha256(f"{model}\x1f{prompt}".encode()).hexdigest()
        known = self._db.execute("SELECT words FROM said WHERE key = ?", (key,)).fetchone()
        if known is not None:
            return str(known[0])
        words = ask(prompt)
        self._db.execute("INSERT INTO said VALUES (?, ?, ?, ?)", (key, model, prompt, words))
        return words

    def close(self) -> None:
        self._db.close()
