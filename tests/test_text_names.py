"""Names: found whole, without ordinary words; one country or person told from another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.dates import find_dates
from app.text.names import find_names, names_in_question, same_name
from app.text.words import content_words


def names(text: str) -> list[str]:
    return [name.text for name in find_names(text, find_dates(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council of Velm met Gen. J. K. Harlow on Tuesday.", ["Velm", "J. K. Harlow"]),
        ("Officials in the U.S. said NATO would wait.", ["U.S.", "NATO"]),
        ("Israel's envoy and the Bank of Velm agreed in March.", ["Israel", "Bank of Velm"]),
        ("“Soldiers lied,” Dr. Odell's aide said.", ["Odell"]),
        ("Meanwhile President Ilse Corrin and Ludwig van Osk left.", ["Ilse Corrin", "Ludwig van Osk"]),
        ("Ferries stopped. The ferries will sail again.", []),
        ("I think I'm late.", []),
    ],
)
def test_names_are_found_whole_and_ordinary_openers_are_not_names(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_lone_word_that_opens_a_sentence_is_a_name_but_not_a_sure_one() -> None:
    (first, second) = find_names("Torrin lost. Yesterday Torrin won.")
    assert (first.text, first.sure, second.sure) == ("Torrin", False, True)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Indonesia", "Indonesian"),
        ("Indonesians", "Indonesia"),
        ("France", "French"),
        ("U.S.", "American"),
        ("the United States", "US"),
        ("UN", "United Nations"),
        ("HGA", "Harbour Guard Agency"),
        ("Corrin", "Ilse Corrin"),
        ("I. Corrin", "Ilse Corrin"),
        ("President Corrin", "Ilse Corrin"),
        ("Velm", "Velmian"),
        ("Valdora", "Valdoran"),
        ("Foreign Ministry", "Torrin Foreign Ministry"),
        ("José", "Jose"),
    ],
)
def test_two_forms_of_one_name_are_the_same(one: str, two: str) -> None:
    assert same_name(one, two) and same_name(two, one)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Indonesia", "Malaysia"),
        ("Austria", "Australia"),
        ("Niger", "Nigeria"),
        ("Iran", "Iraq"),
        ("Slovakia", "Slovenia"),
        ("Mali", "Malawi"),
        ("North Korea", "South Korea"),
        ("Sudan", "South Sudan"),
        ("Jan Corrin", "Ilse Corrin"),
        ("Washington", "Washington Post"),
        ("York", "New York"),
        ("Velm", "Torrin"),
        ("Bank of Velm", "Bank of Torrin"),
    ],
)
def test_names_that_look_alike_are_not_the_same(one: str, two: str) -> None:
    assert not same_name(one, two) and not same_name(two, one)


def test_a_question_in_lower_case_still_names_countries_and_known_names() -> None:
    found = names_in_question("how many soldiers does indonesia send to velm bay", {"velm bay"})
    assert [name.text for name in found] == ["indonesia", "velm bay"]
    assert names_in_question("tell us about turkey sandwiches") == []


PIECES = st.lists(
    st.sampled_from(
        ["Osric", "Tallow", "O’Neill", "the", "of", "Velm", "Mr", "J.", "U.S.", "Port", "Monday", "3 May", "said", ".", ",", "é", "“", "🙂"]
    ),
    max_size=14,
).map(" ".join)


@given(st.one_of(PIECES, st.text(max_size=80)))
def test_name_spans_are_ordered_and_give_their_text(text: str) -> None:
    position = 0
    for name in find_names(text, find_dates(text)):
        assert position <= name.start < name.end <= len(text)
        assert text[name.start : name.end] == name.text
        position = name.end


@given(st.one_of(PIECES, st.text(max_size=20)), st.one_of(PIECES, st.text(max_size=20)))
def test_sameness_goes_both_ways(one: str, two: str) -> None:
    assert same_name(one, one)
    assert same_name(one, two) == same_name(two, one)


def test_content_words_are_stems_without_stop_words() -> None:
    assert content_words("The soldiers were running to the café, they said.") == ["soldier", "run", "cafe"]
