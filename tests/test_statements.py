"""One value as one article tells it: as it stands, as overtaken, as new, or as a correction, and of which day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.answering.readers.reading import Found
from app.answering.statements import Statement, statement_of
from app.article import Span
from tests.test_readers import found, ranked

DAY = "2026-01-05"


def stated(text: str, words: str, title: str = "News", day: str = DAY) -> Statement:
    return statement_of(found(ranked(text, title=title, day=day), words, 9.0))


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("The cost rose from 84 million to 118 million.", "84 million", "118 million"),
        ("The bridge will cost 118 million instead of 84 million.", "84 million", "118 million"),
        ("The toll was 21, not eight.", "eight", "21"),
        ("The opening was put off from 3 May to 9 June.", "3 May", "9 June"),
        ("The opening, first planned for 3 May, is now on 9 June.", "3 May", "9 June"),
        ("Rangers counted 34 wolves, more than the 21 they counted in 2024.", "21", "34"),
        ("The fare fell from about 9 tallars to 7 tallars.", "9 tallars", "7 tallars"),
        ("Correction: the toll is 21, not 8 as we reported.", "8", "21"),
    ],
)
def test_of_two_values_in_one_sentence_the_overtaken_one_is_old_and_the_other_new(text: str, old: str, new: str) -> None:
    overtaken, standing = stated(text, old), stated(text, new)
    assert (overtaken.stale, overtaken.fresh) == (True, False)
    assert (standing.stale, standing.fresh) == (False, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The bridge will cost 118 million, up from 84 million.", "84 million"),
        ("The fee will be 12 tallars, previously 9 tallars.", "9 tallars"),
        ("The ministry had said that 300 jobs would go.", "300"),
        ("The ministry originally planned 300 jobs.", "300"),
        ("Until now planned for 300 guests, the hall will be bigger.", "300"),
        ("The original budget was 84 million.", "84 million"),
        ("An earlier estimate put the loss at 5 million.", "5 million"),
        ("The 40 tonnes first reported were an error.", "40 tonnes"),
        ("The figure of 40 was wrong.", "40"),
        ("An earlier version of this article said that 8 people had died.", "8"),
        ("We wrongly reported that 8 people had died.", "8"),
        ("The concert was due on 3 May.", "3 May"),
    ],
)
def test_what_is_told_of_the_past_is_overtaken(text: str, words: str) -> None:
    one = stated(text, words)
    assert one.stale
    assert not one.fresh


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The toll now stands at 21.", "21"),
        ("The offer was raised to 4 per cent.", "4 per cent"),
        ("The new estimate is 118 million.", "118 million"),
        ("The opening was postponed until 9 June.", "9 June"),
        ("The tunnel opens on 9 June, five weeks later than planned.", "9 June"),
    ],
)
def test_what_is_told_as_the_latest_is_new(text: str, words: str) -> None:
    one = stated(text, words)
    assert one.fresh
    assert not one.stale


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The bridge cost 84 million.", "84 million"),
        ("He drove from Velm to Oakhaven in 4 hours.", "4 hours"),
        ("The train from Velm carried 300 people.", "300"),
        ("Between 300 and 400 people came.", "300"),
        ("Prison officers of the corrections department counted 40.", "40"),
        ("The bridge will cost 118 million, up from 84 million.", "118 million"),
    ],
)
def test_a_plain_statement_is_neither_old_nor_new_nor_a_correction(text: str, words: str) -> None:
    one = stated(text, words)
    assert (one.stale, one.fresh, one.corrects) == (False, False, False)


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("News", "Correction: the toll is 21.", "21"),
        ("News", "Correction: the toll is 48, not 84 as we reported.", "48"),
        ("News", "The board corrected the figure to 21.", "21"),
        ("News", "We wrongly reported that 8 people had died. The correct number is 21.", "21"),
        ("Correction", "The bridge will cost 48 million tallars.", "48 million"),
        ("News", "Clarification on our report of Monday.\n\nThe hall holds 300 guests.", "300"),
    ],
)
def test_the_right_value_of_a_correction_corrects(title: str, text: str, words: str) -> None:
    one = stated(text, words, title)
    assert one.corrects
    assert not one.stale


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("News", "We wrongly reported that 8 people had died. The correct number is 21.", "8"),
        ("Correction", "An article in this newspaper gave the toll as 8.", "8"),
        ("Correction", "On Monday we said the bridge would cost 84 million.", "84 million"),
        ("News", "Correction: the toll is 48, not 84 as we reported.", "84"),
    ],
)
def test_the_wrong_value_of_a_correction_is_taken_back_and_corrects_nothing(title: str, text: str, words: str) -> None:
    one = stated(text, words, title)
    assert one.stale
    assert not one.corrects


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("The ministry had said on 4 December that 300 jobs would go.", "300", date(2025, 12, 4)),
        ("Previously, on 2 January, 300 jobs were at risk.", "300", date(2026, 1, 2)),
        ("The ministry said on 4 December that 300 jobs would go.", "300", date(2025, 12, 4)),
        ("The cost is 118 million, up from 84 million in October 2024.", "84 million", date(2024, 10, 1)),
        ("By 9 December eight people had died.", "eight", date(2025, 12, 9)),
    ],
)
def test_a_value_is_of_the_day_that_its_clause_names(text: str, words: str, day: date) -> None:
    assert stated(text, words).day == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The ministry had said that 300 jobs would go.", "300"),
        ("The works begin on 1 March; the original budget was 84 million.", "84 million"),
        ("The bridge cost 84 million.", "84 million"),
        ("The flood, on the night of 7 December, killed eight people.", "eight"),
        ("The flood killed eight people on 7 December.", "eight"),
        ("On 7 December 40 people were injured.", "40"),
    ],
)
def test_every_other_value_is_of_the_articles_day(text: str, words: str) -> None:
    assert stated(text, words).day == date(2026, 1, 5)


def test_an_overtaken_value_is_never_of_a_day_after_the_article() -> None:
    assert stated("The ministry had said on 4 December that 300 jobs would go.", "300", day="2026-12-01").day == date(2025, 12, 4)
    assert stated("The ministry had said on 30 February that 300 jobs would go.", "300").day == date(2026, 1, 5)


def test_a_statement_knows_who_made_it() -> None:
    one = stated("The board said the bridge will cost 84 million.", "84 million")
    assert one.speaker == "The board"
    assert stated("The bridge cost 84 million.", "84 million").speaker is None


PIECES = st.sampled_from(
    [
        "from",
        "to",
        "not",
        "8",
        "21",
        "84 million",
        "3 May",
        "now",
        "had said",
        "Correction:",
        "rose",
        "first",
        ",",
        ";",
        ".",
        "\n",
        "“",
        "was",
        "🙂",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, min_size=1, max_size=16).map(" ".join)), st.integers(0, 60), st.integers(1, 12))
@example("34 tonnes was not 21 now", 0, 2)
def test_nothing_is_both_old_and_new_and_no_day_lies_ahead_whatever_the_text(text: str, at: int, length: int) -> None:
    passage = ranked(text, day=DAY)
    for sentence in passage.stored.passage.sentences:
        start = min(sentence.start + at, sentence.end - 1)
        one = statement_of(Found(passage, sentence, Span(start, min(start + length, sentence.end)), 1.0))
        assert not (one.stale and (one.fresh or one.corrects))
        assert one.day is not None and one.day <= date(2026, 1, 5)
