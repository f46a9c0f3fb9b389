"""What a first visit costs: bytes as they are sent, requests, and that all of them go to this server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from app.service import Service
from app.settings import load_settings
from app.web.server import make_app
from tests.page_browser import PATIENCE, ask, serving

pytest_plugins = ["tests.page_browser"]

MOST_BYTES = 450_000
MOST_REQUESTS = 75
STORIES = [
    {
        "url": f"https://ilsen-courier.example/{n}",
        "title": f"Strike in Port Ilsen, day {n}",
        "text": f"The union said on day {n} that {1_000 + n} workers had joined the strike in Port Ilsen.",
        "date": f"2025-11-{n:02}",
        "source": "Ilsen Courier",
    }
    for n in range(1, 29)
]


class Visit(NamedTuple):
    """What one load of the page was: bytes over the connection with headers, the requests, and the hosts they went to."""

    size: int
    requests: int
    hosts: set[str | None]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server as `serve` makes it, over a few articles."""
    folder = tmp_path_factory.mktemp("weight")
    (folder / "stories.jsonl").write_text("\n".join(map(json.dumps, STORIES)))
    settings = load_settings(home=folder / "home", llm="none", embedding_model="hashing", abstain_below=0.0)
    service = Service.open(settings, "own")
    try:
        service.ingest([folder / "stories.jsonl"])
        with serving(make_app(service, settings, "token", lambda: None)) as address:
            yield address
    finally:
        service.close()


def visit(chromium: Browser, address: str, shows: str) -> Visit:
    """Load `address` as somebody who was never here, until `shows` is in view and nothing more comes."""
    context = chromium.new_context()
    page, sizes, sent = context.new_page(), [], []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.on("Network.requestWillBeSent", lambda event: sent.append(urlsplit(event["request"]["url"])))
    page.goto(address)
    page.wait_for_selector("#welcome[data-ready]", state="attached", timeout=PATIENCE)
    page.wait_for_selector(shows, timeout=PATIENCE)
    page.wait_for_timeout(1_000)
    context.close()
    over = [one for one in sent if one.scheme not in ("data", "blob")]
    return Visit(round(sum(sizes)), len(over), {one.hostname for one in over})


def test_every_first_load_stays_within_its_budget_and_asks_no_other_host(chromium: Browser, served: str) -> None:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(served)
    page.wait_for_selector("#welcome[data-ready]")
    ask(page, "How many workers had joined the strike in Port Ilsen?")
    conversation = page.url
    page.context.close()
    for address, shows in ((f"{served}/", "#welcome h2"), (conversation, ".turn[data-state=answered]"), (f"{served}/articles", "#rail")):
        seen = visit(chromium, address, shows)
        print(f"{urlsplit(address).path}: {seen.size:,} bytes in {seen.requests} requests")
        assert seen.hosts == {"127.0.0.1"}
        assert seen.size <= MOST_BYTES and seen.requests <= MOST_REQUESTS, seen
