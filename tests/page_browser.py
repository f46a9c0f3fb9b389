"""Chromium and servers for tests of the page. Every request that the browser makes is held to this machine."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.web.page import CONTENT_SECURITY_POLICY, mount_page
from tests.page_scripts import Guarded, ScriptedService

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE = 30_000
"""Milliseconds that a step may take: a busy machine of one core must not fail a test."""
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

LEFT = ("AbortError: signal is aborted", "Unexpected error Connection errored out")
"""What Gradio says to itself when its page is left while it still listens."""


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address of `app`, served from a thread on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def with_policy(api: FastAPI) -> FastAPI:
    """The header that the server sends with the page, so that what it forbids is seen here."""

    @api.middleware("http")
    async def policy(request: Any, call_next: Callable[[Any], Any]) -> Any:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    return api


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        path = found or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.fail("no Chromium here: apt-get install chromium, or playwright install chromium")
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ScriptedService]]:
    service = ScriptedService(tmp_path_factory.mktemp("home"))
    with serving(mount_page(with_policy(FastAPI()), service)) as address:
        yield address, service


@pytest.fixture
def service(site: tuple[str, ScriptedService]) -> ScriptedService:
    """The scripted service as it was at first."""
    fresh, used = ScriptedService(site[1].home), site[1]
    for name in ("script", "state", "asked", "closed", "gate", "held"):
        setattr(used, name, getattr(fresh, name))
    return used


@pytest.fixture(scope="module")
def each(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Guarded]]:
    """A page where each browser has its own history."""
    service = Guarded(tmp_path_factory.mktemp("home"))
    with serving(mount_page(FastAPI(), service)) as base:
        yield base, service


@dataclass
class Watch:
    """What went wrong in a browser's pages, beside what a test looks at."""

    hosts: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    size: int = 0
    forgiven: list[str] = field(default_factory=lambda: ["404"])
    """Statuses that a browser calls an error on its console, and a test expects."""

    def follow(self, page: Page) -> None:
        def sent(request: Any) -> None:
            self.requests += 1
            if urlsplit(request.url).scheme not in ("data", "blob"):
                self.hosts.add(urlsplit(request.url).hostname or "")

        def failed(words: str) -> None:
            if not words.startswith(LEFT):
                self.faults.append(words)

        page.on("request", sent)
        page.on("pageerror", lambda error: failed(str(error)))
        page.on("console", lambda said: failed(said.text) if said.type == "error" and not self._forgives(said.text) else None)

    def _forgives(self, said: str) -> bool:
        return any(status in said for status in self.forgiven)


Opener = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser, site: tuple[str, ScriptedService]) -> Iterator[Opener]:
    """Open the page, `where` after its address. At the end: no host but this one was asked, and no script failed."""
    watch, contexts = Watch(), []

    def open_page(where: str = "/", size: dict[str, int] = WIDE, *, base: str = site[0], forgive: str = "404", **context: Any) -> Page:
        watch.forgiven.append(forgive)
        contexts.append(chromium.new_context(viewport=size, **context))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        watch.follow(page)
        page.goto(base + where)
        page.wait_for_selector("#welcome[data-ready]", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.hosts == {"127.0.0.1"}
    assert watch.faults == [], watch.faults


def ask(page: Page, question: str, state: str = "answered") -> None:
    before = page.locator(".turn").count()
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")
    expect(page.locator(".turn")).to_have_count(before + 1)
    expect(page.locator(".turn").last).to_have_attribute("data-state", state)


def in_view(page: Page) -> bool:
    """Whether the asked sentence lies wholly inside the panel's text, near its middle."""
    return bool(
        page.evaluate(
            """() => { const box = document.querySelector('#panel .text').getBoundingClientRect();
            const at = document.querySelector('#panel mark.at').getBoundingClientRect();
            return at.top >= box.top && at.bottom <= box.bottom; }"""
        )
    )
