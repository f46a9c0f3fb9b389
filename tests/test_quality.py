"""One guard over quality: a dozen fixed questions of `corpus/` whose answers must stand, read with the shipped models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answer import Answer, Request
from app.encoding import Encoder
from app.service import Service
from tests.samples import opened

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"

STAND = [
    ("Who runs the compensation fund for people hit by the December flood?", None, "Osric Bellane", "flood-relief-apa"),
    ("How many people were killed in the December flood?", None, "eight", "flood-inquiry-opens"),
    ("What will it cost to spend a night at the Saltern Point lighthouse?", None, "95 tallars", "saltern-lighthouse"),
    ("Who told the press that nobody had bothered to look for the clay?", None, "Virtell", "crossing-audit"),
    ("Who announced that the bridge opening fair had been called off a second time?", None, "Rosalind Keppe", "crossing-november"),
    ("Which party has the most seats on the new Vantry council?", "2025-11-28", "Labour Front", "vantry-council-result"),
    ("When do the extra ferry sailings to Eskerby start?", None, "2 May", "ferry-timetable"),
    ("How many troops does the State Department think Indonesia will send to Gaza to begin with?", None, "1,200", "gaza-stabilization"),
]
SILENT = ["Who won the chess tournament in Oakhaven?", "What is the capital of Peru?"]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Service]:
    """The corpus, ingested once, with the reader that is shipped."""
    with opened(tmp_path_factory.mktemp("corpus") / "home", encoder=encoder) as service:
        service.ingest([ARTICLES])
        service.load_models()
        yield service


def ask(corpus: Service, question: str, as_of: str | None = None) -> Answer:
    return corpus.ask(Request(question=question, as_of=as_of))


@pytest.mark.parametrize(("question", "as_of", "short", "cited"), STAND)
def test_a_plain_question_gets_its_answer_from_the_article_that_says_it(
    corpus: Service, question: str, as_of: str | None, short: str, cited: str
) -> None:
    answer = ask(corpus, question, as_of)
    assert answer.short is not None and short in answer.short.text
    assert cited in (answer.short.citation.url or "")


@pytest.mark.parametrize("question", SILENT)
def test_what_the_articles_do_not_say_gets_no_answer(corpus: Service, question: str) -> None:
    answer = ask(corpus, question)
    assert answer.abstained and not answer.sentences


def test_a_change_is_told_with_the_newest_value_first(corpus: Service) -> None:
    (conflict,) = ask(corpus, "What happened to the size of the flood relief fund between December and January?").conflicts
    assert (conflict.kind, [one.value for one in conflict.claims]) == ("change", ["40 million", "25 million"])
    assert [one.earlier for one in conflict.claims] == [False, True]


def test_sources_that_cannot_both_be_right_are_told_side_by_side(corpus: Service) -> None:
    (conflict,) = ask(corpus, "How many passengers were on the Halcyon when she ran aground?").conflicts
    assert conflict.kind == "disagreement"
    assert {one.value.split()[0] for one in conflict.claims} == {"214", "239"}
    assert not any(one.earlier for one in conflict.claims)


def test_examples_are_of_different_kinds_and_answered_for_sure(corpus: Service) -> None:
    corpus.try_examples()
    examples = corpus.examples()
    assert [one.why.split(":")[0] for one in examples] == ["A figure", "A name", "A day", "A figure that changed"]
    assert len({one.question.split()[0] for one in examples}) >= 3
    for example in examples:
        answer = ask(corpus, example.question)
        assert not answer.abstained and answer.short is not None and answer.confidence >= 0.5, example.question
        assert [one.kind for one in answer.conflicts] == (["change"] if "changed" in example.question else []), example.question
