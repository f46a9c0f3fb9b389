"""Many browsers at one `serve`, each with its own history: how long they wait, and whether anything is mixed.

`python -m evals.bench_browsers HOME`: HOME is one that evals keep; a copy of it is used. Each browser speaks as the page does: its
document and cookie first, then questions over Gradio's queue, read from its stream of server-sent events.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evals.bench import counted, keep, main
from evals.bench_serve import ROOT, served

if TYPE_CHECKING:
    from httpx import AsyncClient

CONFIG = re.compile(r"window\.gradio_config = (\{.*?\});</script>", re.DOTALL)
ASKED = re.compile(r' data-state="(\w+)".*? data-q="(.*?)"', re.DOTALL)


@dataclass(slots=True)
class Seen:
    """What one browser saw: seconds from each question to its whole answer, how each ended, and what was not its own."""

    seconds: list[float] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    foreign: int = 0


def bench(
    home: Annotated[Path, typer.Argument(help="A home that is filled and embedded.")],
    browsers: Annotated[int, typer.Option(min=1, max=60, help="So many at once.")] = 50,
    each: Annotated[int, typer.Option(min=1, max=4, help="Questions of each, one after the other.")] = 3,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
) -> None:
    """Start `serve` with a password on a copy of HOME; every browser asks at once, the next question when it has its answer."""
    from dataclasses import asdict

    from evals import bootstrap
    from evals.datasets import in_hash_order, load_corpus

    questions = [one.question for one in in_hash_order(load_corpus(ROOT / "evals/questions"))]
    questions = list(dict.fromkeys(questions))[: browsers * each]
    lots = [questions[n::browsers] for n in range(browsers)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        password = secrets.token_urlsafe(12)
        with served(copy, password) as (client, _):
            seen = asyncio.run(_all(str(client.base_url), password, lots))
    waited = [second for one in seen for second in one.seconds]
    figures: dict[str, Any] = {}
    for share in (0.5, 0.95):
        found = bootstrap.quantile(waited, share)
        if found:
            figures[f"question to whole answer, p{share * 100:.0f}, s"] = asdict(found)
    ended = [state for one in seen for state in one.states]
    figures |= {
        "browsers": counted(browsers),
        "questions": counted(len(ended)),
        "answered or abstained": counted(sum(state in ("answered", "abstained") for state in ended)),
        "of another browser, seen": counted(sum(one.foreign for one in seen)),
    }
    keep("bench-browsers", "python -m evals.bench_browsers HOME", figures, out)


async def _all(address: str, password: str, lots: Sequence[Sequence[str]]) -> list[Seen]:
    import httpx

    from app.web.guard import USER

    ready = asyncio.Barrier(len(lots))

    async def one(questions: Sequence[str]) -> Seen:
        limits = httpx.Timeout(600)
        async with httpx.AsyncClient(base_url=address, auth=(USER, password), timeout=limits, trust_env=False) as client:
            document = (await client.get("/")).text
            found = CONFIG.search(document)
            assert found, "the document names its functions"
            dependencies = json.loads(found[1])["dependencies"]
            ask = next(one["id"] for one in dependencies if one["targets"][0][1] == "ask" and one["queue"])
            await ready.wait()
            return await _converse(client, ask, questions)

    return await asyncio.gather(*(one(lot) for lot in lots))


async def _converse(client: AsyncClient, ask: int, questions: Sequence[str]) -> Seen:
    seen, conversation = Seen(), secrets.token_urlsafe(12)
    for n, question in enumerate(questions):
        began = time.monotonic()
        told = {"c": conversation, "key": secrets.token_urlsafe(12), "q": question, "filters": {}}
        drawn = await _send(client, ask, told)
        seen.seconds.append(time.monotonic() - began)
        turns = [(state, html.unescape(asked)) for state, asked in ASKED.findall("".join(drawn["turns"]))]
        seen.states.append(turns[-1][0] if turns else "nothing")
        seen.foreign += sum(asked not in questions for _, asked in turns) + (len(turns) != n + 1)
    listed = (await client.get("/page/conversations")).text
    titles = [html.unescape(title) for title in re.findall(r"<a [^>]*>(.*?)</a>", listed)]
    seen.foreign += sum(title != " ".join(questions[0].split()) for title in titles) + (len(titles) != 1)
    return seen


async def _send(client: AsyncClient, function: int, told: dict[str, Any]) -> dict[str, Any]:
    """The conversation as it was drawn last."""
    session = secrets.token_hex(6)
    body = {"fn_index": function, "session_hash": session, "data": [], "event_data": told}
    (await client.post("/gradio_api/queue/join", json=body)).raise_for_status()
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            message = json.loads(line[5:]) if line.startswith("data:") else {}
            if message.get("msg") == "process_completed":
                return dict(message["output"]["data"][0])
    return {"turns": []}


if __name__ == "__main__":
    sys.exit(main(bench))
