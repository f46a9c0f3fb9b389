"""The articles view over a hundred thousand articles, in Chromium: its first paint, its search, and the frames of its scrolling.

`python -m evals.bench_articles` makes a home of invented articles (words of `corpus/` drawn anew; five minutes, once), keeps it under
`.evals`, and serves it. Needs Chromium and playwright (requirements-dev.txt).
"""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.article import Article, Passage, Published, Sentence, article_id
from app.errors import DatelineError
from app.settings import load_settings
from evals import bootstrap
from evals.bench import Figure, counted, keep, main, of_rounds
from evals.bench_serve import served
from evals.homes import ROOT as KEPT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from app.service import Service

ROOT = Path(__file__).parent.parent
TOGETHER = 1_000
"""Articles in one transaction."""
OUTLETS, DAYS, WORDS = 240, 3_650, 250
SIZE = {"width": 1280, "height": 800}
SCROLL_MS = 8_000
LONG_MS = 100.0

# When a row with words was first painted, counted from the beginning of the navigation.
_FIRST_ROW = """addEventListener("DOMContentLoaded", () => { const look = () => {
  if (!document.querySelector("#row-0 .title")?.textContent) return requestAnimationFrame(look);
  requestAnimationFrame(() => setTimeout(() => { window.firstRow = performance.now(); })); }; look(); });"""
# From the last letter typed to the frame after the list says how many it found; the wait for further letters is part of it.
_SEARCH = """words => new Promise(done => {
  const field = document.querySelector("#find [name=words]"), total = document.querySelector("#archive .total");
  total.textContent = "";
  const began = performance.now();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const look = () => (/found/.test(total.textContent) && [...document.querySelectorAll("#list .row.blank")].every(one => one.style.display)
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))) : requestAnimationFrame(look));
  look(); })"""
# Scrolls on and on, with a leap across the list now and then, and gives the milliseconds between frames.
_SCROLL = """ms => new Promise(done => {
  const list = document.querySelector("#list"), began = performance.now(), frames = [];
  let last = began, n = 0;
  const step = now => {
    frames.push(now - last);
    last = now;
    n++;
    if (n % 45 === 0) list.scrollTop = ((n * 7919) % 100) / 100 * list.scrollHeight; else list.scrollTop += 40 + (n % 9) * 60;
    if (now - began < ms) requestAnimationFrame(step); else done(frames.slice(2));
  };
  requestAnimationFrame(step); })"""


def bench(
    count: Annotated[int, typer.Option("--articles", min=1_000, help="So many articles.")] = 100_000,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="First paints, each in a browser without a cache.")] = 5,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
) -> None:
    """Make the home if it is not there, serve it, and measure in Chromium."""
    from playwright.sync_api import sync_playwright

    home = made(count)
    with served(home, ready=("ok", "words-only")) as (client, process), sync_playwright() as playwright:
        rest(process)
        found = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        figures = measure(browser, str(client.base_url), rounds)
    keep("bench-articles", "python -m evals.bench_articles", {"articles": counted(count), **figures}, out)


def rest(process: int) -> None:
    """Wait until it has nothing more to load. Reads /proc: Linux only."""
    used = -1.0
    while (now := _processor_seconds(process)) - used > 0.1:
        used = now
        time.sleep(2)


def _processor_seconds(process: int) -> float:
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measure(browser: Browser, address: str, rounds: int) -> dict[str, Figure]:
    """All the figures, of a server at `address`."""
    rows, paints = [], []
    for _ in range(rounds):
        page = opened(browser, f"{address}/articles")
        page.wait_for_function("window.firstRow")
        rows.append(page.evaluate("window.firstRow") / 1000)
        paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000)
        if len(rows) < rounds:
            page.context.close()
    page.wait_for_selector("#welcome[data-ready]", state="attached")
    draw = random.Random(5)
    known = sorted({word.strip('.,"').lower() for word in _words() if word.isalpha()})
    asked = [word[:length] for word in draw.sample(known, 40) for length in (2, 4, 20)]
    searches = [page.evaluate(_SEARCH, words) / 1000 for words in dict.fromkeys(asked)]
    page.goto(f"{address}/articles")
    page.wait_for_selector("#row-0")
    frames, tasks = scrolled(browser, page)
    figures: dict[str, Any] = {"first contentful paint, s": of_rounds(paints), "first row painted, s": of_rounds(rows)}
    for share in (0.5, 0.95, 1.0):
        figures[f"search, p{share * 100:.0f}, s"] = _quantile(searches, share)
    figures |= {
        "longest frame of scrolling, ms": counted(max(frames)),
        f"frames over {LONG_MS:.0f} ms": counted(sum(frame > LONG_MS for frame in frames)),
        "frames": counted(len(frames)),
        "longest task of the page's thread, ms": counted(max(clock for clock, _ in tasks)),
        "longest task by processor time, ms": counted(max(own for _, own in tasks)),
    }
    return figures


