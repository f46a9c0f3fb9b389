"""What a run is made of: the questions, the articles to ingest, where they are kept, and what counts as a hit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.article import Article, Span, article_id
from app.errors import DatelineError
from evals.citations import place
from evals.datasets import SCORED_TYPES, Question, in_hash_order, load_corpus, load_realtimeqa, year_end
from evals.homes import corpus_files, home_for, realtimeqa_articles
from evals.rows import AS_ASKED, HIDDEN, ON, YEAR_END

if TYPE_CHECKING:
    from app.service import Service

CORPUS, REALTIMEQA = "corpus", "realtimeqa"
ANSWERED_BY_DEFAULT = 120
"""RealTime QA questions whose answers are measured without --limit: three passes of them take about half an hour."""

ARTICLE_ID = re.compile(r"[0-9a-f]{20}")

AsOf = Callable[[Question], str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """`name` also tells the year. `searched` and `asked` are in hash order. `copies` maps a copied article's id to its original's."""

    dataset: str
    name: str
    home: Path
    articles: tuple[Path, ...]
    folder: Path
    searched: Sequence[Question]
    asked: Sequence[Question]
    passes: Mapping[str, AsOf]
    answer_passes: Sequence[str]
    copies: Mapping[str, str] = field(default_factory=dict)

    def original(self, article: str) -> str:
        return self.copies.get(article, article)


def corpus_plan(folder: Path, questions: Path, embedding_model: str, limit: int | None) -> Plan:
    """Our own articles and questions. Raises DatelineError if either is missing or broken."""
    chosen = in_hash_order(load_corpus(questions))[:limit]
    home = home_for(CORPUS, corpus_files(folder), embedding_model)
    labelled = [question for question in chosen if question.labels]
    return Plan(CORPUS, CORPUS, home, (folder,), folder, labelled, chosen, {AS_ASKED: lambda question: question.as_of}, (ON,))


def realtimeqa_plan(folder: Path, embedding_model: str, limit: int | None, with_year_end: bool) -> Plan:
    """One year of RealTime QA: all labelled questions are searched, a sample of those with a string for an answer is asked."""
    questions = in_hash_order(load_realtimeqa(folder))
    name = f"{REALTIMEQA}-{folder.resolve().name}"
    home = home_for(name, [folder / "articles.jsonl.gz"], embedding_model)
    articles, copies = realtimeqa_articles(folder, home)
    asked = [question for question in questions if "pool" in question.labels and question.kind in SCORED_TYPES]
    passes: dict[str, AsOf] = {AS_ASKED: lambda question: question.as_of}
    if with_year_end:
        passes[YEAR_END] = year_end
    return Plan(
        REALTIMEQA,
        name,
        home,
        (articles,),
        folder,
        [question for question in questions if question.labels][:limit],
        asked[: limit or ANSWERED_BY_DEFAULT],
        passes,
        (ON, HIDDEN),
        {article_id(copy, ""): article_id(of, "") for copy, of in copies.items()},
    )


def gold_ids(plan: Plan, service: Service, question: Question) -> dict[str, list[str]]:
    """The ids of the articles that count, by label, copies folded into their originals.

    Raises DatelineError for a question on our own corpus whose article is not there.
    """
    if plan.dataset == REALTIMEQA:
        return {name: _once(plan.original(article_id(url, "")) for url in urls) for name, urls in question.labels.items()}
    return {name: _once(_known(plan, service, question, key) for key in keys) for name, keys in question.labels.items()}


def gold_spans(plan: Plan, service: Service, question: Question) -> dict[str, list[Span]]:
    """The places of the gold sentences by article id. Raises DatelineError if a sentence is not in its article."""
    if plan.dataset == REALTIMEQA:
        ids = {article for group in gold_ids(plan, service, question).values() for article in group}
        return {article: [] for article in ids}
    spans: dict[str, list[Span]] = {}
    for gold in question.gold:
        article = service.article(_known(plan, service, question, gold.article))
        span = place(gold.sentence, article.text) if article else None
        if article is None or span is None:
            raise DatelineError(f"question {question.id}: its gold sentence is not in {gold.article}.", "Mend the question.")
        spans.setdefault(article.id, []).append(span)
    return spans


def wrong_spans(plan: Plan, service: Service, question: Question) -> dict[str, list[Span]]:
    """The places of the sentences that a reader found wrongly cited, by article id; what is no longer there is passed over."""
    spans: dict[str, list[Span]] = {}
    for wrong in question.wrong:
        article = _find(plan, service, wrong.article)
        span = place(wrong.sentence, article.text) if article else None
        if article and span:
            spans.setdefault(article.id, []).append(span)
    return spans


def _known(plan: Plan, service: Service, question: Question, key: str) -> str:
    article = _find(plan, service, key)
    if article is None:
        raise DatelineError(f"question {question.id}: no article {key} in {plan.folder}.", "Mend the question, or ingest the article.")
    return article.id


def _find(plan: Plan, service: Service, key: str) -> Article | None:
    return service.find(key if "://" in key or ARTICLE_ID.fullmatch(key) else str(plan.folder / key))


def _once(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
