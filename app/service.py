"""The composition root: opens a home and is the Archive in it. One per process, thread safe."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from app.answer import Answer, Event, Example, Health, Hit, IngestReport, Request, SearchRequest, SourceSummary, Version, WarnedPath, fold
from app.answering.chain import Parts, answer, view_of
from app.answering.composing import Composer
from app.answering.kept_examples import KeptExamples
from app.answering.models import LanguageModel, load_language_model, model_name
from app.answering.readers import READERS, Reader, Readings
from app.answering.rerankers import load_reranker
from app.article import Article
from app.collection import Collection, keys
from app.encoding import Encoder, load_encoder
from app.errors import DatelineError, Unavailable
from app.health import health
from app.indexing.backlog import Backlog
from app.indexing.pipeline import Pipeline
from app.indexing.progress import Progress, silent
from app.indexing.same_model import check_same_model
from app.reading import KeptReader
from app.replication import Standing
from app.retrieval.candidates import WITHOUT_CHROMA
from app.retrieval.conversation import rank_in_conversation
from app.retrieval.reranker import Reranker
from app.retrieval.retriever import Ranked, Retriever, hits
from app.retrieval.understanding import understand, understand_as_follow_up
from app.settings import Settings
from app.sources.addresses import is_address
from app.sources.web import Web
from app.stores.conversations import CONVERSATIONS_FILE, Conversations
from app.stores.home import Owner
from app.stores.stores import Mode, Stores
from app.support.judge import Judge
from app.support.load import load_judge
from app.trouble import Troubles
from app.watching import Following, Hands, Watcher

if TYPE_CHECKING:
    from app.answering.runnable import AnswerChain

log = logging.getLogger(__name__)
T = TypeVar("T")

FALLBACK_READER = "linear"
"""Needs no weights of its own, so it can always read."""


class Service:
    """The Archive of this process, opened to own the home (serve, ingest, remove, reindex) or to read it. Models are loaded when asked
    for: until then search is by words, and answers say so."""

    def __init__(self, settings: Settings, stores: Stores, make_encoder: Callable[[Settings], Encoder] = load_encoder) -> None:
        """`make_encoder`: where the embedding model comes from, for whoever has one loaded already."""
        self.settings = settings
        self._make_encoder = make_encoder
        self._troubles = Troubles()
        self.stores = stores
        self.backlog = Backlog(stores)
        self._reading = KeptReader(settings.read_seconds)
        self._web = Web(settings, self._reading.read, stores.catalog)
        if stores.has_home:
            self._web.clear()
        self._pipeline = Pipeline(stores, self.backlog, self._reading)
        self._retriever = Retriever(stores, troubles=self._troubles)
        self._examples = KeptExamples(stores.catalog, settings.reader)
        self._encoder: Encoder | None = None
        self._reader: Reader | None = None
        self._model: LanguageModel | None = None
        self._judge: Judge | None = None
        self._load_lock = threading.RLock()
        self._write_lock = threading.Lock()
        self._vectors_lock = threading.Lock()
        self.collection = Collection(settings.home, stores, self._pipeline, self.backlog, self._write_lock, self._drop_vectors)
        hands = Hands(settings, stores, self._web, self._pipeline, self._reading, self.backlog, self._write_lock, self._drop_vectors)
        self.watcher = Watcher(hands)
        self.following = Following(hands, self.watcher.wake)
        self.standing = Standing(stores, self.backlog, settings, (self.watcher.looking, self._write_lock, self._vectors_lock))
        self._loading = False
        self._conversations: Conversations | None = None
        self._conversations_lock = threading.Lock()
        self._lent: LanguageModel | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        mode: Mode,
        kind: str = "serve",
        make_encoder: Callable[[Settings], Encoder] = load_encoder,
    ) -> Service:
        """Raises DatelineError if the home cannot be read, is another version's, or (to own) is in use."""
        service = cls(settings, Stores(settings, mode, kind), make_encoder)
        try:
            if mode == "own" and kind != "reindex":
                service.backlog.index_words()  # what a killed run left
            if mode != "follow" and kind not in ("reindex", "doctor"):
                service.stores.check_words()
        except BaseException:
            service.close()
            raise
        return service

    def announce(self, host: str, port: int, token: str) -> None:
        """Tell other commands of this home where to reach this process."""
        self.stores.lock.announce(Owner(os.getpid(), "serve", host, port, token))

    # Models

    @property
    def waits_for_server(self) -> bool:
        """Whether a server that a setting names was away when it was last tried."""
        return self._troubles.passing

    def load_encoder(self) -> Encoder | None:
        """Load the embedding model and open the vectors, once; None when this process may not, or they are another
        model's. What is in the way is told in notes and health."""
        with self._load_lock:
            if self._encoder is not None or self._troubles.hinder("vectors"):
                return self._encoder
            if not self.stores.vectors_allowed:
                self._troubles.tell("vectors", "Answered by words alone: another process is writing the vectors.")
                return None
            self._encoder = self._retriever.encoder = self._tried("vectors", "Answered by words alone", self._make_vectors_readable)
            return self._encoder

    def _make_vectors_readable(self) -> Encoder:
        encoder = self._make_encoder(self.settings)
        self.stores.open_vectors(encoder)
        if self.settings.embedding_url is not None:
            check_same_model(self.stores, encoder)
        return encoder

    def lend(self, reader: Reader | None, model: LanguageModel | None, judge: Judge | None, reranker: Reranker | None) -> None:
        """Use these, loaded elsewhere, instead of loading them; closing leaves them to whoever lent them."""
        with self._load_lock:
            self._reader, self._model, self._lent, self._judge = reader, model, model, judge
            self._retriever.reranker = reranker

    def load_models(self) -> None:
        """Load all models, blocking. A part that fails is told in notes and health."""
        self._load_language_model()
        self.load_search()
        self.load_reader()
        self._load_judge()

    def load_search(self) -> None:
        """Load what searching needs, blocking: embedding model and reranker. A server that was away may be back without a question that
        would notice it."""
        encoder = self.load_encoder()
        if encoder is not None and "vectors" in self._troubles:
            self._troubles.tried("vectors", "Answered by words alone", lambda: encoder.encode(["news"]))
        if (chroma := self.stores.vectors) is not None and "Chroma" in self._troubles:
            self._troubles.tried("Chroma", WITHOUT_CHROMA, lambda: chroma.count)
        self._load_reranker()

    def load_reader(self) -> None:
        """Load the reader that the settings name; until then, and if that fails, the linear one reads."""
        with self._load_lock:
            if self._reader is None and self.settings.reader != FALLBACK_READER and "reader" not in self._troubles:
                self._reader = self._tried("reader", "Read by likeness alone", lambda: READERS[self.settings.reader](self._encoder))

    def _load_reranker(self) -> None:
        with self._load_lock:
            if self._retriever.reranker is None and "reranker" not in self._troubles:
                made = self._tried("reranker", "Ranked without a second look", lambda: load_reranker(self.settings))
                self._retriever.reranker = made

    def _load_language_model(self) -> None:
        with self._load_lock:
            if self._model is None and "model" not in self._troubles:
                self._model = self._tried("model", "Answered in quotes", lambda: load_language_model(self.settings))

    def _load_judge(self) -> None:
        """Where there is wording to judge: quotes need no judge."""
        with self._load_lock:
            if self._model is not None and self._judge is None and "judge" not in self._troubles:
                self._judge = self._tried("judge", "Wording is checked by rules alone", lambda: load_judge(self.settings))

    def _tried(self, part: str, without: str, load: Callable[[], T]) -> T | None:
        """What `load` gives; None if it cannot, which notes and health tell from then on: what is done `without` it, and why."""
        self._loading = True
        try:
            given = load()
        except DatelineError as error:
            self._troubles.tell(part, f"{without}: {error}", error)
            return None
        else:
            self._troubles.over(part)
            return given
        finally:
            self._loading = False

    # Questions

    def answer(self, request: Request, config: Any = None) -> Iterator[Event]:
        """The events of an answer; see app.answering.chain."""
        return answer(request, self._parts(), config)

    def ask(self, request: Request) -> Answer:
        """The whole answer."""
        return fold(self.answer(request))

    def chain(self) -> AnswerChain:
        """This service as a LangChain Runnable."""
        from app.answering.runnable import AnswerChain

        return AnswerChain(self)

    def search(self, request: SearchRequest) -> list[Hit]:
        """The `k` best passages, best first: retrieval alone. What a follow-up leaves out is searched beside its own words."""
        catalog = self.stores.catalog
        alone, following = understand(request, catalog), understand_as_follow_up(request, catalog)
        return hits(rank_in_conversation(self._retriever, alone, following, request.k, per_article=request.per_article))

    def look(self, request: Request) -> tuple[list[Ranked], Readings]:
        """What answering has in view: the passages found for a question and what the reader reads in them (for evals)."""
        parts = self._parts()
        view = view_of(request, parts)
        return view.ranked, view.readings or parts.reader.read(view.asked, view.ranked)

    def _parts(self, *, worded: bool = True) -> Parts:
        """`worded` False leaves the language model out."""
        notes = []  # beside what hinders the search, which is known once it is done
        if self._encoder is None and "vectors" not in self._troubles:
            notes.append("Answered by words alone: the embedding model is still loading.")
        if self._reader is None and self.settings.reader != FALLBACK_READER and "reader" not in self._troubles:
            notes.append("Read by likeness alone: the reader is still loading.")
        model = self._model if worded else None
        if model is not None and self._judge is None and self.settings.support_model != "rules" and "judge" not in self._troubles:
            notes.append("Wording is checked by rules alone: the support model is still loading.")
        return Parts(
            stores=self.stores,
            retriever=self._retriever,
            reader=self._reader or READERS[FALLBACK_READER](self._encoder),
            composer=Composer(model, self._encoder, self.settings.strict, self.settings.llm_timeout, self._judge),
            model_name=model.name if model else model_name(self.settings.model_copy(update={"llm": "none"})),
            abstain_below=self.settings.abstain_below,
            notes=tuple(notes),
        )

    # Writing

    def ingest(self, places: Sequence[Path | str], progress: Progress | None = None, *, embed: bool = True) -> IngestReport:
        """Bring in files, folders, and what is new at addresses (`https://…`: pages, feeds, sitemaps). `embed` False leaves the vectors to
        `catch_up`."""
        self.stores.must_lead()
        started = time.monotonic()
        addresses = [str(place).strip() for place in places if is_address(place)]
        with self._write_lock:
            report = self._pipeline.ingest([Path(place) for place in places if not is_address(place)], progress or silent)
        for items in self._web.rounds(addresses):
            with self._write_lock:
                self._pipeline.bring(items, report=report)
            (progress or silent)("reading", report.read, 0)
        if embed:
            with suppress(Unavailable):  # told below: the articles are kept, and found by words
                self.catch_up(progress)
            if waiting := self.backlog.waiting():
                owed = f"{waiting} passages are found by words alone until they have vectors. {' '.join(self._troubles.lines())}"
                report.warnings.append(WarnedPath(path=str(self.settings.home), warning=owed.strip()))
        report.seconds = round(time.monotonic() - started, 3)
        return report

    def catch_up(self, progress: Progress | None = None, stop: threading.Event | None = None) -> int:
        """Find the stories still owed, then embed the passages that wait; return how many. Loads the embedding model only if some do."""
        if not self.stores.owns:
            return 0
        self.backlog.settle_stories(progress or silent)
        if not self.backlog.pending():
            return 0
        encoder = self.load_encoder()
        if encoder is None:
            return 0
        try:
            with self._vectors_lock:
                made = self.backlog.index_vectors(encoder, progress or silent, stop)
        except Unavailable as error:
            self._troubles.tell("new vectors", f"What is new is found by words alone: {error}", error)
            raise
        self._troubles.over("new vectors")
        return made

    def remove(self, keys: Sequence[str], *, erase: bool = False) -> tuple[list[str], list[str]]:
        """Take articles out by file, URL or id. Returns (ids removed, keys that match nothing). With `erase` nothing is kept that they
        said, and articles that were removed earlier count too."""
        self.stores.must_lead()
        removed, unknown = self.collection.removals.remove(keys, erase=erase)
        if removed:
            self._drop_vectors()
        return removed, unknown

    def _drop_vectors(self) -> None:
        """Whoever is writing vectors now drops the removed ones too; what cannot be dropped now is by the next writer."""
        if self._vectors_lock.acquire(blocking=False):
            try:
                self.backlog.drop_vectors()
            except DatelineError as error:
                log.warning("%s", error)
            finally:
                self._vectors_lock.release()

    def reindex(self, progress: Progress | None = None) -> None:
        """Cut all passages anew and write both indexes from the catalog. Cached vectors of this model are used again."""
        encoder = self._make_encoder(self.settings)
        with self._write_lock, self._vectors_lock:
            self.stores.clear_indexes(encoder)
            self._pipeline.recut(progress or silent)
            self.backlog.settle_stories(progress or silent)
            self.backlog.index_words()
        self._troubles.over("vectors")
        self._encoder = self._retriever.encoder = encoder
        with self._vectors_lock:
            self.backlog.index_vectors(encoder, progress or silent)

    # Looking

    def article(self, article_id: str) -> Article | None:
        return self.stores.catalog.article(article_id)

    def changed(self, article_id: str) -> date | None:
        """The day (UTC) on which the article came in as it is now, or on which it was removed; None where that was never written down."""
        second = self.stores.catalog.stored_or_gone(article_id)
        return None if second is None else datetime.fromtimestamp(second, UTC).date()

    def versions(self, key: str) -> list[Version]:
        """What the article of an id, URL or file says and what it said before, the last first."""
        return keys.versions(self.stores.catalog, key)

    def article_until(self, article_id: str, until: str) -> Article | None:
        """As keys.version_until."""
        return keys.version_until(self.stores.catalog, article_id, until)

    def find(self, key: str) -> Article | None:
        """The article of an id, URL or file."""
        found = keys.find(self.stores.catalog, key)
        return found[0].article if found else None

    def sources(self) -> list[SourceSummary]:
        return self.stores.catalog.sources()

    def examples(self) -> list[Example]:
        """Questions that `try_examples` found well answered, as long as the articles are those that it tried them on."""
        return self._examples.kept() or []

    def try_examples(self, stop: threading.Event | None = None) -> None:
        """Find questions that are answered well and keep them in the home (seconds to half a minute; not again until articles change).
        Needs the vectors and the reader, and a home of its own. A `stop` that is set leaves it undone."""
        if self._encoder is not None and self.stores.owns and self._examples.kept() is None:
            self._examples.find(self._ask_unworded, stop.is_set if stop else lambda: False)

    def _ask_unworded(self, question: str) -> Answer:
        """The answer in quotes: the language model takes no part in whether it is a good one."""
        return fold(answer(Request(question=question), self._parts(worded=False)))

    @property
    def conversations(self) -> Conversations:
        """What was asked on the page. Raises DatelineError where its file is damaged or a newer program's."""
        with self._conversations_lock:  # not that of the models, which is held while they load
            if self._conversations is None:
                self._conversations = Conversations(self.settings.home / CONVERSATIONS_FILE if self.settings.history else None)
            return self._conversations

    def health(self) -> Health:
        return health(
            self.settings,
            self.stores.catalog,
            self.standing,
            self._troubles,
            is_loading=self._loading,
            has_encoder=self._encoder is not None,
        )

    def close(self) -> None:
        """Stop the language model and free the home."""
        if self._model is not None and self._model is not self._lent:
            self._model.close()
        self._model = None
        self._web.close()
        self._reading.close()
        if self._conversations is not None:
            self._conversations.close()
        self.stores.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
