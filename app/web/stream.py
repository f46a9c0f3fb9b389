"""Answers as they come, from a worker thread to the event loop."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, cast

from anyio import CapacityLimiter, to_thread

from app.answer import Done, Event, Failed, Request
from app.errors import DatelineError
from app.stopping import Stop, Stopped, heed_stop, stopped_by

if TYPE_CHECKING:
    from app.web.needs import Answering

ANSWERS_AT_ONCE = 4
"""Over page and API together. More would only share the same cores; the others wait their turn."""

log = logging.getLogger(__name__)


async def follow(service: Answering, request: Request, limiter: CapacityLimiter, stop: Stop | None = None) -> AsyncGenerator[Event, None]:
    """The events of one answer. Closing this generator says `stop`, which reader and model heed at once.

    Raises whatever answering raises. At most as many answers run at once as `limiter` has places.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Event | None] = asyncio.Queue()
    left = stop or Stop()

    def work() -> None:
        if left.said:
            raise Stopped
        # One thread from beginning to end: stores and models then see one caller.
        with stopped_by(left), closing(cast("Generator[Event, None, None]", service.answer(request))) as events:
            for event in events:
                loop.call_soon_threadsafe(queue.put_nowait, event)
                heed_stop()

    task = asyncio.ensure_future(to_thread.run_sync(work, limiter=limiter))
    task.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        while (event := await queue.get()) is not None:
            yield event
        await task
    finally:
        left.say()
        task.add_done_callback(_note)


def _note(task: asyncio.Future[Any]) -> None:
    """Look at the outcome of an answer that nobody waits for, so that asyncio does not complain of it."""
    if not task.cancelled() and task.exception() is not None:
        log.info("an answer ended with %s", type(task.exception()).__name__)


async def frames(service: Answering, request: Request, limiter: CapacityLimiter) -> AsyncIterator[str]:
    """The same as server-sent events. `done` carries the whole answer itself; a failure ends the stream as `failed`."""
    try:
        async with aclosing(follow(service, request, limiter)) as events:
            async for event in events:
                yield frame(event.type, shown(event, request))
    except DatelineError as error:
        yield frame("failed", Failed(message=str(error)).model_dump(mode="json"))
    except Exception as error:  # the response has begun: its reader can only be told inside it
        log.exception("an answer failed")
        message = f"An unexpected error ({type(error).__name__}); the log has the details."
        yield frame("failed", Failed(message=message).model_dump(mode="json"))


def shown(event: Event, request: Request) -> dict[str, Any]:
    """What a caller sees of an event; an answer bears the request's id if it had one."""
    if not isinstance(event, Done):
        return event.model_dump(mode="json")
    answer = event.answer.model_dump(mode="json")
    return answer if request.id is None else {"id": request.id, **answer}


def frame(kind: str, data: dict[str, Any]) -> str:
    """One server-sent event; JSON has no bare line ends, so one data line holds it."""
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=True)}\n\n"
