"""Months by name, and days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.dates import find_dates
from app.text.months import MONTHS, day_words, month_number, month_words


def test_days_are_written_as_people_write_them() -> None:
    day = date(2025, 11, 3)
    assert (day_words(day), day_words(day, year=False), day_words(day, full=True)) == ("3 Nov 2025", "3 Nov", "3 November 2025")
    assert (month_words(day), month_words(day, year=False), month_words(day, full=True)) == ("Nov 2025", "Nov", "November 2025")


@given(st.dates(date(1000, 1, 1), date(2099, 12, 31)))
def test_a_day_that_is_written_in_full_is_found_again(day: date) -> None:
    found = find_dates(day_words(day, full=True))
    assert [(one.day, one.month, one.year) for one in found] == [(day.day, day.month, day.year)]


def test_a_month_is_known_by_its_first_three_letters() -> None:
    assert [month_number(name) for name in MONTHS] == list(range(1, 13))
    assert month_number("Sept.") == 9
    with pytest.raises(KeyError):
        month_number("smarch")