def opened(browser: Browser, address: str) -> Page:
    """A page in a context of its own, so with an empty cache."""
    page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
    page.add_init_script(_FIRST_ROW)
    page.goto(address)
    return page


def scrolled(browser: Browser, page: Page) -> tuple[list[float], list[tuple[float, float]]]:
    """While it scrolls: milliseconds between frames, and from a trace those of each task of the page's main thread, as (by the clock, of
    the processor): on a busy machine the thread also waits."""
    browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline", "__metadata"])
    frames = page.evaluate(_SCROLL, SCROLL_MS)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    mains = {(e["pid"], e["tid"]) for e in events if e.get("name") == "thread_name" and e["args"].get("name") == "CrRendererMain"}
    tasks = [
        (e["dur"] / 1000, e["tdur"] / 1000)
        for e in events
        if e.get("name") == "RunTask" and e.get("ph") == "X" and (e["pid"], e["tid"]) in mains
    ]
    if not tasks:
        raise DatelineError("the trace names no task.", "Is this Chromium another one than playwright knows?")
    return frames, tasks


def _quantile(values: list[float], share: float) -> Any:
    if share == 1.0:
        return counted(max(values))
    from dataclasses import asdict

    found = bootstrap.quantile(values, share)
    return asdict(found) if found else counted(max(values))


# The home


def made(count: int) -> Path:
    """The home of `count` invented articles; made where there is none."""
    from app.service import Service

    home, done = KEPT / f"articles-{count}", KEPT / f"articles-{count}.done"
    if not done.exists():
        shutil.rmtree(home, ignore_errors=True)
        service = Service.open(load_settings(home=home, llm="none"), "own", "ingest")
        try:
            fill(service, count)
        finally:
            service.close()
        done.touch()
    return home


def fill(service: Service, count: int) -> None:
    """Write articles past reading and embedding: each is one passage, found by its words, its vector said to be there."""
    catalog = service.stores.catalog
    articles = invented()
    for start in range(0, count, TOGETHER):
        with catalog.transaction():
            for article in itertools.islice(articles, min(TOGETHER, count - start)):
                whole = Sentence(0, len(article.text))
                catalog.put(article, [Passage(article.id, 0, 0, len(article.text), (whole,))])
        catalog.journal.vectors_done(catalog.journal.passages_without_vector(TOGETHER))
        service.backlog.index_words()
    service.backlog.settle_stories()


def invented() -> Iterator[Article]:
    """Articles of 250 words each, over ten years and 240 outlets, without end."""
    draw, words = random.Random(13), _words()
    kinds = ("Gazette", "Mail", "Courier", "Ledger")
    outlets = [f"{draw.choice(words).strip('.,').title()} {draw.choice(kinds)} {n}" for n in range(OUTLETS)]
    for n in itertools.count():
        day = date(2016, 1, 1) + timedelta(days=draw.randrange(DAYS))
        text = " ".join(draw.choices(words, k=WORDS))
        title = " ".join(draw.choices(words, k=draw.randint(5, 12))).capitalize()
        url = f"https://bench.example/{n}"
        yield Article(article_id(url, ""), title, text, Published(day), draw.choice(outlets), url=url)


def _words() -> list[str]:
    return [word for file in sorted((ROOT / "corpus" / "articles").glob("*.md")) for word in file.read_text(encoding="utf-8").split()]


if __name__ == "__main__":
    raise SystemExit(main(bench))
