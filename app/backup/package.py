"""The file that a backup is: a zip of known names with a manifest, so that any tool can look into it."""

from __future__ import annotations

import contextlib
import hashlib
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Self

from app.backup.manifest import ANOTHER, MANIFEST, MANIFEST_BYTES, Manifest, Part, read_manifest
from app.errors import DatelineError, first_line

CHUNK = 1_000_000
LEVEL = 1
"""Of zlib's nine: it packs a catalog of 4,674 news articles to 46 % at 87 MB/s, 6 to 41 % at 26 MB/s, and vectors that were made in
bfloat16 to 73 %. zstd would do both better, and zipfile has it from Python 3.14 on."""
FOREIGN = "Name a file that `python -m app backup` has written."
Written = Callable[[int], None]
"""Called with the bytes of a chunk that has passed."""


class PackageWriter:
    """Parts one after the other, then the manifest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self.parts: list[Part] = []

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """Gives what writes into the part."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_entry(name), "w", force_zip64=True) as out:

            def write(data: bytes) -> None:
                nonlocal size
                out.write(data)
                digest.update(data)
                size += len(data)

            yield write
        self.parts.append(Part(name=name, size=size, sha256=digest.hexdigest()))

    def file(self, name: str, path: Path, written: Written) -> None:
        """A whole file as a part."""
        with open(path, "rb") as source, self.part(name) as write:
            while chunk := source.read(CHUNK):
                write(chunk)
                written(len(chunk))

    def finish(self, manifest: Manifest) -> None:
        self._zip.writestr(_entry(MANIFEST), manifest.model_dump_json(indent=1))
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError, ValueError):  # after an error; it would try again when it is collected
            self._zip.close()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, time.gmtime()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry._compresslevel = LEVEL  # type: ignore[attr-defined] # before Python 3.13 it has no other name
    entry.external_attr = 0o600 << 16
    return entry


class Package:
    """A backup that is read. What is not as it was written raises DatelineError, wherever it is met."""

    def __init__(self, file: Path) -> None:
        """Open it and read its manifest; the parts are known to be there, and not yet to be whole."""
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except OSError as error:
            raise DatelineError(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.", FOREIGN) from None
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, zlib.error):
            raise DatelineError(f"{file} is no backup of Dateline, or its end is missing.", FOREIGN) from None
        try:
            self.manifest = self._manifest()
            self._check_names()
        except BaseException:
            self.close()
            raise

    def _manifest(self) -> Manifest:
        if MANIFEST not in self._zip.namelist():
            raise DatelineError(f"{self._file} is no backup of Dateline: it has no {MANIFEST}.", FOREIGN)
        return read_manifest(b"".join(self._chunks(MANIFEST, MANIFEST_BYTES)), self._file)

    def _check_names(self) -> None:
        here = sorted(self._zip.namelist())
        if here != sorted([MANIFEST, *(part.name for part in self.manifest.parts)]):
            raise self._hurt("what is in it is not what it lists")

    def read(self, part: Part) -> Iterator[bytes]:
        """The part in chunks. Its end is not reached unless all of it was as it was saved."""
        digest, size = hashlib.sha256(), 0
        for chunk in self._chunks(part.name, part.size):
            digest.update(chunk)
            size += len(chunk)
            yield chunk
        if size != part.size or digest.hexdigest() != part.sha256:
            raise self._hurt(f"{part.name} is not what was saved")

    def check(self, written: Written) -> None:
        """Read every part to its end."""
        for part in self.manifest.parts:
            for chunk in self.read(part):
                written(len(chunk))

    def _chunks(self, name: str, most: int) -> Iterator[bytes]:
        """Never more than `most` bytes, whatever the file says of itself."""
        left = most
        try:
            with self._zip.open(name) as source:
                while chunk := source.read(min(CHUNK, left + 1)):
                    left -= len(chunk)
                    if left < 0:
                        raise self._hurt(f"{name} is larger than it should be")
                    yield chunk
        # As zipfile and zlib have it: an unknown method, a password, a sum that does not fit, a place outside of the file.
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError) as error:
            raise self._hurt(f"{name}: {first_line(error) if str(error) else 'it ends too early'}") from None
        except OSError as error:
            raise DatelineError(f"{self._file} cannot be read: {(error.strerror or str(error)).lower()}.", ANOTHER) from None

    def _hurt(self, why: str) -> DatelineError:
        return DatelineError(f"{self._file} is damaged: {why}.", ANOTHER)

    def close(self) -> None:
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
