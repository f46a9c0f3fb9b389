"""The six ways in which LangChain runs a Runnable, each giving the list of what came out for one question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


def _ainvoke(chain: Any, question: Any, config: Any) -> list[Any]:
    return [asyncio.run(chain.ainvoke(question, config))]


def _astream(chain: Any, question: Any, config: Any) -> list[Any]:
    async def collected() -> list[Any]:
        return [item async for item in chain.astream(question, config)]

    return asyncio.run(collected())


def _abatch(chain: Any, question: Any, config: Any) -> list[Any]:
    return list(asyncio.run(chain.abatch([question], config)))


WAYS: dict[str, Callable[[Any, Any, Any], list[Any]]] = {
    "invoke": lambda chain, question, config: [chain.invoke(question, config)],
    "stream": lambda chain, question, config: list(chain.stream(question, config)),
    "batch": lambda chain, question, config: list(chain.batch([question], config)),
    "ainvoke": _ainvoke,
    "astream": _astream,
    "abatch": _abatch,
}
