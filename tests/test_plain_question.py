"""A question on change, dispute or the newest state, as it is put to each single article."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieval.plain_question import asks_for_the_state, plain_question
from app.retrieval.profile import profile


def plain(question: str) -> str:
    return plain_question(profile(question)).text


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How has the cost of the bridge changed?", "What is the cost of the bridge?"),
        ("How has the cost of the bridge changed over time?", "What is the cost of the bridge?"),
        ("How did the death toll change over the course of the week?", "What is the death toll?"),
        ("And how has the fare risen since 2020?", "What is the fare?"),
        ("What happened to the price of bread?", "What is the price of bread?"),
        ("What is the history of the budget of the museum?", "What is the budget of the museum?"),
        ("What has changed in the plan for the mill?", "What is the plan for the mill?"),
        (
            "How has the number of engineers that Kaldia plans to send changed?",
            "What is the number of engineers that Kaldia plans to send?",
        ),
    ],
)
def test_how_something_changed_asks_each_article_what_it_is(question: str, asked: str) -> None:
    assert plain(question) == asked


@pytest.mark.parametrize("question", ["How has the date of the opening changed?", "How has the opening of the tunnel been put off?"])
def test_how_a_day_was_moved_asks_each_article_for_a_day(question: str) -> None:
    asked = plain_question(profile(question))
    assert asked.text.startswith("When is the ")
    assert asked.kind == "date"


@pytest.mark.parametrize(
    "question",
    ["How has the cost of the bridge changed?", "What happened to the price of bread?", "How much did the rent rise?"],
)
def test_how_a_figure_changed_asks_each_article_for_a_figure(question: str) -> None:
    assert plain_question(profile(question)).kind == "number"


@pytest.mark.parametrize(
    ("question", "asked", "kind"),
    [
        ("Do the sources disagree on how many people marched?", "How many people marched?", "number"),
        ("Where do the reports differ on who started the fire?", "Who started the fire?", "name"),
        ("On the number of marchers, do police and organisers disagree?", "What is the number of marchers?", "number"),
        ("What do the two sides say about the pay offer?", "What is the pay offer?", "number"),
    ],
)
def test_a_question_on_a_dispute_asks_each_article_what_is_disputed(question: str, asked: str, kind: str) -> None:
    found = plain_question(profile(question))
    assert (found.text, found.kind) == (asked, kind)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is the current cost of the bridge?", "What is the cost of the bridge?"),
        ("How many dockers are on strike at the moment?", "How many dockers are on strike?"),
        ("How many people are currently missing?", "How many people are missing?"),
        ("Who is the current mayor of Velm?", "Who is the mayor of Velm?"),
        ("What was the original cost of the bridge?", "What was the cost of the bridge?"),
        ("How much was the bridge originally to cost?", "How much was the bridge to cost?"),
    ],
)
def test_words_of_the_newest_or_the_first_state_are_taken_off_and_the_kind_stays(question: str, asked: str) -> None:
    before = profile(question)
    after = plain_question(before)
    assert after.text == asked
    assert after.kind == before.kind


@pytest.mark.parametrize(
    "question",
    [
        "How many dockers are on strike?",
        "When does the mill close?",
        "Why has the cost of the bridge changed?",
        "Has the cost of the bridge changed?",
        "Did the company deny the claim?",
        "What happened to Joren Aldwick?",
        "What is the latest on the strike in Velm?",
    ],
)
def test_every_other_question_is_put_as_it_was_asked(question: str) -> None:
    asked = profile(question)
    assert plain_question(asked) is asked


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest on the strike in Velm?",
        "What's happening in Velm?",
        "What is the current situation in Velm?",
        "News on the strike",
        "Where does the strike stand?",
    ],
)
def test_a_question_on_how_a_story_stands_is_known(question: str) -> None:
    assert asks_for_the_state(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest estimate of the cost?",
        "Who is the current mayor of Velm?",
        "How has the cost changed?",
        "Where does the river rise?",
    ],
)
def test_a_question_on_one_fact_does_not_ask_for_the_state(question: str) -> None:
    assert not asks_for_the_state(question)


WORDS = st.sampled_from(
    [
        *("how", "has", "what", "is", "who", "the latest", "current", "cost", "of", "bridge", "changed", "over time", "since 2020"),
        *("happened to", "disagree", "on", "originally", "right now", "?", ",", "Velm"),
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join)))
def test_a_question_never_gets_lost_and_is_stays_a_question(question: str) -> None:
    asked = profile(question)
    once = plain_question(asked)
    if re.search(r"\w", question):
        assert re.search(r"\w", once.text)
    if once is not asked:
        assert once.text.endswith("?")
        assert once.text[0] == once.text[0].upper()
