"""The page: Gradio Blocks that carry events from the service to turns, mounted in FastAPI at `/`."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, get_args

from anyio import CapacityLimiter, to_thread
from pydantic import ValidationError

from app.answer import ReadKey, Request
from app.errors import DatelineError
from app.web.articles import articles
from app.web.doors import Doors
from app.web.fragments import fragments
from app.web.frame import COMPOSER, PANEL, PREVIEW, RAIL, WELCOME, head
from app.web.needs import PageService
from app.web.render import render
from app.web.stream import ANSWERS_AT_ONCE, follow
from app.web.turn import FILTERS, Turn

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

KEPT = 100
"""Turns of one conversation that the server remembers for a tab."""

HISTORY = 10
"""Earlier turns that go with a follow-up."""

HELD = 16
"""Questions that Gradio passes on, over all tabs; how many are worked on at once is `places`. Its own default is one."""

Thread = dict[str, list[str]]

BUS = (
    "window.dateline={send:(type,data)=>trigger(type,data)};window.dispatchEvent(new Event('dateline-ready'));"
    "/* what may be sent: 'ask' {q, filters, ignore, again} 'stop' {} 'new' {} 'earlier' {} */"
)
THREAD = "<h1 class='vh'>Dateline</h1><div class='turns'>${value.turns.join('')}</div>"
SYNC = "watch('value',()=>window.dispatchEvent(new Event('dateline-drawn')))"


def view(turns: list[Turn], *, shown: int = SHOWN) -> Thread:
    """The conversation for `gr.HTML`: the HTML of each turn, the last `shown` of them."""
    hidden = len(turns) - shown
    more = '<p class="earlier"><button type="button" class="plain" data-act="earlier">Show earlier questions</button></p>'
    return {"turns": [more if hidden > 0 else "", *(render(turn) for turn in turns[-shown:])]}


def next_id(turns: list[Turn]) -> str:
    return f"t{int(turns[-1].id[1:]) + 1 if turns else 1}"


def history(turns: list[Turn], again: str | None) -> list[dict[str, str]]:
    """Question and answer of the turns before this one; a question that is asked again is not its own history."""
    before = next((turns[:i] for i, turn in enumerate(turns) if turn.id == again), turns)
    told = [turn for turn in before if turn.sentences or turn.state == "abstained"]
    return [turn.exchange().model_dump() for turn in told[-HISTORY:]]


def read_question(data: dict[str, Any], turns: list[Turn]) -> tuple[Turn, Request | None]:
    """A new turn and its request from what the page sent, which may be anything. None: the turn says what is wrong."""
    sent = data.get("filters")
    filters = {key: str(sent[key]) for key in FILTERS if sent.get(key)} if isinstance(sent, dict) else {}
    told = data.get("ignore")
    ignore = [key for key in get_args(ReadKey) if key in told] if isinstance(told, list) else []
    turn = Turn(next_id(turns), str(data.get("q") or "").strip(), filters, ignore)
    try:
        before = history(turns, data.get("again"))
        request = Request(question=turn.question, history=before, ignore=ignore, **filters)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "the question" if first["loc"][0] == "question" else str(first["loc"][0]).replace("_", " ")
        turn.question = turn.question[:300] or "(no question)"
        turn.fail(f"This cannot be asked: {name}: {first['msg'].removeprefix('Value error, ')}.")
        return turn, None
    return turn, request


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


def build(service: PageService, places: CapacityLimiter) -> gradio.Blocks:
    """The Blocks: one `gr.HTML` for the conversation, constant ones for the rest, and a bus for what the page sends."""
    import gradio as gr

    async def ask(turns: list[Turn], event: gr.EventData) -> AsyncIterator[tuple[Thread, list[Turn]]]:
        turn, request = read_question(dict(event._data or {}), turns)
        turns = [*turns, turn][-KEPT:]
        yield view(turns), turns
        if request is None:
            return
        async with aclosing(answered(service, turn, request, places)) as steps:
            async for _ in steps:
                yield await to_thread.run_sync(view, turns), turns
        yield view(turns), turns

    # Gradio looks for the class itself; a postponed annotation of a name that is local here would tell it nothing.
    ask.__annotations__["event"] = gr.EventData

    def stop(turns: list[Turn]) -> tuple[Thread, list[Turn]]:
        for turn in turns:
            turn.stop()
        return view(turns), turns

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    plain: dict[str, Any] = {"apply_default_css": False}
    with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True) as blocks:
        turns = gr.State([])
        gr.HTML(RAIL, elem_id="frame", **plain)
        gr.HTML(WELCOME, elem_id="start", **plain)
        thread = gr.HTML({"turns": []}, html_template=THREAD, elem_id="thread", js_on_load=SYNC, **plain)
        gr.HTML(COMPOSER, elem_id="composer", **plain)
        gr.HTML(PANEL, elem_id="side", **plain)
        bus: Any = gr.HTML("", elem_id="bus", js_on_load=BUS, visible="hidden", **plain)
        run = bus.ask(ask, [turns], [thread, turns], trigger_mode="multiple", **private)
        # A cancelled run draws nothing more, so that Stop itself draws the turn as it ended.
        bus.stop(stop, [turns], [thread, turns], cancels=[run], queue=False, **private)
        bus.new(lambda: (view([]), []), [], [thread, turns], cancels=[run], queue=False, **private)
        bus.earlier(lambda turns: view(turns, shown=KEPT), [turns], [thread], queue=False, **private)
    blocks.queue(api_open=False, default_concurrency_limit=HELD, max_size=4 * HELD)
    built: gradio.Blocks = blocks
    return built


def tell_what_it_is() -> None:
    """In Gradio's document the tags for link previews say Gradio, with a picture from its maker's server: ours in their place. And
    whatever it loads is found from the root, since the document is also that of `/c/ID`."""
    from gradio import routes
    from jinja2 import ChoiceLoader, DictLoader

    environment, name = routes.templates.env, "frontend/index.html"
    assert environment.loader is not None
    source = environment.loader.get_source(environment, name)[0]
    bare = re.sub(r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>", "", source)
    ours = re.sub(r'<base href="[^>]*>', '<base href="/" />', bare).replace("<meta charset", f"{PREVIEW}\n<meta charset", 1)
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
    api.include_router(articles(service, wake))
    api.include_router(fragments(service))
    fonts: dict[str, Any] = {"font": ["system-ui", "sans-serif"], "font_mono": ["ui-monospace", "monospace"]}
    theme = gr.themes.Base(**fonts).set(
        body_background_fill="#FAF9F6", body_background_fill_dark="#131518", body_text_color="#1B1A18", body_text_color_dark="#ECEAE5"
    )
    blocks = build(service, places or CapacityLimiter(ANSWERS_AT_ONCE))
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
        head=head(),
    )
    for component in blocks.config["components"]:
        component["props"].pop("delete_callback", None)  # it tells an address in memory, and the page has no use for it
    return Doors(site, blocks)
