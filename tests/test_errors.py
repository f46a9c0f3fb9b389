"""What is told of the errors of others."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import first_line


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no such table: articles.", "no such table: articles"),
        ("\n  connection refused.\n\tIs the server running?", "connection refused"),
        ("", "OSError"),
        (" \n", "OSError"),
        ("...", "OSError"),
    ],
)
def test_an_error_is_told_by_its_first_line_and_by_its_kind_where_it_says_nothing(said: str, told: str) -> None:
    assert first_line(OSError(said)) == told


@given(st.text())
@example("\x85")
def test_whatever_an_error_says_one_line_is_told(said: str) -> None:
    told = first_line(ValueError(said))
    assert 1 <= len(told) <= 200 and len(told.splitlines()) == 1
