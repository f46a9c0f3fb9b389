"""What guessing a password costs."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from app.web.guard import Guard
from app.web.guessing import FREE, MOST_ADDRESSES, MOST_SECONDS, Guessing


async def _app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"in"})


def _ask(guard: Guard, address: str, password: str, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(guard, client=(address, 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", auth=("dateline", password)) as client:
            return await client.get("/api/health", headers=headers)

    return asyncio.run(ask())


def test_after_some_wrong_passwords_an_address_waits_whatever_its_headers_say_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.guard.Guessing", lambda: Guessing(lambda: 0.0))  # else a slow machine waits meanwhile
    guard = Guard(_app, host="127.0.0.1", token="t", password="sesam", page_policy="")
    came = [_ask(guard, "192.0.2.1", "wrong", **{"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(50)]
    assert [reply.status_code for reply in came[: FREE + 1]] == [401] * (FREE + 1)
    assert {reply.status_code for reply in came[FREE + 1 :]} == {429}
    assert int(came[-1].headers["retry-after"]) >= 1
    assert _ask(guard, "192.0.2.1", "sesam").status_code == 429, "a guess that is right must not be told from others"
    assert _ask(guard, "192.0.2.2", "sesam").status_code == 200


def test_the_wait_doubles_to_a_limit_ends_and_is_forgotten() -> None:
    now = [0.0]
    guessing = Guessing(lambda: now[0])
    waits = []
    for _ in range(FREE + 20):
        guessing.wrong("a")
        waits.append(guessing.wait("a"))
    assert waits[:FREE] == [0.0] * FREE
    assert waits[FREE : FREE + 4] == [1.0, 2.0, 4.0, 8.0]
    assert waits[-1] == MOST_SECONDS
    now[0] += MOST_SECONDS
    assert guessing.wait("a") == 0.0
    guessing.right("a")
    guessing.wrong("a")
    assert guessing.wait("a") == 0.0


def test_many_addresses_take_bounded_memory() -> None:
    guessing = Guessing()
    for number in range(MOST_ADDRESSES + 500):
        guessing.wrong(str(number))
    assert len(guessing._wrong) == MOST_ADDRESSES
