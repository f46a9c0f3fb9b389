"""Words of others as Markdown that shows them letter for letter: none of it marks up, links or is HTML."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

MARKS = re.compile(r"([\\`*_{}\[\]<>#|&~$^@]|!$)")
"""What may mean something anywhere in a line, in CommonMark, GitHub's Markdown or Pandoc's; the last also before a footnote's mark."""
AT_THE_START = re.compile(r"^([-+=:%.])|^(\(?\w{1,12})([.)])(?=\s|$)")
"""What begins a list, a heading's underline or a block."""
LINKED_BARE = re.compile(r"(?i)(https?|ftp)(://)|(www)(\.)")
"""What some programs make a link of though nothing marks it as one."""
WEB = ("http", "https")


def one_line(text: str) -> str:
    """On one line, without the control characters that no document may hold."""
    kept = (letter for letter in text if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())


def md(text: str) -> str:
    """The text on one line, escaped; it may stand at the beginning of a line."""
    escaped = MARKS.sub(r"\\\1", one_line(text))
    escaped = AT_THE_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", escaped)
    return LINKED_BARE.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"{found[3]}\\{found[4]}", escaped)


def web_address(url: str | None) -> str:
    """The address if it is one of the web, with nothing in it that could end a link; else empty."""
    try:
        known = bool(url) and urlsplit(url or "").scheme.lower() in WEB
    except ValueError:
        return ""
    return quote(one_line(url or ""), safe="%/:?#@!$&'()*+,;=~[]-._") if known else ""


def md_address(url: str | None) -> str:
    """An address as a link, if it is one of the web; any other as plain words."""
    address = web_address(url)
    return f"<{address}>" if address else md(url or "")
