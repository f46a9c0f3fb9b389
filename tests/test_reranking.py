"""A second look at the first passages: read once whoever asks, in an order that time still has its say in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.answer import Exchange, Request, SearchRequest
from app.answering.readers.neural import WEIGHTS, NeuralReader
from app.encoding.relevance import PackagedReranker
from app.encoding.span_scorer import KEPT_PASSAGES, KEPT_QUESTIONS, SpanScorer, load_scorer
from app.retrieval.fusion import Weights
from app.retrieval.retriever import READ, Retriever
from app.retrieval.second_look import Looked, SecondLook, gains, minds_time
from app.retrieval.time_prior import recency_at
from app.retrieval.wish import Wish
from app.service import Service
from app.stores.scope import Scope
from app.text.periods import find_periods
from tests.samples import LOCK, MILL, MUSEUM, RECORDS, ingest_records, opened

QUESTION = "How did the council of Velm vote on the mill?"


class Named:
    """Finds relevant what holds a word; remembers what it was given."""

    name = "named"

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[tuple[str, list[tuple[str, str]]]] = []

    def __call__(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        self.asked.append((question, list(passages)))
        return [float(self.word in text) for _, text in passages]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("reranking")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS)
        service.load_encoder()
        yield service


@pytest.fixture(scope="module")
def scorer() -> SpanScorer:
    return load_scorer(WEIGHTS)


def retriever(service: Service, reranker: Any) -> Retriever:
    made = Retriever(service.stores)
    made.reranker = reranker
    return made


def counted(scorer: SpanScorer, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many passages go through the network, batch by batch."""
    sizes: list[int] = []
    batch = scorer._batch

    def counting(inputs: Sequence[Any]) -> Any:
        sizes.append(len(inputs))
        return batch(inputs)

    monkeypatch.setattr(scorer, "_batch", counting)
    return sizes


def test_what_is_relevant_comes_first_and_nothing_is_lost(service: Service) -> None:
    before = retriever(service, None).rank(QUESTION, Scope(), 20)
    last = before[-1]
    eager = retriever(service, Named(last.text[:40]))
    eager._look = SecondLook(relevant=9.0, relevant_of_old=9.0)
    after = eager.rank(QUESTION, Scope(), 20)
    places = [one.stored.row for one in after]
    assert places[0] == last.stored.row
    assert sorted(places) == sorted(one.stored.row for one in before)
    assert [one.score for one in after] == sorted((one.score for one in after), reverse=True)


def test_readers_weigh_passages_by_what_the_first_stage_gave_them(service: Service) -> None:
    before = {one.stored.row: one.score for one in retriever(service, None).rank(QUESTION, Scope(), 20)}
    after = retriever(service, Named("mill")).rank(QUESTION, Scope(), 20)
    assert {one.stored.row: pytest.approx(one.first_stage) for one in after} == before


def order(likeness: Sequence[float], age_days: Sequence[float], relevance: Sequence[float], timed: bool = False) -> list[int]:
    """Places, best first, after the second look."""
    day = np.array([recency_at(age, Weights().of_time) for age in age_days])
    looked = Looked(np.array(likeness) + day, day, np.array(relevance))
    return np.argsort(-(looked.score + gains(looked, timed, SecondLook(), Weights()))).tolist()


def test_of_two_that_are_alike_the_relevant_one_comes_first() -> None:
    assert order([0.7, 0.7], [3, 3], [0.2, 0.6]) == [1, 0]
    assert order([0.7, 0.7], [300, 300], [0.2, 0.6]) == [1, 0]


def test_where_the_last_weeks_hold_the_story_their_articles_come_first() -> None:
    assert order([0.75, 0.8], [3, 200], [0.3, 0.3]) == [0, 1]


def test_where_only_older_articles_hold_it_recency_of_others_does_not_outweigh_them() -> None:
    likeness, ages = [0.4, 0.8], [3, 200]
    assert order(likeness, ages, [0.1, 0.5]) == [1, 0]
    assert order(likeness, ages, [0.1, 0.5], timed=True) == [0, 1], "the question says which days it is of"


