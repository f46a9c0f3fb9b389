"""What a person names an article by: its id, URL or file."""

from __future__ import annotations

from pathlib import Path

from app.answer import Version
from app.article import Article, canonical_url
from app.indexing.revisions import history, versions_of
from app.stores.catalog import StoredArticle
from app.stores.protocols import CatalogProtocol


def find(catalog: CatalogProtocol, key: str) -> list[StoredArticle]:
    """The articles meant; a file of many records gives many."""
    return next((found for one in _spellings(key) if (found := catalog.find(one))), [])


def said_before(catalog: CatalogProtocol, key: str) -> list[str]:
    """Ids of the articles meant of which something is kept that they said before, removed ones with them."""
    return list(dict.fromkeys(one.article.id for spelled in _spellings(key) for one in catalog.versions.find(spelled)))


def versions(catalog: CatalogProtocol, key: str) -> list[Version]:
    """What the article meant says and what it said before, the last first; of one that was removed, what it said. Empty where nothing is
    known."""
    return next((versions_of(said) for one in _spellings(key) if (said := history(catalog, one))), [])


def version_until(catalog: CatalogProtocol, article_id: str, until: str) -> Article | None:
    """The version of an article that was said until this time, as a citation gives it: of those that went in one second the first, since
    the others never stood."""
    return next((one.article for one in reversed(catalog.versions.of(article_id)) if one.article.said_until_time == until), None)


def _spellings(key: str) -> list[str]:
    """How the catalog may spell it."""
    return [canonical_url(key)] if "://" in key else [key, str(Path(key).resolve())]
