"""What is followed: places, when each is due, and the files of folders with the articles that each gave."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.follow import Follow, Kind, Result
from app.stores.databases import AnyDatabase

FOLLOW = "place, kind, added, paused, asked, result, line, due, failures"
BELIEVED, DOUBTED = 1, 2
"""In the column `gone`: the next look takes what is missing as deleted; what is missing was not taken as that."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a feed asks of those who follow it: `seconds` between two looks, and hours of the day (GMT, 0 to 23) without any."""

    seconds: int = 0
    skipped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """An article as a file gave it; `content` is its hash."""

    path: str
    article_id: str
    content: str


class Follows:
    """Each method is one transaction, or part of the caller's."""

    def __init__(self, database: AnyDatabase) -> None:
        self._database = database

    # Places

    def all(self) -> list[Follow]:
        rows = self._database.rows(f"SELECT {FOLLOW} FROM follows ORDER BY added, place")
        return [self._follow(row) for row in rows]

    def find(self, place: str) -> Follow | None:
        rows = self._database.rows(f"SELECT {FOLLOW} FROM follows WHERE place = ?", (place,))
        return self._follow(rows[0]) if rows else None

    def _follow(self, row: Sequence[object]) -> Follow:
        try:
            return follow_of(row)
        except ValueError:
            raise self._database.damaged("a place that is followed makes no sense") from None

    def add(self, place: str, kind: Kind, due: float) -> None:
        values = (place, kind, int(time.time()), int(due))
        self._database.write("INSERT INTO follows (place, kind, added, due) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", values)

    def remove(self, place: str) -> None:
        """Its articles stay."""
        with self._database.transaction():
            self._database.write("DELETE FROM follows WHERE place = ?", (place,))
            self._database.write("DELETE FROM follows_files WHERE folder = ?", (place,))
            self._database.write("DELETE FROM follows_records WHERE folder = ?", (place,))

    def pause(self, place: str, paused: bool) -> None:
        self._database.write("UPDATE follows SET paused = ? WHERE place = ?", (int(paused), place))

    def make_due(self, place: str, due: float, *, gone: bool = False) -> None:
        """To be looked at from then on; with `gone` its next look believes that whatever is missing was deleted."""
        sooner = "UPDATE follows SET due = CASE WHEN due < ?1 THEN due ELSE ?1 END, gone = CASE WHEN ?2 = 1 THEN 1 ELSE gone END"
        self._database.write(f"{sooner} WHERE place = ?3", (int(due), int(gone), place))

    def believes_gone(self, place: str) -> bool:
        return self._missing(place) == BELIEVED

    def doubts(self, place: str) -> bool:
        """Whether what is missing there was once not taken as deleted, and is missing still."""
        return self._missing(place) == DOUBTED

    def doubt(self, place: str, doubted: bool) -> None:
        """Until it is there again, or somebody says that it was deleted, as perhaps somebody just has."""
        values = (DOUBTED if doubted else 0, place, BELIEVED)
        self._database.write("UPDATE follows SET gone = ? WHERE place = ? AND gone <> ?", values)

    def _missing(self, place: str) -> int:
        found = self._database.rows("SELECT gone FROM follows WHERE place = ?", (place,))
        return int(found[0][0]) if found else 0

    def looked(self, place: str, *, asked: float, result: Result, line: str, due: float, failures: int, gone: bool) -> None:
        """Write down what came of a look. If it was `gone`, one that believed that what is missing was deleted, the next one does not."""
        believed = ", gone = 0" if gone else ""
        statement = f"UPDATE follows SET asked = ?, result = ?, line = ?, due = ?, failures = ?{believed} WHERE place = ?"
        self._database.write(statement, (int(asked), result, line, math.ceil(due), failures, place))

    def pace(self, place: str) -> Pace:
        found = self._database.rows("SELECT pace, skipped FROM follows WHERE place = ?", (place,))
        return Pace(found[0][0], tuple(int(hour) for hour in found[0][1].split())) if found else Pace()

    def keep_pace(self, place: str, pace: Pace) -> None:
        values = (pace.seconds, " ".join(map(str, pace.skipped)), place)
        self._database.write("UPDATE follows SET pace = ?, skipped = ? WHERE place = ?", values)

    # Files of folders

    def files(self, folder: str) -> dict[str, str]:
        """The stamp of each file when it was last read, by its path; empty where it is to be read again."""
        return dict(self._database.rows("SELECT path, stamp FROM follows_files WHERE folder = ?", (folder,)))

    def read(self, folder: str, path: str, stamp: str, records: Mapping[str, str], *, whole: bool) -> None:
        """The file has been read with this stamp and gave these articles (content hash by id). If it was read `whole`, those that it no
        longer gives are let go."""
        with self._database.transaction():
            if self.find(folder) is None:  # no longer followed since the look began
                return
            self._database.write(
                "INSERT INTO follows_files VALUES (?, ?, ?) ON CONFLICT (folder, path) DO UPDATE SET stamp = excluded.stamp",
                (folder, path, stamp),
            )
            if whole:
                self._let_go(folder, path)
            self._database.write_many(
                "INSERT INTO follows_records (folder, path, article_id, content) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (folder, path, article_id) DO UPDATE SET content = excluded.content, let_go = 0",
                [(folder, path, article_id, content) for article_id, content in records.items()],
            )

    def forget_files(self, folder: str, paths: Iterable[str]) -> None:
        """These files are gone: the articles that they gave are let go."""
        with self._database.transaction():
            for path in paths:
                self._let_go(folder, path)
                self._database.write("DELETE FROM follows_files WHERE folder = ? AND path = ?", (folder, path))

    def _let_go(self, folder: str, path: str) -> None:
        self._database.write("UPDATE follows_records SET let_go = 1 WHERE folder = ? AND path = ?", (folder, path))

    def let_go(self, folder: str) -> list[Record]:
        """Articles that a file gave once and no longer gives, of which nobody has yet looked whether they stay."""
        found = self._database.rows("SELECT path, article_id, content FROM follows_records WHERE folder = ? AND let_go = 1", (folder,))
        return [Record(*row) for row in found]

    def read_again_like(self, records: Iterable[Record]) -> None:
        """Files that give the same articles, or the same texts, are to be read again: theirs take the place."""
        self._database.write_many(
            "UPDATE follows_files SET stamp = '' WHERE (folder, path) IN (SELECT folder, path FROM follows_records"
            " WHERE let_go = 0 AND article_id = ? UNION SELECT folder, path FROM follows_records WHERE let_go = 0 AND content = ?)",
            [(record.article_id, record.content) for record in records],
        )

    def drop_let_go(self, folder: str) -> None:
        self._database.write("DELETE FROM follows_records WHERE folder = ? AND let_go = 1", (folder,))


def follow_of(row: Sequence[object]) -> Follow:
    """From the columns FOLLOW. Raises ValueError where they make no sense."""
    return Follow.model_validate(dict(zip(FOLLOW.split(", "), row, strict=True)))
