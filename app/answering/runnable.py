"""The answer as a part of LangChain's chains: an Answer out, however the chain is run."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Any, cast

from langchain_core.runnables import RunnableConfig, RunnableLambda
from langchain_core.runnables.config import run_in_executor

from app.answer import Answer, Event, Request, fold
from app.archive import Archive
from app.refusal import read_request
from app.stopping import Stop, current_stop, heeding, stopped_by

Question = Request | dict[str, Any] | str


class AnswerChain(RunnableLambda[Question, Answer]):
    """Question in, Answer out: the same under `invoke`, `stream`, `batch` and their asynchronous forms. A stream has one item, the
    Answer; the events on the way to it are `archive.answer`'s.

    Takes a Request, its fields as a dict, or the question alone; `bind(as_of="2025-11-30")` sets fields for all questions to come,
    which a question's own replace. Raises InvalidRequest for what is no such thing, and DatelineError for what a person can mend, which
    `batch(return_exceptions=True)` hands on in place.

    Callbacks see one chain run and in it the language model's, if one words and is in this process; of a model that goes on when all is
    said the run is broken off, which LangChain tells as GeneratorExit. Whoever cancels an asynchronous
    form ends the work in its thread: reader and model heed it.
    """

    def __init__(self, archive: Archive) -> None:
        super().__init__(self._answer, self._answer_in_thread, name="Dateline")
        self._archive = archive
        self._repr = f"AnswerChain({type(archive).__name__})"

    @property
    def InputType(self) -> Any:
        return Request | str

    @property
    def OutputType(self) -> type[Answer]:
        return Answer

    def _answer(self, question: Question, config: RunnableConfig, **fields: Any) -> Answer:
        events = self._archive.answer(request_of(question, fields), config)
        with closing(cast("Generator[Event, None, None]", events)):
            return fold(heeding(events))

    async def _answer_in_thread(self, question: Question, config: RunnableConfig, **fields: Any) -> Answer:
        stop = Stop()

        def work() -> Answer:
            with stopped_by(stop):
                return self._answer(question, config, **fields)

        with current_stop().waking(stop.say):
            try:
                return await run_in_executor(config, work)
            finally:
                stop.say()


def request_of(question: Question, fields: dict[str, Any] | None = None) -> Request:
    """The Request that is meant; what it does not say itself is taken from `fields`. Raises InvalidRequest."""
    if isinstance(question, Request):
        return read_request({**(fields or {}), **question.model_dump(exclude_unset=True)}, type(question)) if fields else question
    given = {"question": question} if isinstance(question, str) else question
    return read_request({**(fields or {}), **given} if isinstance(given, dict) else given, Request)
