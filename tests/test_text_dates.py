"""Dates: what is said of year, month, day and weekday; and what only looks like a date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.article import Published
from app.text.dates import DateMention, find_dates


def only(text: str) -> DateMention:
    (mention,) = find_dates(text)
    return mention


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 30 November 2025.", (2025, 11, 30)),
        ("on November 30, 2025", (2025, 11, 30)),
        ("on 2025-11-30", (2025, 11, 30)),
        ("the 5th of May 2001", (2001, 5, 5)),
        ("on Nov. 30", (None, 11, 30)),
        ("start in March and end", (None, 3, None)),
        ("trams by 2028.", (2028, None, None)),
        ("in May 2020", (2020, 5, None)),
        ("the spring 2024 season", (2024, None, None)),
    ],
)
def test_days_months_and_years_are_read(text: str, expected: tuple[int | None, ...]) -> None:
    mention = only(text)
    assert (mention.year, mention.month, mention.day) == expected


def test_weekdays_quarters_seasons_and_decades_are_read() -> None:
    assert only("voted on Tuesday to leave").weekday == 1
    mention = only("on Tuesday, March 3, 2020")
    assert (mention.weekday, mention.day, mention.year) == (1, 3, 2020)
    assert only("the third quarter of 2023").quarter == 3
    assert only("in Q2 2024").quarter == 2
    assert only("by winter 2023").season == "winter"
    assert only("in the 1990s").decade


@pytest.mark.parametrize(
    "text",
    [
        "It may rain.",
        "May I go?",
        "May the best one win.",
        "Theresa May said no.",
        "They march for peace.",
        "March on the hall!",
        "2000 soldiers came",
        "about 1500 came",
        "up to 2000",
        "$1999",
        "1,200 men",
        "3.2020",
        "marching",
        "he sat down",
    ],
)
def test_verbs_surnames_and_counts_are_no_dates(text: str) -> None:
    assert find_dates(text) == []


def test_a_moment_is_a_day_or_a_time_with_its_precision() -> None:
    assert Published.parse("2025-11-30").value == date(2025, 11, 30)
    assert Published.parse("2025-11-30T12:00:00").value == datetime(2025, 11, 30, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="day"):
        Published.parse("2025-11-31")


@given(st.dates(date(1000, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_the_same_in_three_spellings(day: date) -> None:
    month = day.strftime("%B")
    for text in (f"{day.year:04}-{day:%m-%d}", f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}"):
        mention = only(f"on {text} it rained")
        assert (mention.year, mention.month, mention.day) == (day.year, day.month, day.day)


@given(st.text(alphabet=st.sampled_from("0123456789 ,.-May Tuesdmrchovbqjginft"), max_size=60))
def test_spans_are_ordered_and_inside_any_text(text: str) -> None:
    position = 0
    for mention in find_dates(text):
        assert position <= mention.start < mention.end <= len(text)
        position = mention.end
