"""A home into one file, beside whatever reads or writes the home."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import numpy as np

from app import __version__
from app.backup.manifest import FORMAT, VECTOR_PARTS, Manifest
from app.backup.package import PackageWriter
from app.errors import DatelineError
from app.indexing.progress import Progress
from app.stores.catalog import Catalog
from app.stores.conversations import CONVERSATIONS_FILE
from app.stores.counts import Totals
from app.stores.faults import CATALOG_FILE, is_full
from app.stores.matrix import ROW_FILE, SUM_FILE, VECTOR_FILE, Rows
from app.stores.matrix_files import MatrixFiles
from app.stores.snapshot import STEPS, Snapshot, WriteError, count_conversations

PACKED, LOCK = "backup.zip", "lock"
MB = 1_000_000
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK}
"""What a file system without hard links says."""


def save(home: Path, file: Path, *, force: bool, progress: Progress) -> Manifest:
    """Write the home as it is now to `file`, readable by this user alone. Nobody has to stop: each SQLite file is taken at one moment, the
    vectors as far as that catalog knows them. The word index and Chroma's are left out, and written anew by `restore`.

    Until it is whole it stands under another name beside `file`; a run that was killed leaves that for the next one to clear. Raises
    DatelineError where there is no home, a file of it is damaged, `file` is there (and not `force`), or its disk fails.
    """
    folder = file.with_name(f".{file.name}.partial") if file.name else file
    try:
        _check_place(home, file, force)
        with _workshop(folder) as packed:
            # Before the catalog: what that says has a vector is in these files then, even if their owner begins new ones.
            with MatrixFiles(home / "matrix") as matrix, Snapshot(home) as snapshot:
                for name in snapshot.names:
                    snapshot.copy(name, folder / name, _in_megabytes(f"copying {name}, MB", progress))
                manifest = _pack(packed, folder, snapshot.names, matrix, progress)
            packed.flush()
            os.fsync(packed.fileno())
            _put(folder / PACKED, file, force)
    except OSError as error:
        raise _not_written(file, error) from None
    except DatelineError as error:
        # Of a copy, which is nobody's but ours.
        raise _not_written(file, WriteError(error.what)) if str(folder) in error.what else error from None
    return manifest


def _in_megabytes(stage: str, progress: Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress(stage, done // MB, total // MB)


def _check_place(home: Path, file: Path, force: bool) -> None:
    if file.is_dir():
        raise DatelineError(f"{file} is a folder.", "Name a file in it, such as dateline.zip.")
    if not file.parent.is_dir():
        raise DatelineError(f"there is no folder {file.parent}.", f"Run: mkdir -p {file.parent}")
    if file.parent.resolve().is_relative_to(home.resolve()):
        raise DatelineError(f"{file} would lie in the home that it is a backup of.", "Name a place outside of it, best on another disk.")
    if file.exists() and not force:
        raise _there(file)


def _there(file: Path) -> DatelineError:
    return DatelineError(f"{file} is there already.", "Name another file, or replace it with --force.")


@contextlib.contextmanager
def _workshop(folder: Path) -> Iterator[IO[bytes]]:
    """A folder for what is not whole yet, with the package to be; gone afterwards. Of two runs for one file the second is refused."""
    folder.mkdir(0o700, exist_ok=True)
    with open(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatelineError(f"another backup to this file is under way (in {folder}).", "Wait until it is done.") from None
        try:
            _clear(folder)
            with open(os.open(folder / PACKED, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as packed:
                yield packed
        finally:
            _clear(folder)
            (folder / LOCK).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                folder.rmdir()


def _clear(folder: Path) -> None:
    """Only what a backup writes: should the folder be someone's own, the rest of it stays."""
    for name in (PACKED, *(f"{file}{end}" for file in STEPS for end in ("", "-journal", "-wal", "-shm"))):
        (folder / name).unlink(missing_ok=True)


def _pack(packed: IO[bytes], folder: Path, names: list[str], matrix: MatrixFiles, progress: Progress) -> Manifest:
    totals, model, dimension, embedded, former = _facts(folder / CATALOG_FILE, matrix)
    wanted = np.union1d(embedded, former)
    sizes = sum((folder / name).stat().st_size for name in names)
    total = (sizes + len(wanted) * 4 * (dimension or 0)) // MB
    done = 0

    def written(count: int) -> None:
        nonlocal done
        done += count
        progress("packing, MB", min(done // MB, total), total)

    with PackageWriter(packed) as package:
        for name in names:
            package.file(name, folder / name, written)
        rows: list[Rows] = []
        if dimension:
            sums = []
            with package.part(VECTOR_PARTS[VECTOR_FILE]) as write:
                for block, vectors, of_block in matrix.sound(wanted, dimension):
                    write(vectors.tobytes())
                    written(vectors.nbytes)
                    rows.append(block)
                    sums.append(of_block)
            for name, values in ((ROW_FILE, rows), (SUM_FILE, sums)):
                with package.part(VECTOR_PARTS[name]) as write:
                    write(b"".join(value.tobytes() for value in values))
        manifest = Manifest(
            format=FORMAT,
            dateline=__version__,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            steps={name: len(STEPS[name]) for name in names},
            articles=totals.articles,
            passages=totals.passages,
            vectors=sum(int(np.isin(block, embedded).sum()) for block in rows),
            conversations=count_conversations(folder / CONVERSATIONS_FILE) if CONVERSATIONS_FILE in names else 0,
            embedding_model=model,
            dimension=dimension,
            parts=tuple(package.parts),
        )
        package.finish(manifest)
    return manifest


def _facts(path: Path, matrix: MatrixFiles) -> tuple[Totals, str | None, int | None, Rows, Rows]:
    """Counts, the model of the vectors, the numbers in each (None: no vectors to take), and the passages that have theirs: of articles,
    and of former versions."""
    with contextlib.closing(Catalog(path, read_only=True)) as catalog:
        model, noted = catalog.meta("embedding_model"), catalog.meta("embedding_dimension")
        embedded = np.array(catalog.journal.passages_with_vector(), np.int64)
        former = np.array(catalog.versions.passages_with_vector(), np.int64)
        dimension = int(noted) if noted and noted.isdecimal() else matrix.dimension()
        return catalog.totals(), model, dimension if model and len(embedded) + len(former) else None, embedded, former


def _put(whole: Path, file: Path, force: bool) -> None:
    """Under its own name at last, in one step; a file that has come there meanwhile is not replaced unasked."""
    if force:
        os.replace(whole, file)
    else:
        try:
            os.link(whole, file)
        except FileExistsError:
            raise _there(file) from None
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            os.rename(whole, file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that names given in this folder outlive a power cut."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def _not_written(file: Path, error: OSError) -> DatelineError:
    if is_full(error):
        return DatelineError(f"{file} cannot be written: its disk is full.", "Free some space there, or name a file on another disk.")
    said = error.strerror or str(error)
    full = " (is its disk full?)" if isinstance(error, WriteError) else ""
    return DatelineError(f"{file} cannot be written: {said}{full}.", "Name a file on another disk, or in a folder of yours.")
