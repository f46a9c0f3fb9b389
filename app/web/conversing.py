"""Conversations as they go on: turns kept in the store, and answers that are finished whoever watches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from anyio import CapacityLimiter
from pydantic import TypeAdapter

from app.answer import Request
from app.errors import DatelineError
from app.stores.conversations import Conversations, KeptTurn
from app.web.asked import make_request
from app.web.needs import PageService
from app.web.stream import follow
from app.web.turn import Turn

MOST_UNDER_WAY = 128
"""Answers that wait or are worked on, over all conversations: one more is told to come again."""
MOST_BEGUN = 3
"""How often an answer is begun that the end of the server cuts off: a question that ends the server must not do so for ever."""

TURN = TypeAdapter(Turn)
log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Live:
    """A conversation in which answers are under way: its turns, and whom to tell that they changed."""

    turns: list[Turn]
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    watchers: int = 0
    version: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self) -> None:
        self.version += 1
        self.changed.set()
        self.changed = asyncio.Event()

    async def after(self, version: int) -> None:
        """Wait until something has changed since `version`."""
        while self.version == version:
            await self.changed.wait()


class Conversing:
    """Used in one event loop. An answer goes on when its page is closed or loaded anew, unless nothing is kept (`history` off)."""

    def __init__(self, service: PageService, places: CapacityLimiter) -> None:
        self._service = service
        self._places = places
        self._live: dict[str, Live] = {}

    @property
    def _store(self) -> Conversations:
        return self._service.conversations

    def turns(self, owner: str, conversation: str) -> list[Turn] | None:
        """The turns so far; None where the owner has no such conversation."""
        kept = self._store.turns(owner, conversation)
        if kept is None:
            return None
        live = self._live.get(conversation)
        return live.turns if live else [read_turn(one) for one in kept]

    async def ask(self, owner: str, conversation: str, key: str, turn: Turn) -> AsyncGenerator[list[Turn] | None]:
        """Begin the turn, if the key is a new one, and watch the conversation."""
        before = self._resumed(owner, conversation) or []
        request = make_request(turn, before)
        try:
            number = self._store.add(owner, conversation, key, turn.question, _write(turn))
        except DatelineError as error:
            turn.id = f"t{len(before) + 1}"
            turn.fail(f"The question could not be kept, and was not asked: {error}")
            yield [*before, turn]
            return
        if number is not None and number > len(before):
            turn.id, turn.key = f"t{number}", key
            self._begin(conversation, before, turn, request)
        async with aclosing(self.watch(owner, conversation)) as steps:
            async for turns in steps:
                yield turns

    async def watch(self, owner: str, conversation: str) -> AsyncGenerator[list[Turn] | None]:
        """The turns now and whenever one changes, until no answer is under way. What a server that ended has cut off is begun again."""
        turns = self._resumed(owner, conversation)
        live = self._live.get(conversation) if turns is not None else None
        if live is not None:
            live.watchers += 1
            try:
                while live.tasks:
                    version = live.version
                    yield live.turns
                    await live.after(version)
            finally:
                live.watchers -= 1
                if not live.watchers and not self._service.settings.history:
                    await self._end(live)
            turns = live.turns  # not read again: one that could not be kept is shown all the same
        yield turns

    async def stop(self, owner: str, conversation: str) -> list[Turn] | None:
        """End what is under way in the conversation; what was checked stays."""
        turns, live = self.turns(owner, conversation), self._live.get(conversation)
        if turns is not None and live is not None:
            await self._end(live)
        return turns

    async def _end(self, live: Live) -> None:
        tasks = list(live.tasks.items())
        for turn in live.turns:
            turn.stop()
        for _, task in tasks:
            task.cancel()
        await asyncio.gather(*(task for _, task in tasks), return_exceptions=True)

    def _begin(self, conversation: str, before: list[Turn], turn: Turn, request: Request | None) -> None:
        live = self._live.get(conversation)
        if live is None:
            live = self._live[conversation] = Live(list(before))
        if not any(one is turn for one in live.turns):
            live.turns.append(turn)
        if request is not None and sum(len(one.tasks) for one in self._live.values()) >= MOST_UNDER_WAY:
            turn.fail("Too many questions are waiting. Ask again in a minute.")
            request = None
        task = live.tasks[turn.id] = asyncio.create_task(self._work(live, turn, request))
        # Not in the task: one that is cancelled before it begins runs nothing of itself.
        task.add_done_callback(lambda _: self._ended(conversation, live, turn))

    def _resumed(self, owner: str, conversation: str) -> list[Turn] | None:
        """As `turns`, with what the end of a server has cut off begun again."""
        kept = self._store.turns(owner, conversation)
        if kept is None:
            return None
        if live := self._live.get(conversation):
            return live.turns
        turns = [read_turn(one) for one in kept]
        for place, (one, turn) in enumerate(zip(kept, turns, strict=True)):
            if one.done:
                continue
            turn = turns[place] = Turn(turn.id, turn.question, turn.filters, turn.ignore, key=turn.key, again=turn.again)
            request = make_request(turn, turns[:place])
            if one.begun >= MOST_BEGUN:
                turn.fail(f"The server ended {MOST_BEGUN} times before this was answered.")
                request = None
            self._store.begin_again(conversation, one.number)
            self._begin(conversation, turns, turn, request)
        return turns

    async def _work(self, live: Live, turn: Turn, request: Request | None) -> None:
        if request is not None:
            async with aclosing(answered(self._service, turn, request, self._places)) as steps:
                async for _ in steps:
                    live.tell()

    def _ended(self, conversation: str, live: Live, turn: Turn) -> None:
        """Keep the turn as it ended. One that is still busy was cut off by the server's own end: it stays undone."""
        if not turn.busy:
            self._keep(conversation, turn)
        live.tasks.pop(turn.id, None)
        if not live.tasks and self._live.get(conversation) is live:
            del self._live[conversation]
        live.tell()

    def _keep(self, conversation: str, turn: Turn) -> None:
        told = " ".join(one.text for one in turn.sentences) or turn.reason
        try:
            self._store.finish(conversation, number_of(turn), told, _write(turn), [one.article_id for one in turn.numbered()])
        except DatelineError as error:
            # It was answered and can be read; that it will not be there again must be said.
            log.error("%s", error)
            turn.fail_to_keep(str(error))


async def answered(service: PageService, turn: Turn, request: Request, places: CapacityLimiter) -> AsyncGenerator[None]:
    """Fold the service's events into the turn, one step for each. However it goes, the turn ends; closing this stops the answer."""
    try:
        async with aclosing(follow(service, request, places)) as events:
            async for event in events:
                turn.fold(event)
                yield
        turn.fail("The answer ended too early.", "The service closed its stream before it was done.")
    except DatelineError as error:
        said = str(error)
        turn.fail(said[:1].upper() + said[1:])
    except Exception as error:
        # Anything else is a fault of ours: the log has all of it, and the page must not wait for ever.
        log.exception("a question from the page failed")
        turn.fail("Something went wrong inside Dateline. The log file has the details.", type(error).__name__)


def number_of(turn: Turn) -> int:
    """1 for `t1`."""
    return int(turn.id[1:])


def _write(turn: Turn) -> str:
    return TURN.dump_json(turn).decode()


def read_turn(kept: KeptTurn) -> Turn:
    """The turn as it was kept."""
    turn = TURN.validate_json(kept.body)
    turn.id, turn.key = f"t{kept.number}", kept.key
    return turn
