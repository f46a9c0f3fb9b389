"""A look at a folder that is followed: what is new or changed in it comes in, what was deleted goes.

A file that is missing was deleted only if its folder is there and most of what was in it still is: a disk that is not mounted, a share
that does not answer and a folder that was moved look as if all had been deleted, and must cost nothing.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Generator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from app.answer import FailedPath, IngestReport
from app.article import Article
from app.follow import Follow
from app.installed import as_started
from app.reading.dispatch import File, find_files
from app.reading.origin import Problem, printable
from app.sources.items import Item, Mark
from app.watching.hands import Hands
from app.watching.schedule import SOON
from app.watching.tally import Tally, tally_of

FEW = 10
"""Files that may be missing at once without anybody being asked whether they were meant to be, if others are still there."""
UNSPEAKABLE = "Its name is not valid UTF-8, or holds characters that nobody sees. Rename it."
PASSES = 3
"""Times that a look reads: what one file no longer gives another may give, which is then read again."""


class _Found(NamedTuple):
    """A file as it lies there: its size and times in one word, and the second in which it was last written."""

    stamp: str
    written: float


def look_at_folder(hands: Hands, follow: Follow, now: float, gone: bool) -> Tally | None:
    """Carry through what changed in the folder since the last look; `gone`: what is missing was deleted. Returns and raises as
    `look_at_address`."""
    folder, follows = follow.place, hands.catalog.follows
    if not os.path.isdir(folder):
        return Tally(refused="The folder is not there: nothing of it is removed.")
    report = IngestReport()
    found = _files(folder, report if follow.asked is None else IngestReport())
    known = follows.files(folder)
    missing = [path for path in known if path not in found and _is_gone(path)]
    # Once in doubt, always: what came since then says nothing about what is missing.
    refused = "" if gone else _doubt(folder, len(missing), len(known), follows.doubts(folder))
    follows.doubt(folder, bool(refused))
    # First what went, then what came: of a file that was renamed the text would else count as known, and go with the old name.
    if missing and not refused:
        follows.forget_files(folder, missing)
    removed = _release(hands, folder)
    settled = {path: file.stamp for path, file in found.items() if abs(now - file.written) >= SOON}
    later: set[str] = set()
    for _ in range(PASSES):
        known = follows.files(folder)
        changed = {path: stamp for path, stamp in settled.items() if known.get(path) != stamp and path not in later}
        if not changed or hands.stop.is_set():
            break
        with hands.writing, closing(_items(hands, folder, changed, later)) as items:
            hands.pipeline.bring(items, report=report)
        removed += _release(hands, folder)
    if hands.stop.is_set():
        return None
    if refused:
        return Tally(report.added, report.updated, removed, refused=refused)
    return tally_of(report, removed=removed, soon=len(settled) < len(found))


def _files(folder: str, report: IngestReport) -> dict[str, _Found]:
    """What lies in the folder, by path; what must not be opened is told in the report."""
    found: dict[str, _Found] = {}
    for file in find_files(Path(folder)):
        if isinstance(file, File):
            if printable(file.path) != str(file.path):
                report.failed.append(FailedPath(path=file.shown, error=UNSPEAKABLE))
                continue
            try:
                said = file.path.stat()
            except OSError:  # went since it was listed
                continue
            found[str(file.path)] = _Found(f"{said.st_size} {said.st_mtime_ns} {said.st_ctime_ns}", said.st_mtime)
        elif file.path != printable(Path(folder)):  # an empty folder is in order
            report.failed.append(FailedPath(path=file.path, error=file.message))
    return found


def _is_gone(path: str) -> bool:
    """Whether it is known to be gone, not only out of reach."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _doubt(folder: str, missing: int, known: int, doubted: bool) -> str:
    """Why files that are missing are not taken as deleted; empty if they are."""
    if not missing or (not doubted and missing < known and (missing <= FEW or missing * 2 <= known)):
        return ""
    all_of_it = f"All {known:,} files of it are" if known > 1 else "The one file of it is"
    how_many = all_of_it if missing == known else f"{missing:,} of its {known:,} files are"
    mend = as_started(f"If they were deleted: python -m app feeds add {shlex.quote(folder)} --gone")
    return f"{how_many} gone, as if a disk were missing: nothing is removed. {mend}"


def _items(hands: Hands, folder: str, files: Mapping[str, str], later: set[str]) -> Generator[Item, None, None]:
    """What these files give, and after each the word by which that is remembered. `later` is told those that could not be read for now."""
    for path, stamp in files.items():
        if hands.stop.is_set():
            return
        records: dict[str, str] = {}
        broken = again = False
        with closing(hands.read([Path(path)])) as items:
            for item in items:
                if isinstance(item, Article):
                    records[item.id] = item.content_hash
                elif isinstance(item, Problem):
                    broken = broken or item.fatal
                    again = again or item.passing
                yield item
        if again:
            later.add(path)
        yield Mark(partial(hands.catalog.follows.read, folder, path, "" if again else stamp, records, whole=not broken))


def _release(hands: Hands, folder: str) -> int:
    """Take out the articles that no file gives any more; returns how many. Others that give the same are to be read again."""
    catalog, follows = hands.catalog, hands.catalog.follows
    records = follows.let_go(folder)
    if not records:
        return 0
    with hands.writing:
        with catalog.transaction():
            stored = [(record, catalog.find_id(record.article_id)) for record in records]
            # What came from another place since then is that one's.
            ours = [(record, one.row) for record, one in stored if one is not None and one.article.path == record.path]
            catalog.forget([row for _, row in ours])
            follows.read_again_like([record for record, _ in ours])
            follows.drop_let_go(folder)
        hands.backlog.settle_stories()
        hands.backlog.index_words()
    if ours:
        hands.drop_vectors()
    return len(ours)
