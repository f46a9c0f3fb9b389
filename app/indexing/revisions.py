"""What became of an article: its versions in their order, and where one corrects or withdraws what the one before it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from app.answer import Version
from app.article import Article
from app.stores.protocols import CatalogProtocol
from app.text.differences import sentences_of
from app.text.notices import Notice, notice_in


@dataclass(frozen=True, slots=True)
class Said:
    """What an article said from one second to another; `seen_from` None: not known; `seen_until` None: it says so now."""

    article: Article
    seen_from: int | None
    seen_until: int | None
    ended: Literal["changed", "removed"] | None


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence in which an article says what it does to an earlier version of itself."""

    kind: Notice
    words: str


def history(catalog: CatalogProtocol, key: str) -> list[Said]:
    """The versions of the article of an id, URL or file, the oldest first and what it says now last. Of a file of many records, those of
    its first article."""
    present = catalog.find(key)
    article_id = next((one.article.id for one in (present or catalog.versions.find(key))), None)
    if article_id is None:
        return []
    known = [Said(one.article, one.seen_from, one.seen_until, one.ended) for one in reversed(catalog.versions.of(article_id))]
    now = [Said(one.article, catalog.stored_or_gone(article_id), None, None) for one in present if one.article.id == article_id]
    return [*known, *now]


def notice(before: Article, after: Article) -> Told | None:
    """The first sentence of the later version, its title among them, that the earlier has not and that corrects or withdraws it."""
    old = {before.title, *sentences_of(before.text)}
    for sentence in (after.title, *sentences_of(after.text)):
        if sentence not in old and (kind := notice_in(sentence)):
            return Told(kind, sentence)
    return None


def versions_of(said: Sequence[Said]) -> list[Version]:
    """As callers see them, the last first."""
    found = []
    for before, one in zip([None, *said], said, strict=False):
        told, article = notice(before.article, one.article) if before else None, one.article
        found.append(
            Version(
                article_id=article.id, title=article.title, source=article.source, url=article.url,
                published=str(article.published) if article.published else None, authors=list(article.authors), text=article.text,
                seen_from=_time(one.seen_from), seen_until=_time(one.seen_until), ended=one.ended, notice=told.kind if told else None,
            )
        )  # fmt: skip
    return found[::-1]


def _time(second: int | None) -> str | None:
    return None if second is None else datetime.fromtimestamp(second, UTC).isoformat()
