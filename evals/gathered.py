"""Questions that come with the documents they are asked of: all documents in one home, each question asked of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from app.answer import Answer, Request
from app.settings import Settings
from evals.halves import Half
from evals.homes import home_for
from evals.measuring import Order, head, measured, told
from evals.rows import OFF, ON, Row, RowFile
from evals.serving import bring_in, opened, refuse_half

if TYPE_CHECKING:
    from app.indexing.progress import Progress

G = TypeVar("G")


@dataclass(frozen=True, slots=True)
class Document:
    """A text as an article of its own: `url` is its identity; `published` an ISO date or None."""

    url: str
    text: str
    source: str | None = None
    published: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Asked(Generic[G]):
    """A question, the documents that may be seen for it, and what scoring needs."""

    id: str
    question: str
    documents: tuple[Document, ...]
    gold: G


@dataclass(frozen=True, slots=True)
class GatheredSet(Generic[G]):
    """A dataset: the home is named after `file` and holds the documents of `every` question; `kept` are asked (`half`: which half
    they are, if one). `score` makes the row of an answer given under ON or OFF, `sections` the report's tables of all rows."""

    name: str
    file: Path
    every: Sequence[Asked[G]]
    kept: Sequence[Asked[G]]
    half: Half | None
    score: Callable[[Asked[G], str, Answer], Row]
    sections: Callable[[Sequence[Row]], list[dict[str, Any]]]
    notes: tuple[str, ...] = ()


def run(dataset: GatheredSet[G], settings: Settings, order: Order, progress: Progress) -> dict[str, Any]:
    """Ask every kept question with abstention as in use and off; writes and returns the result as evals.measuring does.

    Raises DatelineError if a document or a model cannot be used.
    """
    at_home = settings.model_copy(update={"home": home(dataset, settings)})
    unread: list[str] = []

    def measure(rows: RowFile) -> None:
        unread.extend(ready(dataset, at_home, progress))
        kept = dataset.kept[: order.limit]
        answers = _ask(dataset, kept, ON, at_home, rows, progress)
        # The threshold decides nothing else: what was answered stands with abstention off.
        for asked in kept:
            if not answers[asked.id].abstained:
                rows.add(dataset.score(asked, OFF, answers[asked.id]))
        silent = [asked for asked in kept if answers[asked.id].abstained]
        _ask(dataset, silent, OFF, at_home.model_copy(update={"abstain_below": 0.0}), rows, progress)

    def result(rows: Sequence[Row], interrupted: bool, seconds: float) -> dict[str, Any]:
        return {
            **head(f"{dataset.name}-{dataset.half}" if dataset.half else dataset.name, settings, order, interrupted, seconds),
            "llm": settings.llm,
            "reader": settings.reader,
            "notes": [*dataset.notes, *([f"Left out, because they are no text: {len(unread)} documents."] if unread else [])],
            "sections": dataset.sections(rows),
        }

    return measured(order.out, measure, result)


def home(dataset: GatheredSet[G], settings: Settings) -> Path:
    """Where the documents are kept; a half's is the whole's."""
    return home_for(dataset.name, [dataset.file], settings.embedding_model)


def ready(dataset: GatheredSet[G], settings: Settings, progress: Progress) -> list[str]:
    """Bring the documents of every question into the settings' home, as far as that is not done; a line for each that cannot be
    read, as some pages from the web cannot."""
    settings.home.mkdir(parents=True, exist_ok=True)
    articles = settings.home / "articles.jsonl"
    documents = {document.url: document for asked in dataset.every for document in asked.documents}
    _write(documents.values(), articles)
    return bring_in([articles], settings, progress)


def _write(documents: Iterable[Document], file: Path) -> None:
    """Only a whole file gets the name that is ingested."""
    fresh = file.with_suffix(".new")
    with open(fresh, "w", encoding="utf-8") as lines:
        for document in documents:
            lines.write(json.dumps({name: value for name, value in asdict(document).items() if value}, ensure_ascii=False) + "\n")
    fresh.replace(file)


def _ask(
    dataset: GatheredSet[G], questions: Sequence[Asked[G]], under: str, settings: Settings, rows: RowFile, progress: Progress
) -> dict[str, Answer]:
    """The answers by the questions' ids; each one's row is added as it comes."""
    answers: dict[str, Answer] = {}
    if not questions:
        return answers
    with opened(settings) as service:
        service.load_models()
        refuse_half(service)
        service.ask(_request(questions[0]))  # so that no measured time holds a first-time cost
        for asked in told(questions, f"{dataset.name}, {under}", len(questions), progress):
            answers[asked.id] = service.ask(_request(asked))
            rows.add(dataset.score(asked, under, answers[asked.id]))
    return answers


def _request(asked: Asked[G]) -> Request:
    # No as-of date: it would leave out every document without a date.
    return Request(question=asked.question, urls=[document.url for document in asked.documents])
