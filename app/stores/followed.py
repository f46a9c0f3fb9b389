"""How far a home has followed a catalog that other homes have, too: a small file beside its word indexes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from app.errors import DatelineError
from app.stores.faults import CATALOG_FILE, index_fault

FOLLOWED_FILE = Path("words", "followed.json")
ALL = 2**63 - 1
"""In the place of a row: whatever has the number."""


class Mark(NamedTuple):
    """The number of a change (from 0) and the last row of an article or version that was followed of those under it, or ALL."""

    number: int
    row: int


NOTHING = Mark(-1, -1)
"""Of a home that has followed nothing: its indexes are empty."""


class MarkFile:
    """The mark of one home, in memory and, if the home has a folder, on disk."""

    def __init__(self, home: Path | None, archive: str) -> None:
        """Raises DatelineError where the home belongs to another catalog. A file that makes no sense counts as none: what it stood for is
        then written anew."""
        self._file = home / FOLLOWED_FILE if home else None
        self._archive = archive
        self.mark = NOTHING
        if home is None or self._file is None:
            return
        new = "Set DATELINE_HOME to a new folder: its indexes are written from the catalog."
        if (home / CATALOG_FILE).exists():
            both = f"{new} (To copy its articles there: python -m app copy-catalog)"
            raise DatelineError(f"the home {home} has a catalog of its own, and DATELINE_CATALOG_URL names another.", both)
        known = _read(self._file)
        if known is not None:
            if known[0] != archive:
                raise DatelineError(f"the home {home} holds the indexes of another catalog than DATELINE_CATALOG_URL names.", new)
            self.mark = known[1]

    def write(self, mark: Mark) -> None:
        """Raises DatelineError where the disk fails."""
        if self._file is not None:
            fresh = self._file.with_suffix(".new")
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                fresh.write_text(json.dumps({"archive": self._archive, **mark._asdict()}), encoding="utf-8")
                os.replace(fresh, self._file)
            except OSError as error:
                raise index_fault(f"the word index {self._file.parent}", error) from error
        self.mark = mark


def refuse_follower(home: Path) -> None:
    """Raise DatelineError where the home's indexes are of a catalog in PostgreSQL: beside one of its own they would be of nothing."""
    if (home / FOLLOWED_FILE).exists() and not (home / CATALOG_FILE).exists():
        raise DatelineError(
            f"the home {home} holds the indexes of a catalog in PostgreSQL.",
            "Set DATELINE_CATALOG_URL as before, or DATELINE_HOME to another folder.",
        )


def _read(file: Path) -> tuple[str, Mark] | None:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        number, row = said["number"], said["row"]
        return (str(said["archive"]), Mark(number, row)) if type(number) is int and type(row) is int else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
