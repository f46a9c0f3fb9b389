"""What is taken out of text before it is kept: only what no reader would miss."""

from __future__ import annotations

import re

# Vertical tab, form feed, NEL and Unicode's own separators stand between lines; removing them would glue words together.
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Half of a pair, as JSON's "\ud83d" alone gives it. No store can write it as UTF-8.
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    # A soft hyphen at the end of a line says that a wrap cut the word there.
    "\xad(?!\n)|[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's Default_Ignorable_Code_Point: nothing is drawn for them, so words, orders and other directions hide in them."""
_JOINERS = re.compile(
    # Between letters of scripts that join, and in emoji, one of them changes what is seen; beside Latin it never does.
    "(?<=[\u0000-\u024f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\u0000-\u024f]|\\Z)|[\u200c\u200d]{2,}|\\A[\u200c\u200d]+"
    # One variation selector belongs to the character before it; a row of them is a message.
    "|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]+"
)


def clean_text(text: str) -> str:
    """`text` as it is seen: line ends as `\\n`, without control characters (tabs stay), invisible ones and outer white space.

    Every other code point stays as it is, so that a quote is what was published; a lone surrogate becomes U+FFFD.
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    if not text.isascii():
        text = _JOINERS.sub("", _INVISIBLE.sub("", _LONE_SURROGATES.sub("\ufffd", text)))
    return text.strip()


def one_line(text: str, limit: int) -> str:
    """`text` cleaned, with runs of white space as one space, and cut at `limit` characters on a word, with `…`."""
    text = " ".join(clean_text(text[: limit * 4]).split())
    if len(text) <= limit:
        return text
    head = text[:limit]
    return (head.rpartition(" ")[0] or head[:-1]).rstrip(" ,;:\u2013\u2014-") + "…"
