"""The four tools of an assistant. They read; none changes anything."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from anyio import CapacityLimiter, to_thread
from mcp_types import CallToolResult, ContentBlock, ResourceLink, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel

from app.answer import Answer, Done, Event, Evidence, Request, SearchRequest, SentenceReady, Started, Strict
from app.archive import Archive
from app.article import Article, Published
from app.assistants.links import is_id, link_to_passage, link_to_quote, read_address
from app.assistants.machine_text import blotted, plain_hit, plain_title
from app.assistants.schemas import ArticlePage, Ask, Found, ListSources, ReadArticle, Search, Sources, schema_in, schema_out
from app.assistants.wording import Numbers, answer_text, hits_text, page_text, sources_text
from app.errors import DatelineError
from app.web.stream import follow

PAGE = 20_000
"""Code points of an article that are given at once, some 5,000 tokens."""

FIND = "Find articles with the tool search."

Tell = Callable[[str], Awaitable[None]]
"""Says in a few words how far it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a tool works with."""

    archive: Archive
    places: CapacityLimiter
    tell: Tell


@dataclass(frozen=True, slots=True)
class OneTool:
    name: str
    title: str
    description: str
    takes: type[Strict]
    gives: type[BaseModel]
    run: Callable[[Asked, Any], Awaitable[CallToolResult]]

    def described(self) -> Tool:
        return Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=schema_in(self.takes),
            output_schema=schema_out(self.gives),
            annotations=ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False),
        )


async def _ask(asked: Asked, wanted: Ask) -> CallToolResult:
    answer = await _answered(asked, Request(**wanted.model_dump()))
    numbers = Numbers()
    text = answer_text(answer, numbers)
    return _given(answer, text, [link_to_quote(one) for one in numbers.cited])


async def _answered(asked: Asked, request: Request) -> Answer:
    events: AsyncGenerator[Event, None]
    async with aclosing(follow(asked.archive, request, asked.places)) as events:
        async for event in events:
            if isinstance(event, Done):
                return event.answer
            await asked.tell(_stage(event))
    raise DatelineError("the answer ended early.", "Ask again.", http=500)


def _stage(event: Event) -> str:
    match event:
        case Started():
            return "Searching"
        case Evidence():
            return f"Reading {event.passages} passages of {event.articles} articles"
        case SentenceReady():
            return f"Sentence {event.index + 1} is ready"
        case _:
            return ""


async def _search(asked: Asked, wanted: Search) -> CallToolResult:
    found = await to_thread.run_sync(asked.archive.search, SearchRequest(**wanted.model_dump()))
    hits = [plain_hit(one) for one in found]
    return _given(Found(results=hits), hits_text(hits), [link_to_passage(one) for one in hits])


async def _read_article(asked: Asked, wanted: ReadArticle) -> CallToolResult:
    article = await to_thread.run_sync(find_article, asked.archive, wanted.article)
    page = page_of(article, wanted.offset)
    return _given(page, page_text(page))


def find_article(archive: Archive, key: str) -> Article:
    """By id, by our address or by URL, never by file. Raises DatelineError if there is none."""
    if key.startswith("dateline:"):
        key = read_address(key)[0]
    if not is_id(key) and "://" not in key:
        raise DatelineError("article must be an article_id, a dateline:// address or a URL.", FIND, http=422)
    found = archive.article(key) if is_id(key) else archive.find(key)
    if found is None:
        raise DatelineError("there is no such article in the archive.", FIND, http=404)
    return found


def find_version(archive: Archive, article_id: str, until: int) -> Article:
    """What an article said until this Unix second. Raises DatelineError if there is no such version."""
    time = datetime.fromtimestamp(until, UTC).isoformat()
    for one in reversed(archive.versions(article_id)):  # of those that went in one second only the first can be cited
        if one.seen_until == time:
            published = Published.parse(one.published) if one.published else None
            return Article(one.article_id, one.title, one.text, published, one.source, tuple(one.authors), one.url, said_until=until)
    raise DatelineError("there is no such version of the article in the archive.", FIND, http=404)


def page_of(article: Article, offset: int) -> ArticlePage:
    """At most PAGE code points from `offset`, ending between two words. Raises DatelineError if the text ends before it."""
    length = len(article.text)
    if offset and offset >= length:
        raise DatelineError(f"offset is too large: the text has {length} code points.", "Begin at 0.", http=422)
    text, taken = blotted(article.text)
    end = min(length, offset + PAGE)
    if end < length:
        end = max((at + 1 for at in (text.rfind(space, offset + PAGE // 2, end) for space in " \n") if at >= 0), default=end)
    return ArticlePage(
        id=article.id,
        title=plain_title(article.title),
        source=article.source,
        url=article.url,
        published=str(article.published) if article.published else None,
        authors=list(article.authors),
        text=text[offset:end],
        start=offset,
        end=end,
        length=length,
        next_offset=end if end < length else None,
        blotted=taken,
    )


async def _list_sources(asked: Asked, _: ListSources) -> CallToolResult:
    sources = await to_thread.run_sync(asked.archive.sources)
    return _given(Sources(sources=sources), sources_text(sources))


def _given(what: BaseModel, text: str, links: Sequence[ResourceLink] = ()) -> CallToolResult:
    content: list[ContentBlock] = [TextContent(text=text), *links]
    return CallToolResult(content=content, structured_content=what.model_dump(mode="json"))


TOOLS = {
    one.name: one
    for one in (
        OneTool(
            "ask",
            "Ask the archive",
            "Answer a question from the user's own archive of dated news articles. Every sentence is cited word for word and checked "
            "against its source; where the articles do not say, it says so and names the nearest passages, which are no answer. Where "
            "sources disagree or a value changed, it tells each with its date. Keep the citations when you pass the answer on.",
            Ask,
            Answer,
            _ask,
        ),
        OneTool(
            "search",
            "Search the archive",
            "Find the passages of the archive nearest to a question, best first, with outlet and date. For an answer use ask.",
            Search,
            Found,
            _search,
        ),
        OneTool(
            "read_article",
            "Read an article",
            f"The text of one article with title, outlet and date, at most {PAGE:,} characters at once; next_offset gives the next page.",
            ReadArticle,
            ArticlePage,
            _read_article,
        ),
        OneTool(
            "list_sources",
            "List the outlets",
            "The outlets of the archive, each with how many articles it has and from when to when: names for the filter `source`.",
            ListSources,
            Sources,
            _list_sources,
        ),
    )
}
