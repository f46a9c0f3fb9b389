"""Markdown: YAML front matter for what is known of the article, and its body as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from app.article import Article
from app.reading.cleaning import clean_text
from app.reading.decoding import NotTextError, read_text
from app.reading.draft import finish
from app.reading.origin import Origin, Problem
from app.reading.record import draft_from

if TYPE_CHECKING:
    from markdown_it.token import Token

MARKUP_LIMIT = 400_000
"""Most characters of a Markdown file, some 60,000 words. The worst markup takes a parser 600 bytes a character."""

_FRONT = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FRONT_LIMIT = 50_000  # characters
_MANY_LINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"<[^<>]*>")
_NOT_TEXT = re.compile(r"\s*<(?:!--|script|style|iframe|svg)", re.IGNORECASE)


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
    space, so that a wrapped sentence stays whole. Links give their text; pictures, comments and rules go.
    """
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    heading = ""
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        heading = _inline(tokens[1])
        tokens = tokens[3:]
    return heading, _MANY_LINES.sub("\n\n", "".join(_blocks(tokens))).strip()


def _blocks(tokens: list[Token]) -> Iterator[str]:
    row: list[str] | None = None
    for token in tokens:
        kind = token.type
        if kind == "tr_open":
            row = []
        elif kind == "tr_close" and row is not None:
            yield " | ".join(row) + "\n"
            row = None
        elif kind == "inline" and row is not None:
            row.append(_inline(token))
        elif kind == "inline":
            yield _inline(token)
        elif kind in ("fence", "code_block"):
            yield token.content + "\n"
        elif kind == "html_block" and not _NOT_TEXT.match(token.content):
            yield _TAG.sub("", token.content) + "\n"
        elif kind in ("paragraph_close", "heading_close"):
            # A list without empty lines between its items has its paragraphs hidden.
            yield "\n" if token.hidden else "\n\n"
        elif kind in ("bullet_list_close", "ordered_list_close", "table_close"):
            yield "\n"


def _inline(token: Token) -> str:
    parts = {"text": "", "code_inline": "", "softbreak": " ", "hardbreak": "\n"}
    return "".join(parts[child.type] or child.content for child in token.children or () if child.type in parts).strip()


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
