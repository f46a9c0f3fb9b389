"""The page: Gradio Blocks that carry events from the service to turns, mounted in FastAPI at `/`."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, to_thread

from app.web.articles import articles
from app.web.asked import read_question
from app.web.browsers import Browsers, Greeting, cookies_of
from app.web.conversing import Conversing
from app.web.doors import Doors
from app.web.export import exports
from app.web.fragments import fragments
from app.web.frame import COMPOSER, PANEL, PREVIEW, WELCOME, head, rail
from app.web.history import histories
from app.web.judging import judgements
from app.web.needs import PageService
from app.web.render import render
from app.web.stream import ANSWERS_AT_ONCE
from app.web.turn import Turn

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

log = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; script-src-attr 'none'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
"""For the server to send with the page. 'unsafe-eval': `gr.HTML` makes its template a function."""

SHOWN = 20
"""Turns drawn at once: each update carries all of them, and a reader seldom looks further back."""

OURS = re.compile(r"<!--dateline-->.*?<!--/dateline-->", re.DOTALL)
"""What an earlier page of this process put into the document."""

HELD = 128
"""Conversations that are drawn at once, over all tabs; how many answers are worked on is `places`. Gradio's own default is one."""

CONVERSATION = re.compile(r"[A-Za-z0-9_-]{8,32}")
"""The names that the page gives to conversations and questions."""

Thread = dict[str, Any]

BUS = (
    "window.dateline={send:(type,data)=>trigger(type,data)};window.dispatchEvent(new Event('dateline-ready'));"
    "/* what may be sent: 'ask' {c, key, q, filters, ignore, again} 'open' {c} 'stop' {c} 'earlier' {c} 'new' {} 'leave' {} */"
)
THREAD = "<h1 class='vh'>Dateline</h1><div class='turns' data-c='${value.c}'>${value.turns.join('')}</div>"
SYNC = "watch('value',()=>window.dispatchEvent(new Event('dateline-drawn')))"

LOST = (
    '<div class="lost"><h2>This conversation is not here</h2><p>It was deleted, another browser asked it, or it was never kept.</p></div>',
    '<div class="lost"><h2>Nothing can be asked here</h2><p>This browser sent no cookie, by which its questions are kept apart from '
    "those of others. Allow cookies for this address, then load the page again.</p></div>",
)
"""Shown in place of the turns: to a browser without this conversation, and to one without a name."""


def view(conversation: str, turns: list[Turn] | None, *, shown: int = SHOWN, kept: bool = True) -> Thread:
    """The conversation for `gr.HTML`: the HTML of each turn, the last `shown` of them; with links to itself if it is `kept`."""
    if turns is None:
        return {"c": conversation, "turns": [LOST[0]]}
    hidden = max(0, len(turns) - shown)
    more = '<p class="earlier"><button type="button" class="plain" data-act="earlier">Show earlier questions</button></p>'
    cited = [0, *accumulate(len(turn.numbered()) for turn in turns)]
    drawn = (render(turn, before, conversation if kept else "") for turn, before in zip(turns[hidden:], cited[hidden:], strict=False))
    return {"c": conversation, "turns": [more if hidden else "", *drawn]}


