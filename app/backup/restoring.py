"""A home out of a backup: made whole beside its place, and put there in one step."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from app.backup.manifest import ANOTHER, Manifest
from app.backup.package import Package
from app.backup.saving import sync_folder
from app.errors import DatelineError
from app.indexing.backlog import Backlog
from app.indexing.progress import Progress
from app.logs import FILE as LOG
from app.settings import Settings
from app.stores.catalog import Catalog
from app.stores.faults import CATALOG_FILE, SPACE, is_full
from app.stores.home import LOCK_FILE, OWNER_FILE, HomeLock
from app.stores.private import is_ours
from app.stores.snapshot import STEPS, check_foreign
from app.stores.stores import Stores

MB = 1_000_000
ROOM = "Free some space, or set DATELINE_HOME to another disk."
SPARE = 1.5
"""Room asked for, in sizes of the parts: the word index (a tenth) and Chroma's (twice the vectors) are written beside them."""
NOTHING = (LOCK_FILE, OWNER_FILE, LOG)
"""What the names begin with of files that every command leaves in a home: with nothing else in it, it is empty."""


def restore(file: Path, settings: Settings, *, force: bool, progress: Progress, say: Callable[[str], None]) -> Manifest:
    """Make the home of the settings from this backup, its words indexed, its vectors there but not yet in Chroma (`catch_up` does that).

    Everything is looked at before anything is written. A home that holds something is refused, or moved aside with `force`, which `say` is
    told before it happens. It is all made in a folder beside the home, so that a kill leaves the old home or the new one; the next run
    clears that folder. What was restored is given back. Raises DatelineError.
    """
    home = settings.home.resolve()
    staging = home.with_name(f"{home.name}.restoring") if home.name else home
    with Package(file) as package:
        try:
            _replace(package, file, home, staging, settings, force, progress, say)
            return package.manifest
        except OSError as error:
            raise _not_written(home, staging, error) from None


def _replace(
    package: Package,
    file: Path,
    home: Path,
    staging: Path,
    settings: Settings,
    force: bool,
    progress: Progress,
    say: Callable[[str], None],
) -> None:
    is_there = _holds_something(home)
    if is_there and not force:
        mend = "Set DATELINE_HOME to a new folder, or move this one aside with --force (nothing is deleted)."
        raise DatelineError(f"the home {home} is not empty.", mend)
    _check_room(home, package.manifest)
    old = HomeLock(home, "own", "restore") if home.exists() else None
    try:
        package.check(_counted("checking, MB", package.manifest, progress))
        _make(package, file, staging, settings, progress, lambda: _put(staging, home, is_there, say))
    finally:
        if old is not None:
            old.abandon()


def _make(package: Package, file: Path, staging: Path, settings: Settings, progress: Progress, put: Callable[[], None]) -> None:
    """All of the new home in the folder beside it, then `put`; nothing is left of that folder if it cannot be made."""
    lock = HomeLock(staging, "own", "restore")
    try:
        _clear(staging, besides=(LOCK_FILE, OWNER_FILE))
        try:
            _unpack(package, staging, _counted("restoring, MB", package.manifest, progress))
            _owe(staging, file)
            lock.release()
            _index_words(settings.model_copy(update={"home": staging}), progress)
        except DatelineError as error:
            if str(staging) not in error.what:
                raise
            # What mends a home would be run in another one than this, which is gone in a moment.
            raise DatelineError(f"{file} cannot be restored: {error.what}", ROOM if error.do == SPACE else ANOTHER) from None
        _sync(staging)
        put()
    except BaseException:
        with contextlib.suppress(OSError, DatelineError):
            _clear(staging)
            staging.rmdir()
        raise
    finally:
        lock.release()


def _holds_something(home: Path) -> bool:
    if os.path.ismount(home):
        mend = f"Set DATELINE_HOME to a folder in it, such as {home / 'home'}."
        raise DatelineError(f"the home {home} is a mount point, which cannot be replaced.", mend)
    if home.exists() and not home.is_dir():
        raise DatelineError(f"the home {home} is a file.", "Set DATELINE_HOME to a folder.")
    return home.exists() and any(not entry.name.startswith(NOTHING) for entry in home.iterdir())


def _check_room(home: Path, manifest: Manifest) -> None:
    place = home
    while not place.exists():
        place = place.parent
    free, needed = shutil.disk_usage(place).free, int(manifest.bytes * SPARE)
    if free < needed:
        what = f"the backup needs {needed / 1e9:.1f} GB, and there are {free / 1e9:.1f} GB free for {home}."
        raise DatelineError(what, ROOM)


def _counted(stage: str, manifest: Manifest, progress: Progress) -> Callable[[int], None]:
    done = 0

    def written(count: int) -> None:
        nonlocal done
        done += count
        progress(stage, done // MB, manifest.bytes // MB)

    return written


def _clear(staging: Path, besides: tuple[str, ...] = ()) -> None:
    """Take out what a run that was killed has left. A folder of this name that is someone's own is refused."""
    entries = [entry for entry in staging.iterdir() if entry.name not in besides]
    for entry in entries:
        if not is_ours(entry.name):
            raise DatelineError(f"{staging} is in the way: {entry.name} in it is not ours.", "Move it elsewhere.")
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _unpack(package: Package, staging: Path, written: Callable[[int], None]) -> None:
    """The parts under their names, which the manifest has only if they are known."""
    for part in package.manifest.parts:
        path = staging / part.name
        path.parent.mkdir(0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as out:
            for chunk in package.read(part):
                out.write(chunk)
                written(len(chunk))


def _owe(staging: Path, file: Path) -> None:
    """Look into the SQLite files, bring them up to date, and note that both indexes are to be written from the catalog."""
    for name in STEPS:
        if (staging / name).exists():
            try:
                check_foreign(staging / name, name)
            except ValueError as error:
                raise DatelineError(f"{name} in {file} is none of Dateline's: {error}.", ANOTHER) from None
    with contextlib.closing(Catalog(staging / CATALOG_FILE)) as catalog, catalog.transaction():
        catalog.journal.owe_everything()
        catalog.versions.owe_everything()
        catalog.journal.forget_removals()


def _index_words(settings: Settings, progress: Progress) -> None:
    stores = Stores(settings, "own", "restore")
    try:
        Backlog(stores).index_words(progress)
    finally:
        stores.close()


def _sync(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        sync_folder(path)


def _put(staging: Path, home: Path, is_there: bool, say: Callable[[str], None]) -> None:
    kept_as = None
    if home.exists():
        number = 1
        kept_as = home.with_name(f"{home.name}.before-restore-{number}")
        while kept_as.exists():
            number += 1
            kept_as = home.with_name(f"{home.name}.before-restore-{number}")
        if is_there:
            say(f"The old home is moved to {kept_as}.")
        (home / OWNER_FILE).unlink(missing_ok=True)
        os.rename(home, kept_as)
    try:
        os.rename(staging, home)
    except OSError:
        if kept_as is not None:
            os.rename(kept_as, home)
        raise
    sync_folder(home.parent)
    if kept_as is not None and not is_there:
        shutil.rmtree(kept_as, ignore_errors=True)


def _not_written(home: Path, staging: Path, error: OSError) -> DatelineError:
    if is_full(error):
        return DatelineError(f"{staging} cannot be written: the disk is full.", ROOM)
    said = (error.strerror or str(error)).lower()
    return DatelineError(f"the home {home} cannot be restored: {said}.", "Set DATELINE_HOME to a folder of yours.")
