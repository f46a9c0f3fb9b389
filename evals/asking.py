"""Questions put to the service, each turned into a row: retrieval alone, or whole answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.answer import Filters, Request
from evals import conflict_scoring, lost, metrics
from evals.citations import GoldSpans, cites, exact
from evals.datasets import Question
from evals.ranking import DEPTH, article_order
from evals.rows import FIRST_STAGE, HIDDEN, OFF, OURS, RERANKED, AnswerRow, RetrievalRow

if TYPE_CHECKING:
    from app.service import Service

PASSAGES = 100
"""Passages asked for, so that ten different articles are among them."""


def find(
    service: Service,
    question: Question,
    under: str,
    as_of: str | None,
    gold: dict[str, list[str]],
    original: Callable[[str], str],
    held: bool = False,
) -> RetrievalRow:
    """Search once, as chains do. `gold` holds article ids by label; `original` maps a copy's id to its original's."""
    from app.langchain import DatelineRetriever

    retriever = DatelineRetriever(service=service, filters=Filters(as_of=as_of, **question.filters), k=PASSAGES)  # type: ignore[arg-type]
    started = time.perf_counter()
    found = retriever.invoke(question.question, history=list(question.history))
    seconds = time.perf_counter() - started
    order = article_order((str(one.metadata["article_id"]) for one in found), original)[:DEPTH]
    ranking = FIRST_STAGE if service.settings.reranker == "off" else RERANKED
    return RetrievalRow(question.id, question.kind, under, order, gold, seconds, ranking, held)


def ask(service: Service, question: Question, under: str, gold: GoldSpans, wrong: GoldSpans | None = None) -> AnswerRow:
    """Ask once, as everyone asks; under HIDDEN the articles that answer are left out, and it is unanswerable. `wrong` must not be cited."""
    hidden = under == HIDDEN
    request = Request(
        question=question.question,
        as_of=question.as_of,
        history=list(question.history),
        exclude=list(question.hide) if hidden else [],
        **question.filters,  # type: ignore[arg-type]
    )
    answer = service.ask(request)
    citations = [citation for sentence in answer.sentences for citation in sentence.citations]
    row = score(question, OURS, under, answer.answer, answer.abstained, answer.model, answer.confidence)
    short = answer.short.text if answer.short is not None and not answer.abstained else None
    row = replace(
        row,
        answerable=question.answerable and not hidden,
        right_words=row.right_words and not hidden,
        short=short,
        short_exact=bool(short) and metrics.exact_match(short or "", question.answers),
        short_f1=metrics.token_f1(short, question.answers) if short else 0.0,
        citations=len(citations),
        exact_citations=sum(exact(citation, service.article(citation.article_id)) for citation in citations),
        support=sum(citation.support for citation in citations),
        sentences=len(answer.sentences),
        supported_sentences=sum(sentence.verdict == "supported" for sentence in answer.sentences),
        cites_gold_article=any(citation.article_id in gold for citation in citations),
        cites_gold_sentence=any(cites(citation, gold) for citation in citations),
        gold_known=bool(gold),
        cites_wrong=any(cites(citation, wrong) for citation in citations) if wrong else None,
        retrieve_s=answer.timings.retrieve_s,
        first_token_s=answer.timings.first_token_s,
        total_s=answer.timings.total_s,
        notes=tuple(answer.notes),
        conflict=conflict_scoring.score(answer, _wanted(question)),
    )
    # What silence lost shows only in what is said with abstention off: evals.lost settles it from there.
    if not row.missed or (row.abstained and under != OFF):
        return row
    ranked, readings = service.look(request)
    return replace(row, lost=lost.place(question.answers, [one.text for one in ranked], [one.text for one in readings.found]))


def _wanted(question: Question) -> conflict_scoring.Wanted:
    return conflict_scoring.Wanted(
        question.kind,
        question.answers,
        question.conflict,
        question.not_,
        question.newest_date,
        question.overtaken,
    )


def score(question: Question, system: str, under: str, text: str, abstained: bool, model: str, confidence: float) -> AnswerRow:
    """The row of any system's words; an abstention has none."""
    said = "" if abstained else text
    return AnswerRow(
        id=question.id,
        kind=question.kind,
        system=system,
        under=under,
        answerable=question.answerable,
        abstained=abstained,
        question=question.question,
        answer=text,
        gold=[list(group) for group in question.answers],
        model=model,
        confidence=confidence,
        right_words=metrics.contains(said, question.answers),
        exact_match=bool(said) and metrics.exact_match(said, question.answers),
        f1=metrics.token_f1(said, question.answers),
        words=metrics.words(said),
    )


def carried_over(rows: Iterable[AnswerRow]) -> list[AnswerRow]:
    """Answers given with abstention on, as the same answers with it off: the threshold decides nothing else."""
    return [replace(row, under=OFF, carried=True) for row in rows if not row.abstained]


def warm_up(service: Service, question: Question) -> None:
    """Ask once without keeping it, so that no measured time holds a first-time cost."""
    service.ask(Request(question=question.question, as_of=question.as_of))