@pytest.mark.parametrize(
    ("wish", "minds"),
    [(Wish(), False), (Wish(newest=True), True), (Wish(first=True), True), (Wish(change=True), True), (Wish(phrases=("a b",)), False)],
)
def test_what_a_question_says_of_time_is_minded(wish: Wish, minds: bool) -> None:
    assert minds_time(wish) is minds


def test_a_period_is_minded_unless_it_is_this_week() -> None:
    today = date(2025, 11, 30)
    (this_week,), (october,) = find_periods("this week", today), find_periods("in October", today)
    assert not minds_time(Wish(period=this_week), today.toordinal())
    assert minds_time(Wish(period=october), today.toordinal())


def test_no_more_passages_are_read_than_its_share(service: Service) -> None:
    reranker = Named("mill")
    retriever(service, reranker).rank("the", Scope(), 200)
    assert all(len(passages) <= READ for _, passages in reranker.asked)


def test_a_follow_up_is_read_once_as_the_question_made_whole(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    reranker = Named("mill")
    monkeypatch.setattr(service._retriever, "reranker", reranker)
    history = [Exchange(question=QUESTION, answer="It voted 14 to 9.")]
    service.search(SearchRequest(question="What will it cost?", history=history))
    ((question, _),) = reranker.asked
    assert "mill" in question and "cost" in question


@pytest.mark.parametrize("question", [QUESTION, "How has the number of engineers changed?", "What is the latest price of a ferry ticket?"])
def test_reader_and_reranker_share_what_the_network_has_read(
    service: Service, scorer: SpanScorer, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    sizes = counted(scorer, monkeypatch)
    monkeypatch.setattr(service._retriever, "reranker", PackagedReranker(scorer))
    monkeypatch.setattr(service, "_reader", NeuralReader(scorer))
    service.search(SearchRequest(question=question))
    read = sum(sizes)
    assert 0 < read <= min(READ, len(RECORDS))
    service.ask(Request(question=question))
    assert sum(sizes) == read


def test_answers_are_read_from_what_the_first_stage_found(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    without = service.look(Request(question=QUESTION))[0]
    reranker = Named(without[-1].text[:40])
    monkeypatch.setattr(service._retriever, "reranker", reranker)
    assert service.look(Request(question=QUESTION))[0] == without
    assert reranker.asked == []


def test_what_was_read_is_kept_for_the_last_questions_alone(scorer: SpanScorer, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = counted(scorer, monkeypatch)
    passages = [("", f"The mill of Velm has {n} wheels.") for n in range(3)]
    first = scorer("How many wheels?", passages)
    again = scorer("How many wheels?", [*reversed(passages), passages[0]])
    assert sizes == [3]
    assert [one.offsets for one in again] == [one.offsets for one in (*reversed(first), first[0])]
    for n in range(KEPT_QUESTIONS):
        scorer(f"Who owns wheel {n}?", passages[:1])
    scorer("How many wheels?", passages[:1])
    assert sum(sizes) == 3 + KEPT_QUESTIONS + 1
    assert len(scorer._kept._questions) == KEPT_QUESTIONS
    assert all(len(kept) <= KEPT_PASSAGES for kept in scorer._kept._questions.values())


def test_a_passage_that_answers_is_more_relevant_than_one_that_does_not(scorer: SpanScorer) -> None:
    passages = [(one["title"], one["text"]) for one in (MUSEUM, MILL, LOCK)]
    relevance = PackagedReranker(scorer)(QUESTION, passages)
    assert max(relevance) == relevance[1]
    assert all(0 <= one <= 1 for one in relevance)
    assert PackagedReranker(scorer)(QUESTION, [("", ""), *passages])[1:] == pytest.approx(relevance, abs=0.05)


def test_a_reranker_that_is_not_there_is_one_line_in_health_and_search_goes_on(tmp_path: Path) -> None:
    with opened(tmp_path / "home", reranker=str(tmp_path / "none")) as service:
        ingest_records(service, tmp_path, RECORDS[:4])
        service.load_search()
        assert "Ranked without a second look" in service.health().detail
        assert service.search(SearchRequest(question=QUESTION))
