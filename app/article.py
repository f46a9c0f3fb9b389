"""The nouns: Article, Sentence, Passage, each with exact character spans."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TRACKING_PARAMETERS = frozenset({"fbclid", "gclid", "mc_cid", "mc_eid", "igshid"})


@dataclass(frozen=True, slots=True)
class Published:
    """A point in time known to the day or to the second.

    `value` is a `date`, which stands for the whole day in UTC, or an aware `datetime`.
    """

    value: date

    def __post_init__(self) -> None:
        if isinstance(self.value, datetime) and self.value.tzinfo is None:
            object.__setattr__(self, "value", self.value.replace(tzinfo=UTC))

    @classmethod
    def parse(cls, text: str) -> Published:
        """Read `2025-11-30` or an ISO time; a time without a zone is UTC. Raises ValueError."""
        text = text.strip()
        if len(text) == 10:
            return cls(date.fromisoformat(text))
        return cls(datetime.fromisoformat(text))

    @property
    def has_time(self) -> bool:
        return isinstance(self.value, datetime)

    @property
    def first_second(self) -> int:
        """The earliest second (Unix time) at which it can have been."""
        if isinstance(self.value, datetime):
            return int(self.value.timestamp())
        return int(datetime.combine(self.value, time(), UTC).timestamp())

    @property
    def last_second(self) -> int:
        """The latest second at which it can have been: for a day, its last."""
        return self.first_second if self.has_time else self.first_second + 86_399

    @property
    def day(self) -> date:
        """The day in UTC."""
        if isinstance(self.value, datetime):
            return self.value.astimezone(UTC).date()
        return self.value

    def __str__(self) -> str:
        return self.value.isoformat()


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points, `0 <= start < end`, of one article's text."""

    start: int
    end: int


class Sentence(Span):
    """A sentence, or a piece of one that was too long, of an article's text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One dated article as the catalog keeps it. `text` is the record: every citation points into it.

    `seen`: the Unix second in which a crawler saw this text at its address, where that was earlier than now; the article is no other
    one for it.
    """

    id: str
    title: str
    text: str
    published: Published | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    path: str | None = None
    language: str = "en"
    title_is_first_sentence: bool = False
    seen: int | None = field(default=None, compare=False)
    said_until: int | None = None
    """The Unix second in which the archive saw it say something else, or go; None for what it says now."""

    @property
    def said_until_time(self) -> str | None:
        """`said_until` as an ISO time in UTC."""
        return None if self.said_until is None else datetime.fromtimestamp(self.said_until, UTC).isoformat()

    @property
    def content_hash(self) -> str:
        """sha256 over all that a reader or a citation sees, hex."""
        parts = (self.title, self.text, str(self.published or ""), self.source or "", "\x1f".join(self.authors), self.url or "")
        return hashlib.sha256("\x1e".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive whole sentences of one article: the unit that is indexed and retrieved."""

    article_id: str
    ordinal: int
    start: int
    end: int
    sentences: tuple[Sentence, ...]


def canonical_url(url: str) -> str:
    """One spelling for one page: scheme and host in lower case, no fragment, default port or tracking."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not key.lower().startswith("utm_") and key.lower() not in TRACKING_PARAMETERS
    ]
    return urlunsplit((parts.scheme.lower(), host + port, parts.path or "/", urlencode(query), ""))


def article_id(url: str | None, path: str, key: str = "") -> str:
    """The article's identity, 20 hex digits: its canonical URL, else its file and the record's key in it."""
    name = canonical_url(url) if url else f"file:{path}#{key}"
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:20]
