"""Which of the articles read in a run must be written: against the record, and against each other."""

from __future__ import annotations

from app.answer import IngestReport
from app.article import Article
from app.stores.protocols import CatalogProtocol


class Novelty:
    """One run's view. Of two records of one identity the later wins and the other counts as unchanged; the
    catalog remembers the loser's content, so that the same files read again change nothing."""

    def __init__(self, catalog: CatalogProtocol, report: IngestReport) -> None:
        self._catalog = catalog
        self.report = report
        self._contents: dict[str, str] = {}
        self._held_back: dict[str, Article] = {}
        self._fresh: set[str] = set()
        self._taken: dict[str, str] = {}

    def takes(self, article: Article) -> bool:
        """Whether to write it; counts it in the report as added, updated or unchanged."""
        taken = self._decide(article, article.content_hash)
        if taken:
            self._taken[article.id] = article.content_hash
        return taken

    def _decide(self, article: Article, content: str) -> bool:
        earlier = self._contents.get(article.id)
        self._contents[article.id] = content
        if earlier == content:
            self.report.unchanged += 1
            return False
        self._held_back.pop(article.id, None)
        stored = self._stored(article.id)
        if earlier is not None:
            self.report.unchanged += 1
            self._catalog.supersede(article.id, earlier)
            if stored is not None and stored != content and self._catalog.is_superseded(article.id, content):
                self._held_back[article.id] = article
                return False
            return stored != content
        if stored == content or (stored is None and article.url is None and self._has_twin(content)):
            self.report.unchanged += 1
            return False
        if stored is not None and self._catalog.is_superseded(article.id, content):
            self._held_back[article.id] = article
            self.report.unchanged += 1
            return False
        if stored is None:
            self.report.added += 1
        else:
            self.report.updated += 1
        if article.url is None:
            self._fresh.add(content)
        return True

    def left_over(self) -> list[Article]:
        """Held back for a later record that did not come this time: an article that went back to an old wording."""
        left = list(self._held_back.values())
        for article in left:
            self._catalog.restore(article.id, article.content_hash)
            self._contents.pop(article.id)
            self.report.unchanged -= 1
        return left

    def _stored(self, article_id: str) -> str | None:
        """The content in the record, or that this run has yet to write there."""
        return self._taken.get(article_id) or self._catalog.content_hash(article_id)

    def _has_twin(self, content: str) -> bool:
        """Whether another file has the same content, in the record or in what this run has yet to write there."""
        if content in self._fresh:
            return True
        return any(self._contents.get(twin, content) == content for twin in self._catalog.same_content(content))
