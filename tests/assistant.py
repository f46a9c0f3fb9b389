"""An assistant: the SDK's own client, on either transport, called as a plain object."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import anyio
import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, ResourceLink, TextContent

PATIENCE = 60.0


class Assistant:
    """Its methods block until the answer is there."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal = portal
        self.client = client

    def call(self, tool: str, **arguments: Any) -> CallToolResult:
        return self._portal.call(partial(self.client.call_tool, tool, arguments))

    def call_and_watch(self, tool: str, **arguments: Any) -> tuple[CallToolResult, list[str | None]]:
        """The result, and what was said of the progress."""
        told: list[str | None] = []

        async def on_progress(_: float, __: float | None, message: str | None) -> None:
            told.append(message)

        return self._portal.call(partial(self.client.call_tool, tool, arguments, progress_callback=on_progress)), told

    def leave_early(self, tool: str, seconds: float, **arguments: Any) -> None:
        """Call a tool and give it up after `seconds`."""

        async def call() -> None:
            with anyio.move_on_after(seconds):
                await self.client.call_tool(tool, arguments)

        self._portal.call(call)

    def tools(self) -> dict[str, Any]:
        return {one.name: one for one in self._portal.call(self.client.list_tools).tools}

    def templates(self) -> list[str]:
        return [one.uri_template for one in self._portal.call(self.client.list_resource_templates).resource_templates]

    def resources(self) -> list[Any]:
        return list(self._portal.call(self.client.list_resources).resources)

    def read(self, uri: str) -> str:
        (contents,) = self._portal.call(self.client.read_resource, uri).contents
        return str(contents.text)  # type: ignore[union-attr]


def text_of(result: CallToolResult) -> str:
    return "\n".join(one.text for one in result.content if isinstance(one, TextContent))


def links_of(result: CallToolResult) -> list[ResourceLink]:
    return [one for one in result.content if isinstance(one, ResourceLink)]


@contextmanager
def over_http(base: str, *, mode: Any = "auto", **options: Any) -> Iterator[Assistant]:
    """An assistant of the server at `base`; `options` are the HTTP client's."""

    @asynccontextmanager
    async def connected() -> Any:
        async with (
            httpx2.AsyncClient(trust_env=False, timeout=PATIENCE, **options) as http,
            Client(streamable_http_client(f"{base}/mcp", http_client=http), mode=mode) as client,
        ):
            yield client

    with _blocking(connected()) as assistant:
        yield assistant


@contextmanager
def over_stdio(server: StdioServerParameters, *, mode: Any = "auto") -> Iterator[Assistant]:
    """An assistant that starts the server itself."""
    with _blocking(Client(server, mode=mode, read_timeout_seconds=PATIENCE)) as assistant:
        yield assistant


@contextmanager
def _blocking(connecting: Any) -> Iterator[Assistant]:
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(connecting) as client:
        yield Assistant(portal, client)
