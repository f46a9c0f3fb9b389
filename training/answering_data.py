"""Questions with the sentences they could be answered from: reading sets, and RealTime QA through our own retrieval."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.answer import Filters
from app.answering.readers.linear import TOPIC_CHARACTERS, contexts_of
from app.answering.readers.linear_features import Context
from app.article import canonical_url
from app.encoding import Encoder
from app.retrieval.filters import resolve_scope
from app.retrieval.retriever import Retriever
from app.settings import Settings
from app.stores.stores import Stores
from app.text.sentences import split_sentences

READING = {
    "squadshifts_newwiki": 250,
    "qamr_wikinews": 150,
    "qed_dev": 200,
    "clapnq_dev": 200,
    "timeqa_human": 100,
    "squad2_unanswerable": 400,
}
"""Files of the reading folder, and how many questions of each are drawn (fixed seed)."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the sentences in view, and for each whether it holds the answer (none does where the texts are silent)."""

    dataset: str
    question: str
    contexts: list[Context]
    holds: npt.NDArray[np.bool_]


def reading_examples(folder: Path, seed: int = 7) -> Iterator[Example]:
    for name, count in READING.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        random.Random(seed).shuffle(rows)
        for row in rows[:count]:
            text: str = row["context"]
            answers = _answer_spans(row)
            spans = split_sentences(text)
            holds = np.array([any(s.start < end and start < s.end for start, end in answers) for s in spans], bool)
            contexts, before = [], ""
            topic = text[spans[0].start : spans[0].end][:TOPIC_CHARACTERS] if spans else ""
            for span in spans:
                words = text[span.start : span.end]
                contexts.append(Context(words, before, topic, text[:4000], 1.0, 0, span.start == 0))
                before = words
            if contexts:
                yield Example(name, row["question"], contexts, holds)


def _answer_spans(row: dict[str, Any]) -> list[tuple[int, int]]:
    spans = row.get("answer_sentences") or ([row["answer_sentence"]] if row.get("answer_sentence") else [])
    if spans:
        return [(start, end) for start, end in spans]
    return [(a["start"], a["start"] + max(1, len(a["text"]))) for a in row.get("answers") or [] if a.get("start") is not None]


def realtimeqa_examples(folder: Path, home: Path, encoder: Encoder | None, limit: int, seed: int = 7) -> Iterator[Example]:
    """Each question twice: as of its date, and with its evidence hidden. `home` must hold the year's articles."""
    from evals.datasets import load_realtimeqa  # the one place that knows the labels
    from evals.metrics import contains

    questions = [q for q in load_realtimeqa(folder) if q.answerable and q.labels.get("pool")]
    random.Random(seed).shuffle(questions)
    stores = Stores(Settings(home=home, llm="none"), "read", "calibration")
    retriever = Retriever(stores)
    if encoder is not None:
        stores.open_vectors(encoder)
        retriever.encoder = encoder
    for question in questions[:limit]:
        pool = {canonical_url(url) for url in question.labels["pool"]}
        for hide in ((), question.hide):
            scope = resolve_scope(Filters(as_of=question.as_of, exclude=list(hide)), stores.catalog)
            ranked = retriever.rank(question.question, scope, 30)
            places, contexts = contexts_of(ranked)
            holds = [
                not hide and (article.url in pool) and contains(article.text[span.start : span.end], question.answers, None)
                for article, span in places
            ]
            if contexts:
                yield Example("realtimeqa-hidden" if hide else "realtimeqa", question.question, contexts, np.array(holds, bool))
    stores.close()
