"""Markdown: YAML front matter for what is known of the article, and its body as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from app.article import Article
from app.reading.cleaning import clean_text
from app.reading.decoding import NotTextError, read_text
from app.reading.draft import finish
from app.reading.hidden import drop_hidden
from app.reading.origin import Origin, Problem
from app.reading.record import draft_from
from app.text.tables import word_set

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MARKUP_LIMIT = 400_000
"""Most characters of a Markdown file, some 60,000 words. The worst markup takes a parser 600 bytes a character."""


_FRONT = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FRONT_LIMIT = 50_000  # characters
_LISTS = frozenset(("ul", "ol"))
_BLOCKS = _LISTS | word_set(
    "p h1 h2 h3 h4 h5 h6 pre blockquote table div section article aside header footer main nav figure hr dl address fieldset form"
)
_LINES = frozenset(("li", "tr", "br", "dt", "dd", "figcaption", "caption", "summary"))
_FRAMES = _LISTS | frozenset(("table", "thead", "tbody", "tfoot", "tr", "dl"))  # hold items and no text of their own
_NOT_TEXT = frozenset(("head", "script", "style", "title"))
_BLOCK, _LINE, _EXACT = "\x02", "\x03", "\x04"  # control characters, of which cleaned text has none
_BREAKS = re.compile(f"[ \\t]*[{_BLOCK}{_LINE}][{_BLOCK}{_LINE} \\t]*")
_WRAP = re.compile(r"[ \t]*\n[ \t]*")


def read_markdown(stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    """One article from `stream`. Without a `title` in the front matter a leading `# ` heading is the title."""
    try:
        decoded = read_text(stream)
    except NotTextError as error:
        yield Problem(origin.where, str(error), fatal=True)
        return
    if decoded.warning:
        yield Problem(origin.where, decoded.warning, fatal=False)
    body = clean_text(decoded.text)
    if len(body) > MARKUP_LIMIT:
        yield Problem(origin.where, f"It is longer than {MARKUP_LIMIT:,} characters. Cut it into articles.", fatal=True)
        return
    fields: dict[str, Any] = {}
    front = _FRONT.match(body)
    if front:
        body = body[front.end() :]
        try:
            fields = _fields(front["yaml"])
        except ValueError as error:
            yield Problem(origin.where, str(error), fatal=False)
    heading, text = to_plain(body)
    draft = draft_from(fields, text)
    if not draft.title:
        draft.title = heading
    elif heading and heading.casefold() != draft.title.casefold():
        draft.text = f"{heading}\n\n{text}"
    yield from finish(draft, origin)


def to_plain(body: str) -> tuple[str, str]:
    """The leading first-level heading of Markdown `body`, or nothing, and the rest as plain text.

    Blocks stand apart by an empty line, list items by a line break. A line break within a paragraph becomes a
    space, so that a wrapped sentence stays whole. Links give their text; pictures, comments, rules and what its HTML
    hides go.
    """
    from lxml import html
    from markdown_it import MarkdownIt

    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(body)
    # Without `huge_tree` what is nested deeper than 256 levels would be lost, and what stands after it.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    tree = html.document_fromstring(f"<html><body>{page}</body></html>".encode(), parser=parser)
    drop_hidden(tree)
    heading = ""
    first = next(iter(tree.body), None)
    if first is not None and first.tag == "h1" and not (tree.body.text or "").strip():
        heading = plain_text(first)
        first.drop_tree()
    return heading, plain_text(tree)


def plain_text(root: HtmlElement) -> str:
    """The text of `root` with its blocks an empty line apart; rows, items and `<br>` begin a new line."""
    from lxml import etree

    parts: list[str] = []
    exact = skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag, step = element.tag, 1 if event == "start" else -1
        exact += step * (tag == "pre")
        skipped += step * (tag in _NOT_TEXT)
        parts.append(_break_at(element, event))
        text = (element.text if event == "start" else element.tail if element is not root else None) or ""
        around = element if event == "start" else element.getparent()
        if not skipped and (text.strip() or (text and around.tag not in _FRAMES)):
            parts.append(text.replace("\n", _EXACT) if exact else _WRAP.sub(" ", text))
    return _BREAKS.sub(lambda found: "\n\n" if _BLOCK in found[0] else "\n", "".join(parts)).replace(_EXACT, "\n").strip()


def _break_at(element: HtmlElement, event: str) -> str:
    """What parts this element's text from what stands before its beginning or end."""
    tag, parent = element.tag, element.getparent()
    if tag in ("td", "th"):
        return " | " if event == "start" and element.getprevious() is not None else ""
    if tag in _LISTS and parent is not None and parent.tag == "li":
        return _LINE
    return _BLOCK if tag in _BLOCKS else _LINE if tag in _LINES else ""


def _fields(text: str) -> dict[str, Any]:
    """The front matter's fields, every scalar as the string that it is written as. Raises ValueError."""
    import yaml

    if len(text) > _FRONT_LIMIT:
        raise ValueError("Its front matter is too long: read without it.")
    try:
        # As safe as safe_load, without its readings: a date stays as it is written, `no` stays a word.
        fields = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 2})" if error.problem_mark else ""
        raise ValueError(f"Its front matter is not valid YAML{line}: read without it.") from None
    except (yaml.YAMLError, RecursionError):
        raise ValueError("Its front matter is not valid YAML: read without it.") from None
    if fields in (None, ""):
        return {}
    if not isinstance(fields, dict):
        raise ValueError("Its front matter has no fields (name: value): read without it.")
    return fields
