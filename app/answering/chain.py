"""The answer: question to events, with retrieval, evidence, wording, check and abstention in their order."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.answer import (
    Abstained,
    Answer,
    AnswerSentence,
    Citation,
    Done,
    Event,
    Evidence,
    Failed,
    Request,
    SentenceReady,
    Started,
    Timings,
    Understood,
)
from app.answering.calibration import calibration
from app.answering.choice import choose
from app.answering.evidence import EvidenceSentence, cite, select_evidence
from app.answering.generation import ModelFailed, word_evidence
from app.answering.models import LanguageModel
from app.answering.profile import QuestionProfile, profile
from app.answering.support import SupportChecker
from app.answering.understanding import understood
from app.answering.wording import check_wording, keeps_speaker, responds
from app.article import Published
from app.encoding import Encoder
from app.retrieval.query import condense
from app.retrieval.retriever import Ranked, Retriever
from app.retrieval.scope import resolve_scope
from app.stores.scope import Scope
from app.stores.stores import Stores

RETRIEVED = 30
NEAREST = 3
COPIES_CITED = 2
SILENT = "The articles do not say."
NOT_BORNE_OUT = "The language model's wording did not pass the check against the articles, so their own sentences are given."


class NotBorneOut:
    """The model wrote, and nothing that it wrote is carried by the evidence."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What answering works with. `encoder` may be None while it loads or when another process writes the vectors: then
    words alone count. `model` may be None: then quotes are the answer."""

    stores: Stores
    retriever: Retriever
    encoder: Encoder | None
    model: LanguageModel | None
    model_name: str
    strict: bool
    abstain_below: float | None
    llm_timeout: float
    notes: tuple[str, ...] = ()


def answer(request: Request, parts: Parts, config: Any = None) -> Iterator[Event]:
    """Events in order: started, understood, evidence, then sentences or `abstained`, `failed` if the model did, done.

    Every sentence was checked before it is yielded and never changes. `config` is passed to the model (callbacks).
    """
    started = time.monotonic()
    timings = Timings()
    catalog = parts.stores.catalog
    yield Started(question=request.question, as_of=request.as_of)
    query = condense(request.question, request.history)
    scope = resolve_scope(request, catalog)
    result = Answer(question=request.question, as_of=request.as_of, model=parts.model_name, notes=list(parts.notes))
    result.understood = understood(request, query)
    if result.understood:
        yield Understood(items=result.understood)
    result.notes += _scope_notes(request, parts.stores, scope)
    result.later_left_out = _later(parts.stores, request)

    ranked = parts.retriever.rank(query.text, scope, RETRIEVED)
    timings.retrieve_s = _since(started)
    yield _evidence_event(ranked)
    asked = profile(query.text)
    encode = parts.encoder.encode if parts.encoder is not None else None
    evidence = select_evidence(asked, ranked, calibration(), encode)
    result.confidence = round(calibration().probability(evidence[0].features), 4) if evidence else 0.0
    threshold = calibration().abstain_below if parts.abstain_below is None else parts.abstain_below
    if not evidence or result.confidence < threshold:
        result.abstained = True
        result.missing = _missing(parts.stores, scope)
        result.nearest = [cite(s.article, s.span, result.confidence) for s in _distinct(evidence)[:NEAREST]]
        yield Abstained(reason=result.missing, nearest=result.nearest)
    else:
        failure: ModelFailed | None = None
        for item in _sentences(asked, request.question, evidence, parts, config):
            if isinstance(item, ModelFailed):
                failure = item
                continue
            if isinstance(item, NotBorneOut):
                result.notes.append(NOT_BORNE_OUT)
                continue
            if timings.first_token_s is None:
                timings.first_token_s = _since(started)
            yield SentenceReady(index=len(result.sentences), **item.model_dump())
            result.sentences.append(item)
        result.answer = " ".join(sentence.text for sentence in result.sentences)
        if failure is not None:
            note = f"{failure.what} These are the sentences found, word for word."
            result.notes.append(note)
            yield Failed(message=note, detail=failure.what)
    timings.total_s = _since(started)
    result.timings = timings
    yield Done(answer=result)


def _sentences(
    asked: QuestionProfile, question: str, evidence: Sequence[EvidenceSentence], parts: Parts, config: Any
) -> Iterator[AnswerSentence | ModelFailed | NotBorneOut]:
    """The chosen evidence in the model's words where they hold, else quoted."""
    chosen = choose(asked, evidence)
    waiting = list(chosen)
    if parts.model is not None:
        carries = False
        checker = SupportChecker(parts.encoder.encode if parts.encoder is not None else None)
        try:
            for wording in word_evidence(parts.model, question, chosen, parts.llm_timeout, config):
                checked = check_wording(checker, wording, chosen)
                carried = checked.evidence
                carries = carries or checked.supported
                kept = responds(asked, wording, carried.text) and keeps_speaker(wording, carried.text)
                if checked.supported and carried in waiting and kept:
                    waiting.remove(carried)
                    citation = cite(carried.article, checked.span, checked.support)
                    yield AnswerSentence(text=wording, verdict="supported", citations=[citation])
                elif not checked.supported and not parts.strict:
                    yield AnswerSentence(text=wording, verdict="unsupported", citations=[])
                if not waiting:
                    return
        except ModelFailed as error:
            yield from map(_quote, waiting)
            yield error
            return
        if not carries:
            yield NotBorneOut()
    yield from map(_quote, waiting)


def _quote(sentence: EvidenceSentence) -> AnswerSentence:
    return AnswerSentence(text=" ".join(sentence.text.split()), verdict="supported", citations=_citations(sentence, 1.0), quoted=True)


def _citations(sentence: EvidenceSentence, support: float) -> list[Citation]:
    places = [(sentence.article, sentence.span), *sentence.copies[:COPIES_CITED]]
    return [cite(article, span, support) for article, span in places]


def _distinct(evidence: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """The best sentence of each article."""
    best: dict[str, EvidenceSentence] = {}
    for sentence in evidence:
        best.setdefault(sentence.article.id, sentence)
    return list(best.values())


def _evidence_event(ranked: Sequence[Ranked]) -> Evidence:
    dates = sorted((r.article.published for r in ranked if r.article.published), key=lambda p: p.last_second)
    return Evidence(
        passages=len(ranked),
        articles=len({r.article.id for r in ranked}),
        oldest=str(dates[0]) if dates else None,
        newest=str(dates[-1]) if dates else None,
    )


def _missing(stores: Stores, scope: Scope) -> str:
    if not stores.catalog.rows("SELECT 1 FROM articles LIMIT 1"):
        return "There are no articles yet. Bring some in: python ingest.py PATH"
    if not scope.is_open and not stores.columns.current().mask(scope).any():
        return "No article matches the filters."
    return SILENT


def _scope_notes(request: Request, stores: Stores, scope: Scope) -> list[str]:
    notes = []
    if scope.dated:
        undated = stores.catalog.rows("SELECT COUNT(*) FROM articles WHERE last_second IS NULL")[0][0]
        if undated:
            notes.append(f"{undated} undated article{'s were' if undated > 1 else ' was'} left out, because a date filter stands.")
    if scope.sources is not None and not scope.sources:
        notes.append("No article states this outlet. `python -m app sources` lists those that are there.")
    return notes


def _later(stores: Stores, request: Request) -> int:
    if not request.as_of:
        return 0
    bound = Published.parse(request.as_of).last_second
    return int(stores.catalog.rows("SELECT COUNT(*) FROM articles WHERE last_second > ?", (bound,))[0][0])


def _since(started: float) -> float:
    return round(time.monotonic() - started, 4)
