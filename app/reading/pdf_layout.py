"""From the lines of printed pages to a masthead and paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from app.reading.published import read_published, read_written_day
from app.reading.record import split_authors
from app.reading.wrapping import join_lines

MASTHEAD_LINES = 12
"""Lines from the top within which a date that stands alone is taken for the article's."""
TITLE_LINES = 4
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)
_PAGE_NUMBER = re.compile(r"(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?", re.IGNORECASE)
_PUBLISHED = re.compile(r"(?:published|posted|date|updated)(?:\s+on)?:?\s+", re.IGNORECASE)
_OUTLET = re.compile(r"[A-Z0-9][^.!?;:\"\u201c\u201d]{1,59}")
_BYLINE = re.compile(r"[Bb][Yy]\s+[A-Z].{1,100}")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT")
_STOPS = re.compile(r"[.!?…:][\"\u201d\u2019')\]]*$")
_FULL_LINE = 0.88
"""Share of the usual line's length within which the next word would still have fitted: such a line ends a paragraph.

Letters differ in width, so lines of one column differ in their number of characters by about a tenth.
"""
_HEADING = 0.6


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above the story."""

    title: str = ""
    published: str | None = None
    source: str = ""
    authors: tuple[str, ...] = ()


def page_lines(pages: list[str]) -> list[str]:
    """All lines in order, without page numbers and without what stands at the edge of three pages or more."""
    split = [[line.strip().translate(_LIGATURES) for line in page.split("\n")] for page in pages]
    edges = Counter(line for lines in split for line in {*lines[:1], *lines[-1:]} if line)
    kept: list[str] = []
    for lines in split:
        last = len(lines) - 1
        for number, line in enumerate(lines):
            edge = number in (0, last)
            if not (edge and (edges[line] >= 3 or (len(pages) > 1 and _PAGE_NUMBER.fullmatch(line)))):
                kept.append(line)
    return kept


def split_masthead(lines: list[str], title: str) -> tuple[Masthead, list[str]]:
    """What stands above the story, and the story's lines. `title` is the metadata's, or empty.

    The lines that spell the title, a line that is a date, an outlet's name after that and a byline are taken out.
    """
    lines = [line for line in lines[:MASTHEAD_LINES] if line] + lines[MASTHEAD_LINES:]
    start = _length_of_title(lines, title)
    dated = next((number for number in range(start, min(len(lines), MASTHEAD_LINES)) if _date(lines[number])), None)
    if not title:
        start = _lines_of_title(lines, dated)
        title = " ".join(lines[:start])
    above, below = (lines[start:], []) if dated is None else (lines[start:dated], lines[dated + 1 :])
    source = ""
    if len(below) > 1 and _is_outlet(below[0]):
        source = below.pop(0)
    rest = above + below
    authors: tuple[str, ...] = ()
    byline = next((number for number, line in enumerate(rest[:3]) if _BYLINE.fullmatch(line)), None)
    if byline is not None:
        authors = split_authors(rest.pop(byline))
    return Masthead(title, None if dated is None else _date(lines[dated]), source, authors), rest


def _length_of_title(lines: list[str], title: str) -> int:
    """How many lines from the top spell `title`, 0 if it does not stand there."""
    wanted = "".join(title.split()).casefold()
    for count in range(1, TITLE_LINES + 1):
        if wanted and "".join("".join(lines[:count]).split()).casefold() == wanted:
            return count
    return 0


def _lines_of_title(lines: list[str], dated: int | None) -> int:
    """How many lines from the top are a title: those above the date, else one short line that is no sentence."""
    if dated is not None:
        return dated if dated <= TITLE_LINES and not any(_STOPS.search(line) for line in lines[:dated]) else 0
    alone = len(lines) > 1 and not _STOPS.search(lines[0]) and len(lines[0]) < _HEADING * _width(lines)
    return 1 if alone else 0


def _date(line: str) -> str | None:
    """The date that is all of `line`, or stands after `Published` in it, in ISO form."""
    text = _PUBLISHED.sub("", line, count=1)
    if not text[:1].isalnum() or len(text) > 40:
        return None
    day = read_written_day(text)
    if day:
        return day.isoformat()
    if not _ISO_TIME.match(text):
        return None
    try:
        return str(read_published(text))
    except ValueError:
        return None


def _is_outlet(line: str) -> bool:
    return bool(_OUTLET.fullmatch(line)) and len(line.split()) <= 6 and not _BYLINE.fullmatch(line)


def _width(lines: list[str]) -> int:
    """The length in characters that nine lines in ten do not exceed."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def unwrap(lines: list[str]) -> str:
    """Paragraphs an empty line apart. A line that ends a sentence and leaves room for the next word ends a paragraph."""
    width = _width(lines)
    paragraphs: list[str] = []
    current = ""
    for number, line in enumerate(lines):
        if not line:
            continue
        current = join_lines(current, line)
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not following or _ends_paragraph(line, following, width):
            paragraphs.append(current)
            current = ""
    return "\n\n".join(paragraphs)


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    if _STOPS.search(line):
        return len(line) + 1 + len(following.split()[0]) < _FULL_LINE * width
    # A short line that is no sentence, before one that begins with a capital, is a heading.
    return len(line) < _HEADING * width and following[:1].isupper() and not line.endswith((",", "-"))
