"""The retrieval chain as LangChain's users know one: invoke, stream, batch, their async forms, callbacks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config, get_callback_manager_for_config

from app.answer import Answer, Done, Event, Request

Answerer = Callable[[Request, Any], Iterator[Event]]


class AnswerChain(Runnable[Request | str, Answer]):
    """`invoke` folds the events to the Answer; `stream` yields them, the Answer last (in `done`).

    Takes a Request, its fields as a dict, or a question. Callbacks see one chain run, and the model's run within it.
    """

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def invoke(self, input: Request | str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        return fold(self.stream(input, config))

    def stream(self, input: Request | str, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Any]:
        config = ensure_config(config)
        request = _request(input)
        run = get_callback_manager_for_config(config).on_chain_start(None, request.model_dump(), name="Dateline")
        inner = {**config, "callbacks": run.get_child()}
        result: Answer | None = None
        try:
            for event in self._answerer(request, inner):
                if isinstance(event, Done):
                    result = event.answer
                yield event
        except BaseException as error:
            run.on_chain_error(error)
            raise
        run.on_chain_end(result.model_dump() if result else {})

    async def astream(self, input: Request | str, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncIterator[Any]:
        events = self.stream(input, config)
        while (event := await asyncio.to_thread(next, events, None)) is not None:
            yield event


def fold(events: Iterator[Event]) -> Answer:
    """The Answer that a stream of events ends with."""
    answer: Answer | None = None
    for event in events:  # to its end: what follows `done` tells the callbacks
        if isinstance(event, Done):
            answer = event.answer
    if answer is None:
        raise RuntimeError("the answer ended without `done`")
    return answer


def _request(value: Any) -> Request:
    if isinstance(value, Request):
        return value
    return Request.model_validate(value if isinstance(value, dict) else {"question": value})
