"""Chooses the reader of a file by its ending."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from app.article import Article
from app.reading.feed import read_feed
from app.reading.html import read_html
from app.reading.json_records import read_json, read_json_lines
from app.reading.links import Link
from app.reading.mail import read_mail, read_mailbox
from app.reading.markdown import read_markdown
from app.reading.opening import BombError, kind_problem, open_file
from app.reading.origin import NOTHING, Known, Origin, Problem, printable, unreadable
from app.reading.pdf import read_pdf
from app.reading.plain import read_plain
from app.reading.sitemap import read_sitemap
from app.reading.walking import walk
from app.reading.warc import read_warc

Reader = Callable[[BinaryIO, Origin], Iterator[Article | Problem]]
ListReader = Callable[[BinaryIO, Origin], Iterator[Link | Problem]]

FILE_LIMIT = 100 * 1024 * 1024
"""Most bytes of a file that is one article. Files of records may be of any size."""

_ONE_ARTICLE: dict[str, Reader] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".eml": read_mail,
}
_RECORDS: dict[str, Reader] = {
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".warc": read_warc,
    ".mbox": read_mailbox,
}
_LISTS: dict[str, ListReader] = {".feed": read_feed, ".sitemap": read_sitemap}
"""Endings of our own for what was fetched; no file is found by them."""
_READERS = _ONE_ARTICLE | _RECORDS
_PACKED = (".txt", ".md", ".json", ".jsonl", ".ndjson", ".warc", ".mbox")
ENDINGS = tuple(_READERS) + tuple(f"{ending}.gz" for ending in _PACKED if ending in _READERS)
"""Endings of the files that are read, in lower case."""


class File(NamedTuple):
    """A file to read: its path with all links resolved, and the known ending of the name that it was found by.

    What was fetched lies in a file for a moment: it has the `address` that it came from, and what is `known` of it. Its ending may also
    be `.feed`, `.sitemap` or `.sitemap.gz`.
    """

    path: Path
    ending: str
    address: str = ""
    known: Known = NOTHING

    @property
    def origin(self) -> Origin:
        return Origin("" if self.address else self.path.as_posix(), address=self.address, known=self.known)

    @property
    def shown(self) -> str:
        """Its name for a person."""
        return self.origin.where if self.address else printable(self.path)


def read_path(path: Path) -> Iterator[Article | Problem]:
    """The articles in a file, or in all files under a folder in sorted order, and what was wrong, as it is found.

    Hidden files, README, LICENSE and unknown endings are passed over in a folder; a file that is named is read,
    or there is a fatal Problem. Never raises for what it finds on disk. Reads in this process, however long that takes;
    `read_bounded` ends what takes too long.
    """
    for found in find_files(path):
        if isinstance(found, Problem):
            yield found
        else:
            # Files that are found are no lists of links.
            yield from cast(Iterator[Article | Problem], read_file(found))


def find_files(path: Path) -> Iterator[File | Problem]:
    """What `read_path` reads under `path`, and what it refuses unread."""
    shown = printable(path)
    try:
        mode = path.stat().st_mode
        if path.is_dir():
            yield from _find_in(path.resolve())
            return
    except FileNotFoundError:
        what = "This link leads nowhere." if path.is_symlink() else "There is no such file or folder."
        yield Problem(shown, what, fatal=True)
        return
    except (OSError, ValueError, RuntimeError) as error:
        yield Problem(shown, unreadable(error), fatal=True, passing=True)
        return
    problem = kind_problem(mode)
    if problem:
        yield Problem(shown, problem, fatal=True)
    elif not ending_of(path.name):
        yield Problem(shown, f"Files with this ending are not read. Known: {', '.join(ENDINGS)}.", fatal=True)
    else:
        yield File(path.resolve(), ending_of(path.name))


def ending_of(name: str) -> str:
    """The known ending of a file's name, such as `.jsonl.gz`, or nothing."""
    # .json.gz must not pass for .gz of something else, so the longest is tried first.
    return next((ending for ending in sorted(ENDINGS, key=len, reverse=True) if name.lower().endswith(ending)), "")


def _find_in(folder: Path) -> Iterator[File | Problem]:
    found = False
    for item in walk(folder, lambda name: bool(ending_of(name))):
        found = True
        yield item if isinstance(item, Problem) else File(item.resolve(), ending_of(item.name))
    if not found:
        yield Problem(printable(folder), f"There is nothing to read in this folder. Known endings: {', '.join(ENDINGS)}.", fatal=True)


def read_file(file: File) -> Iterator[Article | Problem | Link]:
    """The articles in one regular file, or the links of a list, and what was wrong, as it is found."""
    path, ending, shown = file.path, file.ending, file.shown
    if printable(path) != str(path):
        yield Problem(shown, "Its name is not valid UTF-8, or holds characters that nobody sees. Rename it.", fatal=True)
        return
    inner = ending.removesuffix(".gz")
    try:
        size = path.stat().st_size
        if inner in _ONE_ARTICLE and size > FILE_LIMIT:
            yield Problem(shown, f"It is {size / 1e6:,.0f} MB long; an article may have {FILE_LIMIT >> 20} MB.", fatal=True)
            return
        with open_file(path, packed=inner != ending) as stream:
            yield from _LISTS[inner](stream, file.origin) if inner in _LISTS else _READERS[inner](stream, file.origin)
    except BombError as error:
        yield Problem(shown, str(error), fatal=True)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        yield Problem(shown, "It is not a whole gzip file: what follows is lost.", fatal=True)
    except OSError as error:
        yield Problem(shown, unreadable(error), fatal=True, passing=True)
