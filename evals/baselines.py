"""Both baselines on a fixed sample of the questions, with Dateline's own encoder and language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Protocol

from app.answering.models import LanguageModel, load_language_model
from app.article import Article
from app.encoding import Encoder, load_encoder
from app.errors import DatelineError
from app.reading import Problem, read_path
from app.settings import Settings
from app.stores.vector_cache import VectorCache
from evals.asking import score
from evals.cache import SaidCache
from evals.closest_passage import ClosestPassage
from evals.datasets import Question
from evals.homes import ROOT
from evals.plain_rag import PlainRag
from evals.plan import Plan
from evals.rows import AnswerRow

SAMPLE = 40
"""The first so many questions in hash order: a small model needs seconds for each."""
UNDER = "as it is"
MODEL_SECONDS = 600.0
"""Patience for one answer: a busy machine must not decide a comparison."""


class Baseline(Protocol):
    name: str
    model: str

    def say(self, question: Question) -> tuple[str, bool, float]:
        """(answer, abstained, confidence)"""


def sample(plan: Plan) -> Sequence[Question]:
    """The questions that baselines are asked."""
    return plan.asked[:SAMPLE]


def baseline_rows(plan: Plan, settings: Settings) -> Iterator[AnswerRow]:
    """A row for each question and baseline. The plain RAG words with the language model of the settings, else with the packaged one."""
    encoder = load_encoder(settings)
    articles = _articles(plan)
    with (
        closing(VectorCache(plan.home / "cache" / "vectors.sqlite")) as vectors,
        closing(SaidCache(ROOT / "said.sqlite")) as said,
    ):
        yield from _rows(ClosestPassage(articles, encoder, vectors), sample(plan))
        # Without a language model of ours the plain RAG, which has nothing else to answer with, gets the packaged one.
        model = load_language_model(settings.model_copy(update={"llm": "smollm2"}) if settings.llm == "none" else settings)
        assert model is not None
        try:
            yield from _rows(_plain(plan, articles, encoder, vectors, model, said), sample(plan))
        finally:
            model.close()


def _plain(
    plan: Plan, articles: Sequence[Article], encoder: Encoder, vectors: VectorCache, model: LanguageModel, said: SaidCache
) -> PlainRag:
    def fresh(prompt: str) -> str:
        from langchain_core.exceptions import ModelError

        try:
            return str(model.chat.invoke(prompt, timeout=MODEL_SECONDS).text)
        except ModelError as error:
            raise DatelineError(
                f"the language model failed in a baseline: {error}.", "Run it again: what it said before is kept."
            ) from error

    def ask(prompt: str) -> str:
        return said.say(model.name, prompt, fresh)

    return PlainRag(articles, encoder, vectors, plan.home / "plain", model.name, ask)


def _rows(baseline: Baseline, questions: Sequence[Question]) -> Iterator[AnswerRow]:
    for question in questions:
        text, abstained, confidence = baseline.say(question)
        yield score(question, baseline.name, UNDER, text, abstained, baseline.model, min(1.0, confidence))


def _articles(plan: Plan) -> list[Article]:
    found: dict[str, Article] = {}
    for path in plan.articles:
        for item in read_path(path):
            if not isinstance(item, Problem):
                found[item.id] = item
    return list(found.values())
