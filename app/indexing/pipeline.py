"""Files into the catalog and the word indexes; the vectors are the backlog's."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.answer import FailedPath, IngestReport, WarnedPath
from app.article import Article, Passage
from app.encoding.packaged import PackagedTokenizer
from app.errors import DatelineError
from app.indexing.backlog import Backlog
from app.indexing.novelty import Novelty
from app.indexing.passages import cut_passages
from app.indexing.progress import Progress, silent
from app.reading import Problem
from app.sources.items import Item, Mark, Unchanged
from app.stores.schema import PASSAGES_VERSION
from app.stores.stores import Stores
from app.text.months import day_words

Read = Callable[[Iterable[Path]], Generator[Article | Problem, None, None]]
"""Reads files and folders. Closed before its end, it stops whatever it has started."""
FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
"""Before Dateline was written: a clock that says so has lost its battery."""
COMMIT_ARTICLES = 100
"""Articles in one transaction: what a kill can cost is reading these again."""
COMMIT_LENGTH = 2_000_000
"""Characters in one transaction, for the sake of memory; usual articles come to a fifth of that."""


class Pipeline:
    """Reads, compares with the record, writes what is new. One run at a time (the service sees to that)."""

    def __init__(self, stores: Stores, backlog: Backlog, read: Read) -> None:
        self._stores = stores
        self._backlog = backlog
        self._read = read
        self._tokenizer: PackagedTokenizer | None = None

    def ingest(self, paths: Sequence[Path], progress: Progress = silent) -> IngestReport:
        """Bring these files and folders in. Bad ones are told in the report, the rest goes on; its `seconds` are the caller's.
        Raises DatelineError if the clock of this machine was never set."""
        with closing(self._read(paths)) as items:
            return self.bring(items, progress)

    def bring(self, items: Iterable[Item], progress: Progress = silent, report: IngestReport | None = None) -> IngestReport:
        """The same with what any source gives, counted into the report if there is one already."""
        self._stores.must_own()
        _check_clock()
        report = report or IngestReport()
        run = Novelty(self._stores.catalog, report)
        self._backlog.settle_stories(progress)
        self._backlog.index_words()
        batch: list[Article] = []
        marks: list[Mark] = []
        length = 0
        for item in items:
            if isinstance(item, Problem):
                if item.fatal:
                    report.failed.append(FailedPath(path=item.path, error=item.message))
                else:
                    report.warnings.append(WarnedPath(path=item.path, warning=item.message))
            elif isinstance(item, Unchanged):
                report.unchanged += item.count
            elif isinstance(item, Mark):
                marks.append(item)
            else:
                batch.append(item)
                length += len(item.text)
                if len(batch) >= COMMIT_ARTICLES or length >= COMMIT_LENGTH:
                    self._commit(batch, run)
                    batch, length = [], 0
                    progress("reading", report.added + report.updated + report.unchanged, 0)
        self._commit(batch, run)
        self._commit(run.left_over(), run)
        # Not before the last article is written: until then some are held back.
        with self._stores.catalog.transaction():
            for mark in marks:
                mark.keep()
        report.read = report.added + report.updated + report.unchanged
        progress("reading", report.read, report.read)
        return report

    def _commit(self, batch: list[Article], run: Novelty) -> None:
        changed = {article.id: article for article in batch if run.takes(article)}
        run.report.passages += self.write(list(changed.values()))

    def write(self, articles: Sequence[Article], *, back: bool = False) -> int:
        """Put these into catalog and words, all or none, each in place of the one with its id; return how many passages they have.
        `back`: they were removed by mistake, and are as they were."""
        self._stores.must_own()
        cut = [(article, self.cut(article)) for article in articles]
        catalog = self._stores.catalog
        with catalog.transaction():
            for article, passages in cut:
                row = catalog.put(article, passages)
                if back:
                    catalog.versions.undo_removal(row)
                for version, former in catalog.versions.uncut(article.id).items():
                    catalog.versions.recut(version, self.cut(former))
        # Before the words: what can be found should be known for a copy.
        self._backlog.settle_stories()
        self._backlog.index_words()
        return sum(len(passages) for _, passages in cut)

    def cut(self, article: Article) -> list[Passage]:
        self._tokenizer = self._tokenizer or PackagedTokenizer()
        return cut_passages(article, self._tokenizer.count)

    def recut(self, progress: Progress = silent) -> None:
        """Cut every article of the catalog anew, with nothing indexed: the first half of `reindex`."""
        catalog = self._stores.catalog
        rows = catalog.article_rows()
        for done, (row, article) in enumerate(self._all(rows), 1):
            catalog.recut(row, self.cut(article))
            if done % COMMIT_ARTICLES == 0 or done == len(rows):
                progress("passages", done, len(rows))
        for row in catalog.versions.of_articles():
            for article in catalog.versions.articles([row]).values():
                catalog.versions.recut(row, self.cut(article))
        catalog.set_meta("passages_version", str(PASSAGES_VERSION))

    def _all(self, rows: list[int]) -> Iterator[tuple[int, Article]]:
        for start in range(0, len(rows), COMMIT_ARTICLES):
            yield from self._stores.catalog.articles(rows[start : start + COMMIT_ARTICLES]).items()


def _check_clock() -> None:
    # Every article would lie ahead of such a clock and lose its date.
    today = datetime.now(UTC)
    if today < FIRST_DAY:
        raise DatelineError(f"this machine's clock says {day_words(today, full=True)}, which cannot be right.", "Set it and run again.")
