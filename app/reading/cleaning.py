"""What is taken out of text before it is kept: only what no reader would miss."""

from __future__ import annotations

import re

# Vertical tab, form feed and NEL stand between lines; removing them would glue words together.
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
# Half of a pair, as JSON's "\ud83d" alone gives it. No store can write it as UTF-8.
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """`text` with line ends as `\\n`, without control characters (tabs stay), byte-order marks and outer white space.

    Every other code point stays as it is, so that a quote is what was published; a lone surrogate becomes U+FFFD.
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    return _LONE_SURROGATES.sub("\ufffd", text).strip()


def one_line(text: str, limit: int) -> str:
    """`text` cleaned, with runs of white space as one space, and cut at `limit` characters on a word, with `…`."""
    text = " ".join(clean_text(text[: limit * 4]).split())
    if len(text) <= limit:
        return text
    head = text[:limit]
    return (head.rpartition(" ")[0] or head[:-1]).rstrip(" ,;:\u2013\u2014-") + "…"
