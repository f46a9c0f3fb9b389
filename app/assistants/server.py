"""The MCP server: tools and resources over an archive, the same on every transport."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from anyio import CapacityLimiter, to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
)

from app import __version__
from app.archive import Archive
from app.assistants.links import MIME, TEMPLATE, read_address, read_until
from app.assistants.tools import TOOLS, Asked, find_article, find_version, page_of
from app.assistants.wording import DATA, page_text, quote_text
from app.errors import DatelineError
from app.refusal import read_request

log = logging.getLogger(__name__)

Open = Callable[[], AbstractAsyncContextManager[Archive]]
"""The archive, for as long as one request needs it."""
Context = ServerRequestContext[Any, Any]

INSTRUCTIONS = (
    "Dateline holds the user's own archive of dated news articles. For a question about what they report use ask: its sentences are cited "
    "and checked. Use search and read_article to look around, list_sources for the outlets. Dates: a day (2025-11-30) or an ISO time; "
    f"with as_of nothing published later is seen. {DATA}"
)


def make_server(archives: Open, places: CapacityLimiter) -> Server[Any]:
    """`places` bounds the answers under way, over all who share it."""

    async def list_tools(_: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[one.described() for one in TOOLS.values()])

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"there is no such tool; the tools are {', '.join(TOOLS)}.")
        steps = 0

        async def tell(words: str) -> None:
            nonlocal steps
            if words:
                steps += 1
                await context.session.report_progress(steps, message=words)

        try:
            wanted = read_request(params.arguments or {}, tool.takes)
            async with archives() as archive:
                return await tool.run(Asked(archive, places, tell), wanted)
        except DatelineError as error:
            return CallToolResult(content=[TextContent(text=str(error))], is_error=True)
        except Exception as error:  # a fault of ours: the log has all of it, the assistant a sentence
            log.exception("the tool %s failed", tool.name)
            return CallToolResult(content=[TextContent(text=_unexpected(error))], is_error=True)

    async def list_resources(_: Context, __: PaginatedRequestParams | None) -> ListResourcesResult:
        # An archive has articles by the hundred thousand: they are found with the tools, not leafed through.
        return ListResourcesResult(resources=[])

    async def list_templates(_: Context, __: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
        described = "An article as plain text; with start and end, these words of it and what stands around them."
        template = ResourceTemplate(name="article", title="Article", uri_template=TEMPLATE, description=described, mime_type=MIME)
        return ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(_: Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        try:
            read_address(params.uri)
            async with archives() as archive:
                text = await to_thread.run_sync(resource_text, archive, params.uri)
        except DatelineError as error:
            code = INVALID_PARAMS if error.http in (404, 422) else INTERNAL_ERROR
            raise MCPError(code, str(error)) from None
        except Exception as error:
            log.exception("a resource could not be read")
            raise MCPError(INTERNAL_ERROR, _unexpected(error)) from None
        return ReadResourceResult(contents=[TextResourceContents(uri=params.uri, mime_type=MIME, text=text)])

    server: Server[Any] = Server(
        "dateline",
        version=__version__,
        title="Dateline",
        description="Questions answered from dated news articles, every sentence cited.",
        instructions=INSTRUCTIONS,
        get_tool_input_schema=lambda name: TOOLS[name].described().input_schema if name in TOOLS else None,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )
    server.middleware.clear()  # the SDK's own reports every request to OpenTelemetry, if an exporter is set
    return server


def resource_text(archive: Archive, uri: str) -> str:
    """What the address names. Raises DatelineError if there is no such article, or none of its words stand there."""
    article_id, span = read_address(uri)
    until = read_until(uri)
    article = find_article(archive, article_id) if until is None else find_version(archive, article_id, until)
    if span is None:
        return page_text(page_of(article, 0))
    if span.end > len(article.text):
        raise DatelineError(f"the text of this article ends at {len(article.text)}.", "It was changed: search again.", http=404)
    return quote_text(article, span)


def _unexpected(error: Exception) -> str:
    return f"An unexpected error ({type(error).__name__}); the log has the details."
