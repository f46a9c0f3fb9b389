"""What short answers say: the same value in other words, what a figure counts, and what in a sentence is only an aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.readers.counted import BARE, COUNTED, OTHER, counts
from app.answering.readers.kinds import places_of_kind
from app.answering.readers.values import read_value, same_value
from app.retrieval.profile import profile
from app.text.numbers import find_numbers


def alike(one: str, two: str) -> bool:
    return same_value(read_value(one), read_value(two))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("more than a thousand", "1,200"),
        ("nearly 1,200", "1,180"),
        ("about 1,200", "1,180"),
        ("up to 1,200", "1,200"),
        ("at least 300", "350"),
        ("less than 300", "280"),
        ("1.2 million", "1,180,000"),
        ("twenty-one", "21"),
        ("a dozen", "12"),
    ],
)
def test_a_hedged_or_rounded_figure_means_the_exact_one(one: str, two: str) -> None:
    assert alike(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("about 1,200", "1,500"),
        ("at least 300", "250"),
        ("at least 300", "3,000"),
        ("less than 300", "310"),
        ("1.2 million", "1.3 million"),
        ("21", "21 million"),
    ],
)
def test_a_hedge_does_not_stretch_to_another_figure(one: str, two: str) -> None:
    assert not alike(one, two)


def test_a_range_means_what_lies_in_it_and_nothing_else() -> None:
    assert alike("10 to 12 million", "11 million")
    assert alike("between 10 and 12 million", "12 million")
    assert not alike("10 to 12 million", "14 million")


def test_a_vote_is_both_its_figures() -> None:
    for same in ("28 votes to 9", "28-9", "28–9", "28"):
        assert alike("28 to 9", same)
    for other in ("28 to 8", "29 to 9", "9"):
        assert not alike("28 to 9", other)


def test_a_change_is_no_range() -> None:
    assert alike("from 8 to 21", "8")
    assert not alike("from 8 to 21", "12")
    assert not same_value(read_value("8 to 21", "The toll rose from "), read_value("12"))


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("$84 million", "84 million dollars", True),
        ("84 million tallars", "84 million", True),
        ("€84 million", "$84 million", False),
        ("5 km", "5 kilometres", True),
        ("five days", "five weeks", False),
        ("12%", "12 per cent", True),
        ("2 per cent", "2 percentage points", False),
        ("-5 degrees", "5 degrees", False),
        ("-5 degrees", "minus 5 degrees", True),
    ],
)
def test_figures_are_the_same_in_one_unit_and_sign_only(one: str, two: str, same: bool) -> None:
    assert alike(one, two) is same


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("3 May", "May 3", True),
        ("3 May", "Sunday, 3 May 2026", True),
        ("in May", "May 2026", True),
        ("May", "3 May", False),
        ("3 May 2025", "3 May 2026", False),
        ("Dolan", "Mayor Mira Dolan", True),
        ("Ilse Dolan", "Mira Dolan", False),
        ("a signal fault", "a fault in a signal", True),
        ("yes", "no", False),
    ],
)
def test_days_names_and_words_are_the_same_by_what_they_fix(one: str, two: str, same: bool) -> None:
    assert alike(one, two) is same


def test_a_hedge_that_stands_before_the_span_counts() -> None:
    assert same_value(read_value("1,200", "It will send about "), read_value("1,180"))
    assert not same_value(read_value("1,200", "It will send exactly "), read_value("1,160"))


FIGURES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "about ", "more than ", "up to ", "at least ", "nearly ", "$", "-", "from ", "between 3 and "]),
    st.one_of(st.integers(0, 3_000_000), st.decimals(0, 1000, places=1)),
    st.sampled_from(["", " per cent", " million", " to 9", " people", "–40", " to 12 million", " km", " percentage points", "th"]),
)
ANYTHING = st.one_of(st.text(max_size=40), FIGURES)


@given(ANYTHING, ANYTHING)
def test_sameness_has_no_order_and_never_fails(one: str, two: str) -> None:
    assert alike(one, two) == alike(two, one)


@given(ANYTHING, st.text(max_size=40))
def test_everything_is_the_same_as_itself_wherever_it_stands(text: str, before: str) -> None:
    assert alike(text, text)
    assert same_value(read_value(text, before), read_value(text, before))


@given(st.integers(10_000, 10**9), st.sampled_from(["", " people", " per cent", " million"]))
def test_a_figure_is_the_same_with_and_without_commas_and_not_the_same_as_its_double(number: int, unit: str) -> None:
    assert alike(f"{number:,}{unit}", f"{number}{unit}")
    assert not alike(f"{number:,}{unit}", f"{2 * number:,}{unit}")


@pytest.mark.parametrize(
    ("question", "sentence", "counted"),
    [
        ("How many homes were damaged?", "The flood damaged 1,180 homes and drove out 4,100 people.", [COUNTED, OTHER]),
        ("How many soldiers will Kaldia send?", "Kaldia sends 1,200 troops in 40 lorries.", [COUNTED, OTHER]),
        ("How many ships wait?", "The number of ships rose to 40.", [COUNTED]),
        ("How many ships wait?", "The number of lorries rose to 40.", [OTHER]),
        ("How many houses burned?", "Some 1,200 young soldiers saved 30 homes.", [OTHER, COUNTED]),
        ("How many homes were damaged?", "Repairs cost 4 million tallars and 12 million dollars.", [OTHER, OTHER]),
        ("How much did it cost?", "It cost 4 million.", [BARE]),
        ("How many were hurt?", "It burned 40.", [BARE]),
    ],
)
def test_a_figure_answers_how_many_of_what_it_counts(question: str, sentence: str, counted: list[float]) -> None:
    asked = profile(question)
    assert [counts(asked, sentence, number) for number in find_numbers(sentence)] == counted


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_a_figure_counts_is_one_of_three_whatever_the_text(question: str, sentence: str) -> None:
    for number in find_numbers(sentence):
        assert counts(profile(f"How many {question}?"), sentence, number) in (COUNTED, BARE, OTHER)


@pytest.mark.parametrize(
    ("question", "sentence", "places"),
    [
        ("How many tonnes were landed in June?", "In June 900 tonnes were landed, 130 tonnes less than in May.", ["900 tonnes"]),
        ("How many tonnes less were landed?", "In June 900 tonnes were landed, 130 tonnes less than in May.", ["900 tonnes", "130 tonnes"]),
        (
            "How many fewer tonnes were landed?",
            "In June 900 tonnes were landed, 130 tonnes less than in May.",
            ["900 tonnes", "130 tonnes"],
        ),
        ("How many runners came?", "Some 340 runners came, most younger than 30.", ["340"]),
        ("How old were the runners?", "Some 340 runners came, most younger than 30.", ["340", "30"]),
        ("How much does the bridge cost?", "It costs 84 million and opens in 40 days.", ["84 million"]),
        ("What share of the workers struck?", "Of 1,800 workers 60 per cent struck.", ["60 per cent"]),
        ("When does it open?", "The mayor opens it on 3 May with 40 guests.", ["3 May"]),
        ("Who opens the mill of Velm?", "Mira Dolan opens the mill of Velm on 3 May.", ["Mira Dolan"]),
    ],
)
def test_only_what_is_of_the_kind_asked_for_can_answer(question: str, sentence: str, places: list[str]) -> None:
    found = places_of_kind(profile(question), sentence)
    assert found is not None
    assert [sentence[place.start : place.end] for place in found] == places


def test_any_words_can_answer_why() -> None:
    assert places_of_kind(profile("Why is the mill closed?"), "It is closed because of 40 faults.") is None
