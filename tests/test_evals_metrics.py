"""What counts as the same answer, and how answers, orders and silence are scored."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.abstention import Outcome, abstention_precision, abstention_recall, area_under, risk_coverage, roc_auc
from evals.metrics import contains, exact_match, token_f1, words
from evals.normalising import normalise
from evals.ranking import article_order, rank_values

SAME = [
    ("1,200", "1200"),
    ("twelve hundred", "1,200"),
    ("two", "2"),
    ("Twenty-one", "21"),
    ("one hundred and five", "105"),
    ("$1.02 billion", "1,020,000,000"),
    ("€4.5m", "4.5 million"),
    ("5bn", "five billion"),
    ("38%", "38 per cent"),
    ("38 percent", "38 per cent"),
    ("12.50", "12.5"),
    ("April 18", "18 Apr."),
    ("18th April 2025", "2025-04-18"),
    ("U.S.", "the US"),
    ("Málaga’s", "malagas"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_answer_are_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("5.9", "59"), ("ten two", "12"), ("2 and 3", "5"), ("May", "may 3"), ("1,20", "120"), ("30 5", "35")]
)
def test_different_answers_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.integers(0, 10**13))
def test_a_whole_number_equals_itself_with_grouped_digits(number: int) -> None:
    assert normalise(f"{number:,}") == normalise(str(number)) == [str(number)]


@given(st.text(max_size=80))
def test_normalising_reads_any_text_and_is_stable(text: str) -> None:
    once = normalise(text)
    assert all(token == token.strip() and token for token in once)
    assert contains(text, [[text]], first=None) == bool(once)


def test_a_gold_answer_counts_only_among_the_first_words() -> None:
    late = "word " * 60 + "Lisbon"
    assert contains("It was Lisbon.", [["Lisbon"]])
    assert not contains(late, [["Lisbon"]])
    assert contains(late, [["Lisbon"]], first=None)


def test_a_gold_answer_is_matched_by_whole_words() -> None:
    assert not contains("It cost 1,200 crowns", [["200"]])
    assert not contains("The Lisboners left", [["Lisbon"]])
    assert not contains("first New, then York", [["New York"]])


def test_all_groups_must_be_met_each_by_any_spelling() -> None:
    gold = [["84 million", "84m"], ["97 million"]]
    assert contains("From 84 million it rose to 97 million.", gold)
    assert not contains("It rose to 97 million.", gold)
    assert not contains("anything", [])


def test_exact_match_and_f1_by_hand() -> None:
    assert exact_match("The Old Bridge.", [["bridge", "old bridge"]])
    assert not exact_match("The Old Bridge fell", [["old bridge"]])
    # Two of the three words given are gold, both gold words are given: precision 2/3, recall 1.
    assert token_f1("old bridge fell", [["the old bridge"]]) == pytest.approx(0.8)
    assert token_f1("nothing shared", [["old bridge"]]) == 0
    assert token_f1("84 97", [["84", "eighty four"], ["97"]]) == 1
    assert words(" two  words\n") == 2


def test_articles_are_ranked_by_their_best_passage_and_copies_count_once() -> None:
    assert article_order(["a", "b", "a", "copy of b", "c"], lambda key: key.removeprefix("copy of ")) == ["a", "b", "c"]


def test_rank_measures_by_hand() -> None:
    values = rank_values([["x", "g", "y"], ["g", "h"], [], ["x"]], [{"g"}, {"g", "h"}, {"g"}, set()])
    assert values["hit@1"] == [0, 1, 0, 0]
    assert values["hit@5"] == [1, 1, 0, 0]
    assert values["MRR@10"] == [0.5, 1, 0, 0]
    # One right article at the second place: 1 / log2(3) of the best possible.
    assert values["nDCG@10"] == [pytest.approx(0.6309, abs=1e-4), 1, 0, 0]


def test_a_hit_below_the_tenth_article_does_not_count() -> None:
    order = [f"x{place}" for place in range(10)] + ["g"]
    assert all(value == [0.0] for value in rank_values([order], [{"g"}]).values())


def test_abstention_precision_and_recall_by_hand() -> None:
    outcomes = [
        Outcome(answerable=False, abstained=True, right_words=False),
        Outcome(answerable=False, abstained=False, right_words=False),
        Outcome(answerable=True, abstained=True, right_words=False),
        Outcome(answerable=True, abstained=False, right_words=True),
    ]
    assert [outcome.right for outcome in outcomes] == [True, False, False, True]
    right, silent = abstention_precision(outcomes)
    assert sum(right) / sum(silent) == 0.5
    right, unanswerable = abstention_recall(outcomes)
    assert sum(right) / sum(unanswerable) == 0.5


def test_the_risk_curve_by_hand() -> None:
    curve = risk_coverage([True, False, False, True], [0.1, 0.9, 0.8, 0.7])
    assert curve == [(0.25, 0), (0.5, 0), (0.75, pytest.approx(1 / 3)), (1, 0.5)]
    assert area_under(curve) == pytest.approx((1 / 3 + 0.5) / 4)


def test_the_auc_by_hand() -> None:
    # Of the four pairs 0.9 beats both silent ones, 0.5 beats one and equals the other: 3.5 of 4.
    assert roc_auc([True, True, False, False], [0.9, 0.5, 0.5, 0.1]) == pytest.approx(3.5 / 4)
    assert roc_auc([False, True], [0.9, 0.1]) == 0
    assert roc_auc([True, False, True], [0.4, 0.4, 0.4]) == 0.5
    assert roc_auc([True, True], [0.9, 0.1]) is None
    assert roc_auc([], []) is None


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=30), st.randoms())
def test_the_risk_curve_does_not_depend_on_the_order_of_equals(pairs: list[tuple[bool, float]], random: Random) -> None:
    shuffled = pairs[:]
    random.shuffle(shuffled)
    one = risk_coverage([bad for bad, _ in pairs], [sure for _, sure in pairs])
    other = risk_coverage([bad for bad, _ in shuffled], [sure for _, sure in shuffled])
    assert [risk for _, risk in one] == pytest.approx([risk for _, risk in other])
    assert one[-1] == (1, pytest.approx(sum(bad for bad, _ in pairs) / len(pairs)))
