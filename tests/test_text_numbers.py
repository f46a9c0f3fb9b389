"""Figures: exact values, units, hedges, pairs; and what is no figure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.numbers import Number, find_numbers


def only(text: str) -> Number:
    (number,) = find_numbers(text)
    return number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20,000 soldiers", 20_000),
        ("20 000 soldiers", 20_000),
        ("3.2 million", 3_200_000),
        ("1.5bn", 1_500_000_000),
        ("three brigades", 3),
        ("twenty-three ships", 23),
        ("two hundred and five thousand", 205_000),
        ("half a million", 500_000),
        ("two dozen eggs", 24),
        ("a hundred men", 100),
        ("some 1,20,000 voters", 120_000),
        ("-3 degrees", -3),
        ("200+ guests", 200),
    ],
)
def test_values_are_exact_in_digits_and_in_words(text: str, value: int) -> None:
    assert only(text).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        ("45%", "percent", None),
        ("45 per cent", "percent", None),
        ("2 percentage points", "percent", "point"),
        ("$3m", "money", "dollar"),
        ("3.2 million crowns", "money", "crown"),
        ("£1.5bn", "money", "pound"),
        ("12 km", "plain", "kilometre"),
        ("the 22nd", "ordinal", None),
        ("the third man", "ordinal", None),
        ("two-thirds of them", "fraction", None),
        ("at 7:30 p.m.", "time", None),
    ],
)
def test_units_and_kinds_are_kept(text: str, kind: str, unit: str | None) -> None:
    assert (only(text).kind, only(text).unit) == (kind, unit)


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("up to 20,000", "most"),
        ("as many as 300", "most"),
        ("no more than five", "most"),
        ("more than 3 million", "more"),
        ("at least 5", "least"),
        ("no fewer than 5", "least"),
        ("nearly a hundred", "nearly"),
        ("fewer than 10", "less"),
        ("about 1,200", "about"),
        ("some 210 people", "about"),
        ("exactly 9", "exactly"),
        ("the 9 boats", None),
    ],
)
def test_hedges_stay_with_their_figure(text: str, hedge: str | None) -> None:
    assert only(text).hedge == hedge


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("voted 14 to 9", [14, 9]),
        ("10-12 percent", [10, 12]),
        ("5 to 7 million people", [5_000_000, 7_000_000]),
        ("between 5 and 10 boats", [5, 10]),
    ],
)
def test_pairs_and_ranges_keep_their_order_and_share_what_follows(text: str, values: list[int]) -> None:
    found = find_numbers(text)
    assert [number.value for number in found] == values
    assert {number.group for number in found} == {1}
    assert len({number.kind for number in found}) == 1


@pytest.mark.parametrize(
    "text", ["no one came", "one of them left", "the F-16 and the G20", "Covid-19", "in March 2024", "hundreds of people", "a 5G mast"]
)
def test_pronouns_model_names_and_dates_are_no_figures(text: str) -> None:
    assert find_numbers(text) == []


@given(st.integers(0, 10**12))
def test_a_figure_with_separators_reads_as_itself(value: int) -> None:
    assert only(f"They counted {value:,} ballots.").value == value


@given(st.text(alphabet=st.sampled_from("0123456789 ,.-%$£mbnk toandfirstwhlqe:"), max_size=60))
def test_spans_are_ordered_and_inside_any_text(text: str) -> None:
    position = 0
    for number in find_numbers(text):
        assert position <= number.start < number.end <= len(text)
        position = number.end
