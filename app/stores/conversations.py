"""Conversations: what was asked and what was told, each owner's own, in a SQLite file beside the catalog."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.stores.conversation_schema import CONVERSATIONS
from app.stores.database import Database
from app.stores.feedback import Feedback

CONVERSATIONS_FILE = "conversations.sqlite"
"""In the home."""
UNDO_SECONDS = 120
"""How long a deleted conversation can come back; after that it leaves the file with the next write."""
IN_MEMORY = 200
"""Conversations that are held where nothing is kept on disk; the oldest are let go."""


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question, how often its answer was begun, and whether it is done. `body` is the page's own JSON."""

    number: int
    key: str
    asked: int
    begun: int
    done: bool
    body: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as a list shows it; `touched` is when its last question came, in milliseconds of Unix time."""

    id: str
    title: str
    touched: int


@dataclass(frozen=True, slots=True)
class CitedIn:
    """Where an article was cited: `citation` counts through the whole conversation, from 1."""

    conversation: str
    question: str
    asked: int
    citation: int


class Conversations:
    """Thread safe; every write is one transaction. What belongs to another owner is as if it were not there."""

    def __init__(self, path: Path | None) -> None:
        """Open or create; None keeps them in memory, as long as this process lives. Raises DatelineError as `Database` does."""
        self._kept = path is not None
        self._database = Database(path, CONVERSATIONS)
        self.feedback = Feedback(self._database)
        self._database.write("PRAGMA secure_delete = ON")  # what was deleted shall not be read out of the file
        self.purge()

    def secret(self) -> str:
        """A key of this home's own, for signing: made once, 43 letters."""
        with self._database.transaction():
            self._database.write("INSERT OR IGNORE INTO meta VALUES ('secret', ?)", (secrets.token_urlsafe(32),))
            return str(self._database.rows("SELECT value FROM meta WHERE key = 'secret'")[0][0])

    # What is written

    def add(self, owner: str, conversation: str, key: str, question: str, body: str) -> int | None:
        """Begin a turn, and its conversation if there is none of this id; the turn's number, from 1. A key that is there already gives
        its number, and nothing is written. None where the conversation is another owner's or deleted."""
        now, touched = int(time.time()), int(time.time() * 1000)
        with self._database.transaction():
            self.purge()
            found = self._database.rows("SELECT owner, deleted FROM conversations WHERE id = ?", (conversation,))
            if found and found[0] != (owner, None):
                return None
            if not found:
                title = " ".join(question.split())[:200]
                self._database.write("INSERT INTO conversations VALUES (?, ?, ?, ?, NULL)", (conversation, owner, title, touched))
                self._let_go()
            if known := self._database.rows("SELECT number FROM turns WHERE conversation = ? AND key = ?", (conversation, key)):
                return int(known[0][0])
            last = "SELECT COALESCE(MAX(number), 0) FROM turns WHERE conversation = ?"
            number = int(self._database.rows(last, (conversation,))[0][0]) + 1
            self._database.write(
                "INSERT INTO turns (conversation, number, key, asked, question, body) VALUES (?, ?, ?, ?, ?, ?)",
                (conversation, number, key, now, question, body),
            )
            self._database.write("UPDATE conversations SET touched = ? WHERE id = ?", (touched, conversation))
        return number

    def begin_again(self, conversation: str, number: int) -> None:
        """Note that the answer of a turn that is not done is begun once more."""
        self._database.write("UPDATE turns SET begun = begun + 1 WHERE conversation = ? AND number = ?", (conversation, number))

    def finish(self, conversation: str, number: int, told: str, body: str, cited: Sequence[str]) -> None:
        """Keep a turn as it ended: `told` in words, for search; `cited` are the article ids of its citations 1, 2, …"""
        with self._database.transaction():
            rows = self._database.rows("SELECT row FROM turns WHERE conversation = ? AND number = ?", (conversation, number))
            for (row,) in rows:  # none if it was purged meanwhile
                self._database.write("UPDATE turns SET told = ?, body = ?, done = 1 WHERE row = ?", (told, body, row))
                self._database.write("DELETE FROM citations WHERE turn = ?", (row,))
                self._database.write_many(
                    "INSERT INTO citations VALUES (?, ?, ?)", [(row, place, article) for place, article in enumerate(cited, 1)]
                )

    def rename(self, owner: str, conversation: str, title: str) -> bool:
        """Whether there is such a conversation."""
        return self._change("UPDATE conversations SET title = ? WHERE id = ? AND owner = ? AND deleted IS NULL", title, conversation, owner)

    def delete(self, owner: str, conversation: str) -> bool:
        """Take it out of sight; `restore` brings it back within UNDO_SECONDS. Whether there was such a conversation."""
        now = int(time.time())
        return self._change("UPDATE conversations SET deleted = ? WHERE id = ? AND owner = ? AND deleted IS NULL", now, conversation, owner)

    def restore(self, owner: str, conversation: str) -> bool:
        """Whether it could come back."""
        return self._change(
            "UPDATE conversations SET deleted = NULL WHERE id = ? AND owner = ? AND deleted IS NOT NULL", conversation, owner
        )

    def purge(self) -> None:
        """Drop what was deleted more than UNDO_SECONDS ago."""
        old = self._database.rows("SELECT id FROM conversations WHERE deleted <= ?", (int(time.time()) - UNDO_SECONDS,))
        self._drop([conversation for (conversation,) in old])

    def _let_go(self) -> None:
        if not self._kept:
            rest = self._database.rows("SELECT id FROM conversations ORDER BY touched DESC LIMIT -1 OFFSET ?", (IN_MEMORY,))
            self._drop([conversation for (conversation,) in rest])

    def _drop(self, conversations: Sequence[str]) -> None:
        turns = "(SELECT row FROM turns WHERE conversation = ?)"
        with self._database.transaction():
            for one in conversations:
                self._database.write(f"DELETE FROM feedback WHERE turn IN {turns}", (one,))
                self._database.write(f"DELETE FROM citations WHERE turn IN {turns}", (one,))
                self._database.write("DELETE FROM turns WHERE conversation = ?", (one,))
                self._database.write("DELETE FROM conversations WHERE id = ?", (one,))
            if conversations and self._kept:  # else the words would stand on in the index, as deleted ones
                self._database.write("INSERT INTO turn_words (turn_words) VALUES ('optimize')")

    def _change(self, statement: str, *values: Any) -> bool:
        with self._database.transaction():
            self._database.write(statement, values)
            return bool(self._database.rows("SELECT changes()")[0][0])

    # What is read

    def turns(self, owner: str, conversation: str) -> list[KeptTurn] | None:
        """In their order; None where there is no such conversation."""
        mine = "SELECT 1 FROM conversations WHERE id = ? AND owner = ? AND deleted IS NULL"
        if not self._database.rows(mine, (conversation, owner)):
            return None
        found = "SELECT number, key, asked, begun, done, body FROM turns WHERE conversation = ? ORDER BY number"
        return [
            KeptTurn(number, key, asked, begun, bool(done), body)
            for number, key, asked, begun, done, body in self._database.rows(found, (conversation,))
        ]

    def title(self, owner: str, conversation: str) -> str | None:
        """None where there is no such conversation."""
        found = self._database.rows("SELECT title FROM conversations WHERE id = ? AND owner = ? AND deleted IS NULL", (conversation, owner))
        return str(found[0][0]) if found else None

    def listing(self, owner: str, *, words: str = "", after: Listed | None = None, limit: int = 50) -> list[Listed]:
        """Up to `limit` conversations, the last asked first, from behind `after` on. With `words` only those in whose title, questions or
        answers every one of them stands, or begins a word."""
        where, values = ["owner = ?", "deleted IS NULL"], [owner]
        if asked := words.replace("\0", " ").split():
            quoted = " ".join('"' + word.replace('"', '""') + '"*' for word in asked)
            like = " AND ".join("title LIKE ? ESCAPE '\\'" for _ in asked)
            found = "SELECT conversation FROM turns WHERE row IN (SELECT rowid FROM turn_words WHERE turn_words MATCH ?)"
            where.append(f"(id IN ({found}) OR ({like}))")
            values += [quoted, *(_like(word) for word in asked)]
        if after is not None:
            where.append("(touched, id) < (?, ?)")
            values += [after.touched, after.id]  # type: ignore[list-item]
        statement = f"SELECT id, title, touched FROM conversations WHERE {' AND '.join(where)} ORDER BY touched DESC, id DESC LIMIT ?"
        return [Listed(*row) for row in self._database.rows(statement, (*values, limit))]

    def cited(self, owner: str, article_id: str, limit: int = 20) -> list[CitedIn]:
        """Where the owner's answers cite the article, the latest first, each turn once with its first citation of it."""
        found = self._database.rows(
            "SELECT t.conversation, t.question, t.asked, MIN(c.number) + (SELECT COUNT(*) FROM citations e JOIN turns f ON f.row = e.turn"
            " WHERE f.conversation = t.conversation AND f.number < t.number)"
            " FROM citations c JOIN turns t ON t.row = c.turn JOIN conversations k ON k.id = t.conversation"
            " WHERE c.article_id = ? AND k.owner = ? AND k.deleted IS NULL GROUP BY t.row ORDER BY t.asked DESC, t.row DESC LIMIT ?",
            (article_id, owner, limit),
        )
        return [CitedIn(*row) for row in found]

    def close(self) -> None:
        self._database.close()


def _like(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
