"""PDF: the text layer of a printed or exported article, its lines joined to paragraphs again."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from app.article import Article
from app.reading.cleaning import clean_text
from app.reading.draft import TEXT_LIMIT, TITLE_LIMIT, Draft, finish
from app.reading.origin import Origin, Problem
from app.reading.pdf_layout import page_lines, split_masthead, unwrap

if TYPE_CHECKING:
    from pypdf import PdfReader

PAGE_LIMIT = 500
"""Most pages of a file that is one article."""
_DRAWING_LIMIT = 10 * 1024 * 1024
"""Most unpacked bytes that draw all pages; a page of text takes about ten thousand, and a second goes by for each million."""
_BROKEN = "This PDF is broken and cannot be read."
_LOCKED = "This PDF is locked with a password. Save it without one."
_NO_TEXT = "This PDF has no text, only pictures of pages. Run text recognition (OCR) on it first."
_NO_TITLE = re.compile(
    r"microsoft word\b.*|untitled.*|.*\.(docx?|odt|pdf|indd|qxp?|tex|rtf|html?)|[\W\d_]*|about:blank|document\d*", re.IGNORECASE
)


def read_pdf(stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    """One article from `stream`, which must be seekable. A date that stands alone in its first lines is its date."""
    from pypdf.errors import FileNotDecryptedError

    # It logs every oddity of a file; ours is one line.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        title, pages = _extract(stream)
    except ValueError as error:
        yield Problem(origin.where, str(error), fatal=True)
        return
    except FileNotDecryptedError:
        yield Problem(origin.where, _LOCKED, fatal=True)
        return
    except (OSError, MemoryError):
        raise
    except Exception:
        # pypdf raises errors of every kind (KeyError, AttributeError, RecursionError …) on a broken file.
        yield Problem(origin.where, _BROKEN, fatal=True)
        return
    lines = page_lines(pages)
    if not any(character.isalnum() for line in lines for character in line):
        yield Problem(origin.where, _NO_TEXT, fatal=True)
        return
    head, body = split_masthead(lines, title)
    yield from finish(Draft(unwrap(body), head.title, head.published, head.source, head.authors), origin)


def _extract(stream: BinaryIO) -> tuple[str, list[str]]:
    """The title in the file's metadata, if it is one, and each page's text. Raises ValueError for a person, or anything."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, EmptyFileError

    try:
        reader = PdfReader(stream)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError(_LOCKED)
        count = len(reader.pages)
    except EmptyFileError:
        raise ValueError("It is empty.") from None
    except DependencyError:
        raise ValueError(_LOCKED) from None
    if count > PAGE_LIMIT:
        raise ValueError(f"This PDF has {count:,} pages; an article may have {PAGE_LIMIT}.")
    pages: list[str] = []
    # All of it before the first page is read: reading is what takes long.
    drawn = 0
    for page in reader.pages:
        drawing = page.get_contents()
        drawn += len(drawing.get_data()) if drawing is not None else 0
        if drawn > _DRAWING_LIMIT:
            raise ValueError("The drawings in this PDF are too large to read.")
    length = 0
    for page in reader.pages:
        pages.append(clean_text(page.extract_text()))
        length += len(pages[-1])
        if length > TEXT_LIMIT:
            raise ValueError(f"Its text is longer than {TEXT_LIMIT:,} characters. Cut it into articles.")
    return _title(reader), pages


def _title(reader: PdfReader) -> str:
    title = reader.metadata.title if reader.metadata else None
    title = " ".join(str(title or "").split())
    return "" if _NO_TITLE.fullmatch(title) or len(title) > TITLE_LIMIT else title
