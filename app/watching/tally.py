"""What came of looking at one place, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlsplit

from app.answer import IngestReport
from app.follow import Follow, Result
from app.reading.cleaning import one_line

_SHOWN = 2
"""Refusals that a line tells; the list of what is followed has them all."""
_REASON = 160
"""Letters of each."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One look. `refused`: why nothing could be had of the place, empty if something could; `wait`: seconds to leave it alone. `failed`:
    pages or files of it that could not be read, and why the first could not."""

    new: int = 0
    changed: int = 0
    removed: int = 0
    failed: int = 0
    first: str = ""
    refused: str = ""
    wait: float = 0.0
    soon: bool = False

    @property
    def result(self) -> Result:
        if self.refused:
            return "refused"
        return "new" if self.new else "changed" if self.changed or self.removed else "unchanged"

    @property
    def line(self) -> str:
        if self.refused:
            return self.refused
        failed = f"{self.failed:,} could not be read: {self.first}" if self.failed else ""
        return "; ".join(filter(None, (counted(self.new, self.changed, self.removed), failed)))


def tally_of(report: IngestReport, *, removed: int = 0, soon: bool = False) -> Tally:
    """Of a report on a place that could be had."""
    first = report.failed[0] if report.failed else None
    said = one_line(f"{first.path}: {first.error}", 300) if first else ""
    return Tally(report.added, report.updated, removed, len(report.failed), said, soon=soon)


def counted(new: int, changed: int, removed: int) -> str:
    """`3 new, 1 changed`; `nothing new`."""
    parts = [f"{count:,} {word}" for count, word in ((new, "new"), (changed, "changed"), (removed, "removed")) if count]
    return ", ".join(parts) or "nothing new"


def refusals(follows: Sequence[Follow]) -> str:
    """Whose places of these were refused when they were last looked at, and why: empty if none was."""
    refused: dict[str, str] = {}
    for one in follows:
        if one.result == "refused" and not one.paused:
            # Once for each host: that one busy site refuses all of its feeds is one thing to know.
            refused.setdefault(short(one.place), one_line(one.line, _REASON).rstrip("."))
    told = [f"{name} refused: {why}" for name, why in list(refused.items())[:_SHOWN]]
    more = f"and {len(refused) - _SHOWN:,} more refused" if len(refused) > _SHOWN else ""
    return "; ".join(filter(None, (*told, more)))


def short(place: str) -> str:
    """An address's host, a folder's name."""
    return (urlsplit(place).hostname or place) if "://" in place else (PurePath(place).name or place)
