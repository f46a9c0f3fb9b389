"""Homes that evals keep, so that a second run ingests and embeds nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from app.errors import DatelineError

ROOT = Path(".evals")
"""Everything that evals write, below the working folder; git ignores it."""


def home_for(dataset: str, files: Iterable[Path], embedding_model: str) -> Path:
    """`.evals/<dataset>-<hash>`; the hash is over the files' contents and the embedding model.

    Changed articles get a home of their own, so that none of an older state are left in it.
    """
    digest = hashlib.sha256(embedding_model.encode())
    for file in sorted(files):
        with open(file, "rb") as content:
            digest.update(file.name.encode() + hashlib.file_digest(content, "sha256").digest())
    return ROOT / f"{dataset}-{digest.hexdigest()[:12]}"


def corpus_files(folder: Path) -> list[Path]:
    """Every file below a folder of articles. Raises DatelineError if there is none."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    if not files:
        raise DatelineError(f"no articles in {folder}.", "Name a folder of articles with --data.")
    return files


def realtimeqa_articles(folder: Path, home: Path) -> tuple[Path, dict[str, str]]:
    """The pool as a file in `home` without the pages that are the quiz itself, and each copy's original by canonical URL.

    Raises DatelineError if `articles.jsonl.gz` is missing.
    """
    from app.article import canonical_url

    packed = folder / "articles.jsonl.gz"
    if not packed.is_file():
        raise DatelineError(f"{packed} is not there.", "Name a year's folder of RealTime QA with --data.")
    home.mkdir(parents=True, exist_ok=True)
    out, fresh, copies = home / "articles.jsonl", home / "articles.new", {}
    with gzip.open(packed, "rt", encoding="utf-8") as lines, open(fresh, "w", encoding="utf-8") as kept:
        for line in lines:
            record = json.loads(line)
            if record.get("quiz_page"):
                continue
            if record.get("dup_of"):
                copies[canonical_url(record["url"])] = canonical_url(record["dup_of"])
            kept.write(line)
    # Only a whole file gets the name that is ingested.
    fresh.replace(out)
    return out, copies
