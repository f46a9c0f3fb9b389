"""Answers that go on whoever watches, and what becomes of them when the server ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio import CapacityLimiter

from app.answer import Event, Request
from app.encoding import Encoder
from app.encoding.hashing import HashingEncoder
from app.errors import DatelineError
from app.service import Service
from app.settings import Settings, load_settings
from app.web import conversing as module
from app.web.asked import read_question
from app.web.conversing import MOST_BEGUN, Conversing
from app.web.render import render
from app.web.turn import Turn
from tests.page_scripts import ScriptedService, abstains, answers

C, K = "conversation", "question-one"


def conversing(service: ScriptedService, places: int = 2) -> Conversing:
    """As a server has it that has just been started."""
    return Conversing(service, CapacityLimiter(places))


async def asked(of: Conversing, question: str = "How much?", key: str = K, conversation: str = C, **more: Any) -> list[Turn]:
    last: list[Turn] | None = None
    async for turns in of.ask("", conversation, key, read_question({"q": question, **more})):
        last = turns
    assert last is not None
    return last


async def opened(of: Conversing, conversation: str = C) -> list[Turn]:
    last: list[Turn] | None = None
    async for turns in of.watch("", conversation):
        last = turns
    assert last is not None
    return last


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """In a loop of its own, which ends as a server does: what is still under way is cancelled."""
    return asyncio.run(asyncio.wait_for(work, 30))


async def begun_and_left(of: Conversing, service: ScriptedService, question: str = "How much?") -> None:
    """The server ends while the answer is under way."""
    watching = asyncio.ensure_future(asked(of, question))
    while not service.asked:
        await asyncio.sleep(0.01)
    watching.cancel()


def test_a_turn_comes_back_from_the_store_as_it_was_told(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path)
    told = run(asked(conversing(service), filters={"as_of": "2025-11-30"}, ignore=["time"]))
    assert told[0].answer is not None and told[0].evidence is not None
    assert run(opened(conversing(service))) == told
    service.script = abstains
    both = run(asked(conversing(service), "And then?", "question-two"))
    assert [turn.state for turn in both] == ["answered", "abstained"] and run(opened(conversing(service))) == both


def test_an_answer_that_the_end_of_the_server_cut_off_is_begun_again_when_it_is_opened(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path)
    run(asked(conversing(service), "First?"))
    service.script, service.asked = service.one_by_one, []

    async def second(of: Conversing) -> None:
        watching = asyncio.ensure_future(asked(of, "Second?", "question-two"))
        while not service.asked:
            await asyncio.sleep(0.01)
        watching.cancel()

    run(second(conversing(service)))
    (kept,) = [one for one in service.conversations.turns("", C) or [] if not one.done]
    assert (kept.number, kept.begun) == (2, 1)
    service.script = answers
    turns = run(opened(conversing(service)))
    assert [(turn.question, turn.state) for turn in turns] == [("First?", "answered"), ("Second?", "answered")]
    assert [one.question for one in service.asked[-1].history] == ["First?"], "with the history that it had"
    assert len(service.asked) == 2 and run(opened(conversing(service))) == turns
    assert len(service.asked) == 2, "what is answered is not begun again"


def test_a_question_that_ends_the_server_is_not_begun_for_ever(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path)
    service.script = service.one_by_one
    run(begun_and_left(conversing(service), service))
    for _ in range(MOST_BEGUN - 1):

        async def look() -> None:
            watching = asyncio.ensure_future(opened(conversing(service)))
            while not service.asked:
                await asyncio.sleep(0.01)
            watching.cancel()

        service.asked = []
        run(look())
    (turn,) = run(opened(conversing(service)))
    assert turn.state == "failed" and turn.failure is not None and "3 times" in turn.failure.message


def test_a_question_that_comes_twice_is_answered_once(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path)

    async def twice(of: Conversing) -> list[list[Turn]]:
        return await asyncio.gather(asked(of), asked(of))

    one, other = run(twice(conversing(service)))
    assert one == other and len(one) == len(service.asked) == 1


def test_many_conversations_at_once_keep_apart(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path)

    async def many(of: Conversing) -> list[list[Turn]]:
        return await asyncio.gather(*(asked(of, f"Question {n}?", conversation=f"conversation-{n}") for n in range(40)))

    shown = run(many(conversing(service, places=4)))
    assert [[turn.question for turn in turns] for turns in shown] == [[f"Question {n}?"] for n in range(40)]
    assert all(turn.state == "answered" for turns in shown for turn in turns)


def test_one_more_than_can_wait_is_told_to_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UNDER_WAY", 1)
    service, gate = ScriptedService(tmp_path), threading.Event()

    def waits(request: Request) -> Iterator[Event]:
        gate.wait(20)
        yield from answers(request)

    service.script = waits

    async def two(of: Conversing) -> list[Turn]:
        first = asyncio.ensure_future(asked(of))
        await asyncio.sleep(0.1)
        (refused,) = await asked(of, "Another?", "question-two", "another-one")
        gate.set()
        return [*(await first), refused]

    first, refused = run(two(conversing(service)))
    assert first.state == "answered" and refused.state == "failed"
    assert refused.failure is not None and "Ask again in a minute" in refused.failure.message


def test_a_stop_that_comes_before_the_answer_has_begun_ends_it_too(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path)

    async def at_once(of: Conversing) -> tuple[list[Turn], list[Turn] | None]:
        watching = asyncio.ensure_future(asked(of))
        await asyncio.sleep(0)
        stopped = await of.stop("", C)
        return await watching, stopped

    watched, stopped = run(at_once(conversing(service)))
    assert watched[0].state == "stopped" and stopped is not None
    assert run(opened(conversing(service)))[0].state == "stopped"


@pytest.mark.parametrize(("method", "state", "told"), [("finish", "answered", "could not be kept"), ("add", "failed", "was not asked")])
def test_what_a_full_disk_does_not_keep_is_shown_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, state: str, told: str
) -> None:
    service = ScriptedService(tmp_path)

    def full(*_: Any) -> None:
        raise DatelineError("conversations.sqlite cannot be written: the disk is full.")

    monkeypatch.setattr(service.conversations, method, full)
    (turn,) = run(asked(conversing(service)))
    assert turn.state == state and told in render(turn) and "disk is full" in render(turn)


def test_what_nobody_watches_ends_where_nothing_is_kept(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path, kept=False)
    service.script = service.one_by_one

    async def leave(of: Conversing) -> None:
        await begun_and_left(of, service)
        await asyncio.sleep(0.2)
        turns = of.turns("", C)
        assert turns is not None and turns[0].state == "stopped"

    run(leave(conversing(service)))
    service.gate.release(5)


def test_conversations_are_at_hand_while_the_models_load(tmp_path: Path) -> None:
    loading, ready, opened = threading.Event(), threading.Event(), threading.Event()

    def slow(settings: Settings) -> Encoder:
        loading.set()
        ready.wait(30)
        return HashingEncoder()

    service = Service.open(load_settings(home=tmp_path / "home", llm="none"), "own", "test", slow)

    def look() -> None:
        assert service.conversations.turns("", C) is None
        opened.set()

    threads = [threading.Thread(target=work, daemon=True) for work in (service.load_encoder, look)]
    try:
        threads[0].start()
        assert loading.wait(10)
        threads[1].start()
        assert opened.wait(10), "the server's loop would stand still until they are loaded"
    finally:
        ready.set()
        for thread in threads:
            thread.join(30)
        service.close()
