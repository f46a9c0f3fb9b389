"""The retrieval chain as LangChain's users know one: invoke, stream, batch, their async forms, callbacks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config, get_callback_manager_for_config

from app.answer import Answer, Done, Request, fold
from app.archive import Archive


class AnswerChain(Runnable[Request | str, Answer]):
    """`invoke` folds the events to the Answer; `stream` yields them, the Answer last (in `done`).

    Takes a Request, its fields as a dict, or a question. Callbacks see one chain run, and the model's run within it.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def invoke(self, input: Request | str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        return fold(self.stream(input, config))

    def stream(self, input: Request | str, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Any]:
        config = ensure_config(config)
        request = _request(input)
        run = get_callback_manager_for_config(config).on_chain_start(None, request.model_dump(), name="Dateline")
        inner = {**config, "callbacks": run.get_child()}
        result: Answer | None = None
        try:
            for event in self._archive.answer(request, inner):
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


def _request(value: Any) -> Request:
    if isinstance(value, Request):
        return value
    return Request.model_validate(value if isinstance(value, dict) else {"question": value})
