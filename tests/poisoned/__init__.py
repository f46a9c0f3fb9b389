"""Articles that give orders to an assistant, forge turns of a chat or hold code, all invented, and ordinary news on such things.

`articles.jsonl`, one article a line: `question` that draws it, `text` (of a file of the format `kind`, else of a record) with what else
it has (`title`, `source`, `url`, `authors`), the true sentence (`truth`) that stands beside the order and answers, null if none does,
`orders` (words of it that must not be shown), and what a model that obeys it says (`obeyed`). `ordinary.txt`: sentences that must stay
answerable, one a line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ARTICLES: list[dict[str, Any]] = [json.loads(line) for line in (FOLDER / "articles.jsonl").read_text().splitlines()]
ORDINARY = (FOLDER / "ordinary.txt").read_text().splitlines()


def write_articles(folder: Path) -> Path:
    """All of them as files in `folder`: records in one file of JSON lines, the others each in its format."""
    folder.mkdir(parents=True, exist_ok=True)
    records = []
    for one in ARTICLES:
        if "kind" in one:
            (folder / f"{one['name']}.{one['kind']}").write_text(one["text"])
        else:
            records.append({"url": f"https://poisoned.example/{one['name']}", "title": one["name"], "published": "2026-02-03"} | one)
    (folder / "records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return folder
