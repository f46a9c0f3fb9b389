"""An article as columns of a table, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from app.article import Article, Published
from app.errors import DatelineError

ARTICLE = "row, id, title, text, published, source, authors, url, path, language, title_is_first_sentence"


def is_whole(values: Sequence[Any], content_hash: object) -> bool:
    """Whether the columns ARTICLE hold an article of this content."""
    try:
        return article_of(values).content_hash == content_hash
    except (DatelineError, ValueError, TypeError, AttributeError):
        return False


def article_of(values: Sequence[Any], said_until: int | None = None) -> Article:
    """From the columns ARTICLE. Raises ValueError, TypeError or DatelineError where they make no sense."""
    _, article_id, title, text, published, source, authors, url, path, language, first_sentence = values
    return Article(
        id=article_id, title=title, text=text, published=Published.parse(published) if published else None, source=source,
        authors=tuple(json.loads(authors)), url=url, path=path, language=language, title_is_first_sentence=bool(first_sentence),
        said_until=said_until,
    )  # fmt: skip
