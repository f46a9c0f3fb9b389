"""Where a record came from, and what was wrong with it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from unicodedata import category

from app.reading.cleaning import clean_text, one_line

_UNSHOWN = ("Cc", "Cf", "Zl", "Zp")  # controls, directions, separators of lines


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a text from outside it: from the link that led to it, or from who sent it. Where the text itself says,
    that counts. `published` may be anything that `read_published` may be given; `charset` as the sender named it, perhaps wrongly."""

    title: str = ""
    published: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    charset: str = ""


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Origin:
    """One record's place: its file's `path` (absolute, links resolved, with `/`) and its `key` within it.

    `key` is empty where the file is one article. `line` counts from 1 and is for people; 0: not known. `address` is where a page
    was fetched: from the web alone it has no `path`, in the record of a crawl it has both.
    """

    path: str
    key: str = ""
    line: int = 0
    address: str = ""
    known: Known = NOTHING

    @property
    def where(self) -> str:
        """The path, the address, or both, and the line, with `:` between them."""
        return ":".join(filter(None, (self.path, one_line(self.address, 300), str(self.line or ""))))


@dataclass(frozen=True, slots=True)
class Problem:
    """One line for a person about one file or record: what is wrong with `path` (or `path:line`).

    `fatal`: there is no article of it. Otherwise the article was read all the same. `passing`: the system refused it, and may not the
    next time.
    """

    path: str
    message: str
    fatal: bool
    passing: bool = False


def printable(path: Path) -> str:
    """The absolute path in characters that can be written everywhere and stay in one line: others as `\\n` or `\\u202e`."""
    shown = os.fsencode(path.absolute()).decode("utf-8", "replace")
    if clean_text(shown) == shown and "\n" not in shown:
        return shown
    return "".join(letter.encode("unicode_escape").decode() if category(letter) in _UNSHOWN else letter for letter in shown)


def unreadable(error: Exception) -> str:
    """One sentence for an error of the operating system."""
    reason = getattr(error, "strerror", None) or str(error)
    return f"It cannot be read: {reason[:1].lower()}{reason[1:]}."
