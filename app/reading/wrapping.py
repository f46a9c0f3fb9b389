"""Joins the lines that a wrap at some column has cut, and no others: in text each line of which may have been meant."""

from __future__ import annotations

import re
from itertools import groupby, pairwise

NARROWEST, WIDEST = 40, 120
"""Characters of the longest line of a wrapped text. Narrower are poems and lists, wider is text that was never wrapped."""
_STANDS_OUT = 1.2
_CUT_SHARE = 0.5
"""Share of a block's line breaks that a wrap can have made, from which on it passes for wrapped: all but the one under a
heading in prose, about a third in verse and where each sentence has a line."""
_LOWER_SHARE = 0.3
"""Share of the cut lines that go on with a small letter; of prose two thirds do, of verse and names few."""
_ITEM = re.compile(r"\s*(?:[-*+•–—·>|#]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s")
_COLUMNS = re.compile(r"\S(?:\t| {3,})\S")


def join_wrapped(text: str) -> str:
    """`text`, cleaned, with its wrapped lines joined to paragraphs; `text` itself if it does not look wrapped.

    Paragraphs, list items, verse, tables and headings keep their line breaks.
    """
    lines = text.split("\n")
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    # One line in twenty may stand out: an address, a table.
    usual = lengths[-1 - len(lengths) // 20] if lengths else 0
    width = max((length for length in lengths if length <= _STANDS_OUT * usual), default=0)
    if not NARROWEST <= width <= WIDEST:
        return text
    breaks = [_break(line, following, width) for line, following in pairwise(lines)]
    cuts: set[int] = set()
    for apart, block in groupby(range(len(breaks)), lambda number: breaks[number] is None):
        numbers = list(block)
        cut = [number for number in numbers if breaks[number]]
        if not apart and len(cut) >= _CUT_SHARE * len(numbers):
            # Where someone has mended a word the wrap is ragged; the sentence goes on all the same.
            cuts.update(cut, (number for number in numbers if _goes_on(lines[number], lines[number + 1])))
    if sum(lines[number + 1].lstrip()[:1].islower() for number in cuts) <= _LOWER_SHARE * len(cuts):
        return text
    parts: list[str] = [lines[0]]
    for number, following in enumerate(lines[1:]):
        if number in cuts:
            parts[-1] = join_lines(parts[-1].rstrip(" \t"), following.strip(" \t"))
        else:
            parts.append(following)
    return "\n".join(parts)


def join_lines(before: str, line: str) -> str:
    """Two lines as one. A hyphen may be the word's own: it stays, and the word with it is still found by either half."""
    if not before:
        return line
    if before.endswith("\u00ad"):
        return before[:-1] + line
    return before + line if before.endswith("-") and line[:1].islower() else f"{before} {line}"


def _goes_on(line: str, following: str) -> bool:
    return following.lstrip()[:1].islower() and not line.rstrip().endswith((".", "!", "?", ":", ";"))


def _break(line: str, following: str, width: int) -> bool | None:
    """Whether a wrap at `width` or wider can have ended `line` here: the next word did not fit in any more. None: it is plain
    that something new begins."""
    line, words = line.rstrip(), following.split(maxsplit=1)
    if not line.strip() or len(line) > width or not words or _ITEM.match(following) or _COLUMNS.search(line) or _COLUMNS.search(following):
        return None
    if len(following) - len(following.lstrip()) > len(line) - len(line.lstrip()) and not _ITEM.match(line):
        return None
    return len(line) + (not line.endswith(("-", "\u00ad"))) + len(words[0]) > width
