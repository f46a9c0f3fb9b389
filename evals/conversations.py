"""Conversations: does the right article come for follow-ups and for changes of subject?

`python -m evals.conversations` asks the turns of `evals/conversations.jsonl`, each with the service's own earlier answers as its
history; `python -m evals.conversations --mtrag FOLDER` measures MTRAG's tasks instead (`mtrag_tasks159.jsonl`, `mtrag_docs350.jsonl`).
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.answer import MAX_QUESTION
from evals.bench import counted, keep, main

if TYPE_CHECKING:
    from app.service import Service

FILE = Path(__file__).with_name("conversations.jsonl")
CORPUS = Path("corpus")
SEARCHED = 30
"""Passages of a search."""
FIRST = 5
"""Articles among which the right one must be, and places that nDCG looks at."""
KINDS = {"opening": "openings", "follow_up": "follow-ups", "change": "changes of subject"}


def measure(
    mtrag: Annotated[Path | None, typer.Option("--mtrag", metavar="DIR", help="MTRAG's folder: its tasks instead.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N conversations or tasks.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
) -> None:
    """Measure follow-ups and changes of subject on the corpus, or the follow-ups of MTRAG."""
    from app.commands.progress import Bars
    from app.settings import load_settings
    from evals.homes import corpus_files, home_for
    from evals.serving import bring_in, opened, refuse_half

    base = load_settings(llm="none")
    files = [mtrag / "mtrag_docs350.jsonl"] if mtrag else corpus_files(CORPUS)
    home = home_for("mtrag" if mtrag else "corpus", files, base.embedding_model)
    settings = base.model_copy(update={"home": home})
    sources = [_documents(files[0], home)] if mtrag else [CORPUS]
    with Bars() as bars:
        bring_in(sources, settings, bars)
    with opened(settings) as service:
        service.load_models()
        refuse_half(service)
        figures = tasks(service, mtrag / "mtrag_tasks159.jsonl", limit) if mtrag else conversations(service, limit)
    command = f"python -m evals.conversations{' --mtrag DIR' if mtrag else ''}"
    keep("mtrag" if mtrag else "conversations", command, {name: counted(value) for name, value in figures.items()}, out)


def conversations(service: Service, limit: int | None = None, file: Path = FILE) -> dict[str, float]:
    """For each kind of turn the share whose right article is among the first five: as the answer took the question, as `search` did, and
    asked alone; and the share that was taken as a follow-up."""
    from app.answer import Exchange, Request, SearchRequest

    met: dict[str, list[bool]] = defaultdict(list)
    lines = file.read_text(encoding="utf-8").splitlines()[:limit]
    for line in lines:
        history: list[Exchange] = []
        for turn in json.loads(line)["turns"]:
            asked = {"question": turn["question"], "history": history}
            request = Request.model_validate(asked)
            ranked, _ = service.look(request)
            answer = service.ask(request)
            hits = service.search(SearchRequest.model_validate({**asked, "k": SEARCHED}))
            alone = service.search(SearchRequest(question=turn["question"], k=SEARCHED))
            kind = KINDS[turn["kind"]]
            gold = {article.id for key in turn["gold"] if (article := _article(service, key))}
            met[f"{kind}: right article in the first {FIRST}, as answered"].append(_among((r.article.id for r in ranked), gold))
            met[f"{kind}: as searched"].append(_among((h.article_id for h in hits), gold))
            met[f"{kind}: as asked alone"].append(_among((h.article_id for h in alone), gold))
            met[f"{kind}: taken as follow-ups"].append(any(item.key == "follow_up" for item in answer.understood))
            history.append(Exchange(question=turn["question"], answer=answer.answer))
    return {name: sum(values) / len(values) for name, values in sorted(met.items())} | {"conversations": float(len(lines))}


def tasks(service: Service, file: Path, limit: int | None = None) -> dict[str, float]:
    """nDCG@5 over the documents, of the tasks whose rewrite is not the last turn: by the last turn alone, and in its conversation."""
    from app.answer import SearchRequest

    alone: list[float] = []
    together: list[float] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        task = json.loads(line)
        if not task.get("rewrite") or _letters(task["rewrite"]) == _letters(task["question"]) or len(alone) == limit:
            continue
        for found, history in ((alone, []), (together, _exchanges(task["turns"][:-1]))):
            request = SearchRequest.model_validate({"question": task["question"][:MAX_QUESTION], "history": history, "k": SEARCHED})
            order = dict.fromkeys(str(hit.url).rsplit("/", 1)[-1] for hit in service.search(request))
            found.append(ndcg(list(order), task["contexts"]))
    names = (("last turn alone", alone), ("in its conversation", together))
    return {f"nDCG@{FIRST}, {name}": sum(values) / len(values) for name, values in names} | {"tasks": float(len(alone))}


def ndcg(order: Sequence[str], gold: Collection[str]) -> float:
    """Normalised discounted cumulative gain of the first five places, every right one alike, 0 to 1."""
    gain = sum(1 / math.log2(place + 2) for place, one in enumerate(order[:FIRST]) if one in gold)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(FIRST, len(gold))))


def _exchanges(turns: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    out: list[dict[str, str]] = []
    for turn in turns:
        if turn["speaker"] == "user":
            out.append({"question": turn["text"][:MAX_QUESTION], "answer": ""})
        elif out:
            out[-1]["answer"] = turn["text"][:20_000]
    return out


def _letters(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _among(order: Iterable[str], gold: Collection[str]) -> bool:
    return any(one in gold for one in list(dict.fromkeys(order))[:FIRST])


def _article(service: Service, key: str) -> Any:
    return service.find(key if "://" in key else str(CORPUS / key))


def _documents(file: Path, home: Path) -> Path:
    """MTRAG's documents as articles with an address each."""
    home.mkdir(parents=True, exist_ok=True)
    target = home / "articles.jsonl"
    with open(file, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as kept:
        for line in lines:
            record = json.loads(line)
            url = f"https://mtrag.example/{record['id']}"
            kept.write(json.dumps({"url": url, "title": record["title"], "text": record["text"]}) + "\n")
    return target


if __name__ == "__main__":
    sys.exit(main(measure))
