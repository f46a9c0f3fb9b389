"""Mail: newsletters, one in an `.eml` file or many in an mbox, by the standard library."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from typing import BinaryIO
from urllib.parse import quote

from app.article import Article, article_id
from app.reading.cleaning import clean_text
from app.reading.decoding import NotTextError, decode_as
from app.reading.draft import Draft, finish
from app.reading.fragment import fragment_text
from app.reading.mailbox import NO_MAILBOX, messages
from app.reading.origin import Origin, Problem
from app.reading.wrapping import join_wrapped

MESSAGE_LIMIT = 30 << 20
"""Most bytes of a message, attachments and all; mail servers let through 25 to 50 MB, and parsing takes some times as much memory."""
_TEXTS = ("text/html", "text/plain")
_HEADERS = ("From", "Date", "Subject", "Message-ID")
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]{3,250})\s*>")


def read_mail(stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    """One article from the message in `stream`: its HTML as it is seen, else its plain text. Attachments are left out.

    `Date` is its day, the name in `From` its source, `Message-ID` its identity: the same message of another file is the same article.
    """
    yield from _read(stream.read(MESSAGE_LIMIT + 1), origin)


def read_mailbox(stream: BinaryIO, origin: Origin) -> Iterator[Article | Problem]:
    """Each message of an mbox as `read_mail` gives it; what is wrong with one loses only that one."""
    count = 0
    for message in messages(stream, MESSAGE_LIMIT + 1):
        if message is None:
            yield Problem(origin.where, NO_MAILBOX, fatal=True)
            return
        count += 1
        yield from _read(message.data, replace(origin, line=message.line))
    if not count:
        yield Problem(origin.where, "It is empty: there is no message in it.", fatal=True)


def _read(data: bytes, origin: Origin) -> Iterator[Article | Problem]:
    try:
        if len(data) > MESSAGE_LIMIT:
            raise NotTextError(f"This message is longer than {MESSAGE_LIMIT >> 20} MB.")
        message = _parsed(data)
        headers = {name: _header(message, name) for name in _HEADERS}
        if not any(headers.values()):
            raise NotTextError("It is no message: it has neither sender, date nor subject.")
        text, warning = _text(message)
    except NotTextError as error:
        yield Problem(origin.where, str(error), fatal=True)
        return
    if warning:
        yield Problem(origin.where, warning, fatal=False)
    name, address = parseaddr(headers["From"])
    draft = Draft(text, title=headers["Subject"], published=headers["Date"], source=name or address)
    identity = _MESSAGE_ID.search(headers["Message-ID"])
    # Without an identity of its own, what it says of itself is one, wherever in its file it stands.
    key = hashlib.sha256("\n".join(headers.values()).encode("utf-8", "replace")).hexdigest()[:20]
    for item in finish(draft, replace(origin, key=f"mail={key}")):
        if isinstance(item, Article) and identity:
            yield replace(item, id=article_id(f"mid:{quote(identity[1], safe='@')}", ""))
        else:
            yield item


def _parsed(data: bytes) -> EmailMessage:
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
    except RecursionError:
        raise NotTextError("Its parts are nested too deep.") from None
    assert isinstance(message, EmailMessage)
    return message


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name) or "").split())
    except MemoryError:
        raise
    except Exception:
        # The library stumbles over broken headers in many ways; one of them is as good as none.
        return ""


def _text(message: EmailMessage) -> tuple[str, str]:
    """The first part that has a text, HTML before plain, and what was a guess in it."""
    texts: dict[str, list[EmailMessage]] = {kind: [] for kind in _TEXTS}
    try:
        for part in message.walk():
            kind = part.get_content_type()
            if kind in texts and not part.is_multipart() and part.get_content_disposition() != "attachment":
                texts[kind].append(part)
    except RecursionError:
        raise NotTextError("Its parts are nested too deep.") from None
    for kind, parts in texts.items():
        for part in parts:
            text, warning = _decoded(part)
            text = fragment_text(text) if kind == "text/html" else join_wrapped(clean_text(text))
            if text.strip():
                return text, warning
    raise NotTextError("There is no text in this message.")


def _decoded(part: EmailMessage) -> tuple[str, str]:
    """The text of one part, and what was a guess in it; nothing where it is empty or no text."""
    try:
        data = part.get_payload(decode=True)
        charset = part.get_content_charset() or ""
    except (ValueError, LookupError, AttributeError):
        return "", ""
    if not isinstance(data, bytes) or not data.strip():
        return "", ""
    try:
        found = decode_as(data, [charset] if charset else [])
    except NotTextError:
        return "", ""  # another part may be text
    return found.text, found.warning