def build(conversing: Conversing, browsers: Browsers, history: bool) -> gradio.Blocks:
    """The Blocks: one `gr.HTML` for the conversation, constant ones for the rest, and a bus for what the page sends."""
    import gradio as gr

    draw = partial(view, kept=history)

    def read(event: gr.EventData, request: gr.Request) -> tuple[dict[str, Any], str, str | None]:
        """What was sent, the conversation that it names (empty for none), and whose it is."""
        data = dict(event._data or {})
        named = str(data.get("c"))
        cookies = cookies_of(request.request.scope) if request.request else ""
        return data, named if CONVERSATION.fullmatch(named) else "", browsers.owner(cookies)

    async def ask(event: gr.EventData, request: gr.Request) -> AsyncIterator[Thread]:
        data, conversation, owner = read(event, request)
        key = str(data.get("key"))
        if owner is None or not conversation or not CONVERSATION.fullmatch(key):
            yield {"c": conversation, "turns": [LOST[owner is None]]}
            return
        async with aclosing(conversing.ask(owner, conversation, key, read_question(data))) as steps:
            async for turns in steps:
                yield await to_thread.run_sync(draw, conversation, turns)

    async def reopen(event: gr.EventData, request: gr.Request) -> AsyncIterator[Thread]:
        _, conversation, owner = read(event, request)
        if owner is None:
            yield draw(conversation, None)
            return
        async with aclosing(conversing.watch(owner, conversation)) as steps:
            async for turns in steps:
                yield await to_thread.run_sync(draw, conversation, turns)

    async def stop(event: gr.EventData, request: gr.Request) -> Thread:
        _, conversation, owner = read(event, request)
        return draw(conversation, None if owner is None else await conversing.stop(owner, conversation))

    def earlier(event: gr.EventData, request: gr.Request) -> Thread:
        _, conversation, owner = read(event, request)
        turns = None if owner is None else conversing.turns(owner, conversation)
        return draw(conversation, turns, shown=len(turns or ()))

    for handler in (ask, reopen, stop, earlier):
        # Gradio looks for the classes themselves; a postponed annotation of a name that is local here would tell it nothing.
        handler.__annotations__ |= {"event": gr.EventData, "request": gr.Request}

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    plain: dict[str, Any] = {"apply_default_css": False}
    with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True) as blocks:
        gr.HTML(rail(history), elem_id="frame", **plain)
        gr.HTML(WELCOME, elem_id="start", **plain)
        thread = gr.HTML({"c": "", "turns": []}, html_template=THREAD, elem_id="thread", js_on_load=SYNC, **plain)
        gr.HTML(COMPOSER, elem_id="composer", **plain)
        gr.HTML(PANEL, elem_id="side", **plain)
        bus: Any = gr.HTML("", elem_id="bus", js_on_load=BUS, visible="hidden", **plain)
        asked = bus.ask(ask, [], [thread], trigger_mode="multiple", **private)
        opened = bus.open(reopen, [], [thread], trigger_mode="multiple", **private)
        # A cancelled run draws nothing more, so that Stop itself draws the turn as it ended.
        at_once: dict[str, Any] = {"cancels": [asked, opened], "queue": False, **private}
        bus.stop(stop, [], [thread], **at_once)
        bus.new(lambda: draw("", []), [], [thread], **at_once)
        bus.leave(None, [], [], cancels=[asked, opened], **private)
        bus.earlier(earlier, [], [thread], queue=False, **private)
    blocks.queue(api_open=False, default_concurrency_limit=HELD, max_size=2 * HELD)
    built: gradio.Blocks = blocks
    return built


def tell_what_it_is() -> None:
    """Gradio's document is given our head itself: Gradio would add it only once it runs, and the page would wait. And whatever it loads
    is found from the root, since the document is also that of `/c/ID`. Its tags for link previews say Gradio, with a picture from its
    maker's server: ours stand in their place."""
    from gradio import routes
    from jinja2 import ChoiceLoader, DictLoader

    environment, name = routes.templates.env, "frontend/index.html"
    assert environment.loader is not None
    source = OURS.sub("", environment.loader.get_source(environment, name)[0])
    bare = re.sub(r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>", "", source)
    marked = f"<!--dateline-->{{% raw %}}\n{PREVIEW}\n{head()}\n{{% endraw %}}<!--/dateline-->"
    ours = re.sub(r'<base href="[^>]*>', lambda _: f'<base href="/" />\n{marked}', bare)
    environment.loader = ChoiceLoader([DictLoader({name: ours}), environment.loader])


def mount_page(api: FastAPI, service: PageService, places: CapacityLimiter | None = None, wake: Callable[[], None] | None = None) -> Doors:
    """Add the page to `api`: its fragments and static files under `page/`, Gradio at `/` (so mount everything else before).

    `places` bounds the answers under way, if others than the page ask too. `wake` is called after articles came in.
    """
    # Read when gradio is imported: without them it asks its maker's servers at start, and uploads land in the system's folder.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_TEMP_DIR"] = str((service.settings.home / "gradio").resolve())
    import gradio as gr

    tell_what_it_is()
    fonts: dict[str, Any] = {"font": ["system-ui", "sans-serif"], "font_mono": ["ui-monospace", "monospace"]}
    theme = gr.themes.Base(**fonts).set(
        body_background_fill="#FAF9F6", body_background_fill_dark="#131518", body_text_color="#1B1A18", body_text_color_dark="#ECEAE5"
    )
    history = service.settings.history
    browsers = Browsers(service.conversations.secret(), each=bool(service.settings.password) and history)
    conversing = Conversing(service, places or CapacityLimiter(ANSWERS_AT_ONCE))
    if history:
        api.include_router(histories(service.conversations, browsers))
        api.include_router(exports(service, browsers))
        api.include_router(judgements(service.conversations, browsers))
    api.include_router(articles(service, wake))
    api.include_router(fragments(service))
    blocks = build(conversing, browsers, history)
    site: FastAPI = gr.mount_gradio_app(
        api,
        blocks,
        "/",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        pwa=False,
        ssr_mode=False,
        max_file_size=0,
        theme=theme,
    )
    for component in blocks.config["components"]:
        component["props"].pop("delete_callback", None)  # it tells an address in memory, and the page has no use for it
    return Doors(Greeting(site, browsers), blocks)
