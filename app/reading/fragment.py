"""The text of HTML that is all article: a newsletter, the content of a feed's entry. Nothing is left out but what is not seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.reading.decoding import NotTextError
from app.reading.hidden import drop_hidden
from app.reading.html import TAG_LIMIT, check_styles, check_tags
from app.text.tables import word_set

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNREAD = word_set("head script style title meta link select button textarea input form nav")
_BLOCKS = word_set(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hr"
    " html li main ol p pre section summary table tbody td tfoot th thead tr ul"
)
_MARKED = re.compile(r"<[a-zA-Z!/][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")


def fragment_text(markup: str) -> str:
    """The text as it is seen, blocks an empty line apart; empty where there is none. Raises NotTextError for more than we read."""
    if markup.count("<") > TAG_LIMIT:
        raise NotTextError(f"It has more than {TAG_LIMIT:,} tags.")
    check_tags(markup)
    if not markup.strip():
        return ""
    from lxml import etree
    from lxml.html import document_fromstring

    try:
        # lxml takes no text that says its own encoding, and none with characters that XML does not know.
        root = document_fromstring(markup.encode("utf-8", "replace"), parser=_parser())
        check_styles(root)
        drop_hidden(root)
        return _joined(root)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        if isinstance(error, NotTextError):
            raise
        return ""


def has_markup(text: str) -> bool:
    """Whether it looks as if it were HTML: feeds do not say."""
    return bool(_MARKED.search(text))


def _parser() -> object:
    from lxml.html import HTMLParser

    # Without `huge_tree` what is nested deeper than 256 levels would be lost, and what stands after it.
    return HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=True)


def _joined(root: HtmlElement) -> str:
    blocks: list[list[str | None]] = [[]]  # None is a line broken on purpose
    # By hand and not by recursion: mail nests its tables, and a bomb nests more.
    waiting: list[tuple[HtmlElement, bool]] = [(root, True)]
    while waiting:
        element, enters = waiting.pop()
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _BLOCKS:
            blocks.append([])
        if not enters:
            blocks[-1].append(element.tail or "")
            continue
        waiting.append((element, False))
        if name == "br":
            blocks[-1].append(None)
        if name and name not in _UNREAD:
            blocks[-1].append(element.text or "")
            waiting += [(child, True) for child in reversed(element)]
    texts = ("\n".join(line for line in (" ".join(part.split()) for part in _lines(block)) if line) for block in blocks)
    return "\n\n".join(text for text in texts if text)


def _lines(pieces: list[str | None]) -> list[str]:
    lines = [""]
    for piece in pieces:
        if piece is None:
            lines.append("")
        else:
            lines[-1] += piece
    return lines
