"""What readers said of answers and citations, beside the conversations that they are of."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.stores.conversation_schema import CONVERSATIONS
from app.stores.database import Database

TURNS = "FROM turns t JOIN conversations k ON k.id = t.conversation AND k.deleted IS NULL"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on citation `citation` of turn `turn`, both from 1; 0 is the answer as a whole. `given` is in Unix seconds."""

    turn: int
    citation: int
    verdict: str
    note: str
    given: int


@dataclass(frozen=True, slots=True)
class JudgedTurn:
    """A turn that something was said of. `bodies` are the turns of its conversation up to it, in order, as the page keeps them."""

    conversation: str
    number: int
    asked: int
    bodies: tuple[str, ...]
    said: tuple[Judged, ...]


class Feedback:
    """Each method is one transaction; what belongs to another owner is as if it were not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def judge(self, owner: str, conversation: str, turn: int, citation: int, verdict: str | None, note: str) -> bool:
        """Put the verdict in the place of an earlier one; None takes it back. Whether there is such a turn, done, with this citation."""
        with self._database.transaction():
            found = self._database.rows(
                f"SELECT t.row, (SELECT COUNT(*) FROM citations c WHERE c.turn = t.row) {TURNS}"
                " WHERE k.owner = ? AND k.id = ? AND t.number = ? AND t.done = 1",
                (owner, conversation, turn),
            )
            if not found or citation > found[0][1]:
                return False
            self._database.write("DELETE FROM feedback WHERE turn = ? AND citation = ?", (found[0][0], citation))
            if verdict is not None:
                self._database.write(
                    "INSERT INTO feedback (turn, citation, verdict, note, given) VALUES (?, ?, ?, ?, ?)",
                    (found[0][0], citation, verdict, note, int(time.time())),
                )
        return True

    def of(self, owner: str, conversation: str) -> list[Judged]:
        """By turn and citation; empty also where there is no such conversation."""
        found = self._database.rows(
            "SELECT t.number, f.citation, f.verdict, f.note, f.given"
            f" {TURNS} JOIN feedback f ON f.turn = t.row WHERE k.owner = ? AND k.id = ?"
            " ORDER BY t.number, f.citation",
            (owner, conversation),
        )
        return [Judged(*row) for row in found]

    def turns(self, verdict: str | None = None, since: int = 0) -> list[JudgedTurn]:
        """The turns of every owner of which something was said at or after `since` (Unix seconds), the first said first. With `verdict`
        only those of which that was said; all that was said of them comes along."""
        chosen = self._database.rows(
            f"SELECT t.row, t.conversation, t.number, t.asked {TURNS} WHERE EXISTS"
            " (SELECT 1 FROM feedback f WHERE f.turn = t.row AND f.given >= ? AND (? IS NULL OR f.verdict = ?))"
            " ORDER BY (SELECT MIN(f.given) FROM feedback f WHERE f.turn = t.row), t.row",
            (since, verdict, verdict),
        )
        return [self._whole(*row) for row in chosen]

    def _whole(self, row: int, conversation: str, number: int, asked: int) -> JudgedTurn:
        said = self._database.rows("SELECT citation, verdict, note, given FROM feedback WHERE turn = ? ORDER BY citation", (row,))
        before = "SELECT body FROM turns WHERE conversation = ? AND number <= ? ORDER BY number"
        bodies = tuple(body for (body,) in self._database.rows(before, (conversation, number)))
        return JudgedTurn(conversation, number, asked, bodies, tuple(Judged(number, *one) for one in said))


def judged_in(path: Path, verdict: str | None, since: int) -> list[JudgedTurn]:
    """`Feedback.turns` of a file that another process may have open; nothing is written. Empty where there is no file."""
    if not path.is_file():
        return []
    with closing(Database(path, CONVERSATIONS)) as database:
        database.forbid_writes()
        return Feedback(database).turns(verdict, since)
