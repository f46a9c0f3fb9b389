"""Intervals that hold what they should, and repeat."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals import bootstrap


@settings(max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_a_mean_lies_in_its_interval_and_the_interval_in_the_data(values: list[float]) -> None:
    found = bootstrap.mean(values)
    assert found is not None
    assert found.value == pytest.approx(sum(values) / len(values))
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found == bootstrap.mean(values)


def test_an_interval_is_as_wide_as_theory_says() -> None:
    found = bootstrap.mean([1.0] * 50 + [0.0] * 50)
    assert found is not None
    # 1.96 standard errors of a share of 0.5 among 100.
    assert (found.high - found.low) / 2 == pytest.approx(0.098, abs=0.02)


def test_a_ratio_counts_only_the_questions_with_a_weight() -> None:
    found = bootstrap.mean([1, 0, 0, 1], [1, 1, 0, 2])
    assert found is not None
    assert (found.value, found.n) == (0.5, 3)
    assert bootstrap.mean([0, 0], [0, 0]) is None


def test_a_paired_difference_is_surer_than_two_separate_intervals() -> None:
    theirs = [float(number % 2) for number in range(40)]
    ours = [*theirs[:-6], *([1.0] * 6)]
    found = bootstrap.difference(ours, theirs)
    assert found is not None
    assert found.value == pytest.approx(3 / 40)
    assert found.high - found.low < 0.2
    with pytest.raises(ValueError, match=r"length|longer|shorter"):
        bootstrap.difference(ours, theirs[:-1])


def test_a_median_lies_in_its_interval() -> None:
    found = bootstrap.quantile([3.0, 1.0, 2.0], 0.5)
    assert found is not None
    assert found.low <= found.value == 2 <= found.high
    assert bootstrap.quantile([], 0.5) is None


def test_a_measure_that_is_no_mean_gets_an_interval_from_the_draws_it_can_be_taken_of() -> None:
    values = [1.0, 2.0, 6.0]

    def spread(drawn: npt.NDArray[np.int64]) -> float | None:
        chosen = [values[i] for i in drawn]
        return max(chosen) - min(chosen) if len(set(chosen)) > 1 else None

    found = bootstrap.resampled(3, spread)
    assert found is not None
    assert (found.value, found.low, found.high, found.n) == (5, 1, 5, 3)
    assert bootstrap.resampled(3, lambda drawn: None) is None
    assert bootstrap.resampled(0, lambda drawn: None) is None
