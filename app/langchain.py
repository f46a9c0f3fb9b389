"""Dateline's parts for chains of LangChain: `DatelineRetriever`, and `AnswerChain` as `archive.chain()` gives it.

These names stay where they are; `docs/langchain.md` shows them at work.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import PrivateAttr, SkipValidation

from app.answer import Filters, Hit, SearchRequest
from app.answering.runnable import AnswerChain
from app.archive import Archive
from app.errors import DatelineError, InvalidRequest
from app.reach import reach
from app.refusal import read_request
from app.settings import Settings, load_settings

__all__ = ["AnswerChain", "DatelineRetriever", "InvalidRequest", "reach"]

log = logging.getLogger(__name__)


class DatelineRetriever(BaseRetriever):
    """The passages nearest to a question as LangChain's Documents, best first: `archive.search`.

    `page_content` is `article.text[start:end]`, to the letter. The metadata hold `article_id`, `start`, `end` (code points), `title`,
    `source`, `url`, `published` (a day or an ISO time; null where the article states none), `said_until` (null, but for a version that the
    article has no more, which only `as_of` gives), `score` (unbounded, comparable within one
    question) and `rank` from 1. What articles say is text of others: a prompt that takes it in should say so.

    Further fields of a SearchRequest may come with a call or be bound: `retriever.invoke(question, as_of="2025-11-30")`.

    Pickled are `filters`, `k`, `per_article`, name, tags, metadata, and of the service the folder of its home and the name of its
    embedding model: no password, key, token or article. All else is read from the settings where it is unpickled, and the home is
    reached at the first question there, as a command reaches it: through the `serve` that owns it, else by a service of its own, which
    `close` frees. While a process that is no `serve` owns the home that service searches by words alone, and logs a warning.
    """

    service: SkipValidation[Archive]
    filters: Filters = Filters()
    k: int = 10
    per_article: int = 2
    _reopened: bool = PrivateAttr(False)

    def __init__(
        self, *, service: Archive, filters: Filters | dict[str, Any] | None = None, k: int = 10, per_article: int = 2, **others: Any
    ) -> None:
        """`k` and `per_article` as in SearchRequest; `others` are LangChain's `name`, `tags`, `metadata`. Raises InvalidRequest."""
        if not callable(getattr(service, "search", None)):
            raise InvalidRequest(f"service must be a Service or a Client, not {type(service).__name__}.")
        given = filters.model_dump(exclude_unset=True) if isinstance(filters, Filters) else filters
        checked = read_request({} if given is None else given, Filters)
        read_request({"question": "any", "k": k, "per_article": per_article}, SearchRequest)
        super().__init__(service=service, filters=checked, k=k, per_article=per_article, **others)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **fields: Any) -> list[Document]:
        return self._found(query, fields)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **fields: Any
    ) -> list[Document]:
        return await run_in_executor(None, self._found, query, fields)

    def _found(self, query: str, fields: dict[str, Any]) -> list[Document]:
        """Raises InvalidRequest for an empty question or an unknown field."""
        own = {**self.filters.model_dump(exclude_unset=True), "k": self.k, "per_article": self.per_article}
        request = read_request({**own, **fields, "question": query}, SearchRequest)
        return [document(hit) for hit in self.service.search(request)]

    def close(self) -> None:
        """Free what unpickling reached; a service that was handed in is its owner's to close."""
        if self._reopened:
            self.service.close()

    def __getstate__(self) -> dict[Any, Any]:
        state = super().__getstate__()
        return {**state, "__dict__": {**state["__dict__"], "service": _place_of(self.service)}, "__pydantic_private__": {"_reopened": True}}


class _Elsewhere:
    """An archive that is reached when it is first used; `settings` say which."""

    def __init__(self, home: str, embedding_model: str) -> None:
        self._place = (home, embedding_model)
        self._lock = threading.Lock()
        self._archive: Archive | None = None

    @property
    def settings(self) -> Settings:
        home, embedding_model = self._place
        return load_settings(home=Path(home), embedding_model=embedding_model)

    def search(self, request: SearchRequest) -> list[Hit]:
        with self._lock:
            if self._archive is None:
                self._archive = reach(self.settings, "embedding")
                if detail := self._archive.health().detail:
                    log.warning("a retriever was unpickled: %s", detail)
        return self._archive.search(request)

    def close(self) -> None:
        with self._lock:
            if self._archive is not None:
                self._archive.close()
                self._archive = None

    def __reduce__(self) -> tuple[type[_Elsewhere], tuple[str, str]]:
        return _Elsewhere, self._place


def _place_of(service: Any) -> _Elsewhere:
    settings = getattr(service, "settings", None)
    if not isinstance(settings, Settings):
        raise DatelineError("this retriever cannot be pickled: its service does not say where its home is.", "Get it by `reach`.")
    return _Elsewhere(str(settings.home.absolute()), settings.embedding_model)


def document(hit: Hit) -> Document:
    """A passage as LangChain has one; its id is the same whenever the same passage is found."""
    version = f"@{hit.said_until}" if hit.said_until else ""
    return Document(
        id=f"{hit.article_id}:{hit.start}-{hit.end}{version}", page_content=hit.passage, metadata=hit.model_dump(exclude={"passage"})
    )
