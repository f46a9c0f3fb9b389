"""Errors that fluent models make over our own articles: what the support check lets in of them, and of right wordings."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from app.article import Article
from app.support.checker import SUPPORTED_AT, SupportChecker
from app.text.sentences import split_sentences
from tests.support_error_rules import HALVES, Row, articles, load, made

KINDS = ["mix", "cause", "hedge", "speaker", "number", "date", "name", "place", "role", "negation", "noun", "generalised", "detail"]
BY_RULE = ["number", "date", "name", "place", "negation"]
"""Kinds that words alone must stop, with whatever stands beside them."""


@pytest.fixture(scope="module")
def known() -> dict[str, Article]:
    return articles()


@cache
def let_in(half: str) -> dict[str, list[bool]]:
    """For each kind of claim whether each is let in, by words alone; the right ones are the kind "right"."""
    checker = SupportChecker()
    found: dict[str, list[bool]] = {}
    for row in load(half):
        found.setdefault(row["kind"], []).append(checker.check(row["source"], row["claim"]).support >= SUPPORTED_AT)
    return found


def caught(half: str, kind: str) -> float:
    told = let_in(half)[kind]
    return 1 - sum(told) / len(told)


def test_there_are_enough_of_every_kind_in_both_halves() -> None:
    rows: list[Row] = [row for half in HALVES for row in load(half)]
    wrong = [row for row in rows if not row["supported"]]
    assert len(wrong) >= 200
    assert sum(row["how"] == "hand" for row in wrong) >= 120
    assert len(rows) - len(wrong) >= 120
    assert len({row["article"] for row in rows}) >= 70
    for half in HALVES:
        counts = Counter(row["kind"] for row in load(half))
        assert set(counts) == {*KINDS, "right"}
        assert min(counts.values()) >= 8


def test_every_source_is_a_few_whole_sentences_of_its_article(known: dict[str, Article]) -> None:
    for row in (row for half in HALVES for row in load(half)):
        text = known[row["article"]].text
        start = text.index(row["source"])
        held = [span for span in split_sentences(text) if span.start < start + len(row["source"]) and start < span.end]
        assert (held[0].start, held[-1].end) == (start, start + len(row["source"])), row["source"]
        assert len(held) <= 3


def test_no_right_claim_is_a_copy_of_its_source_and_none_stands_twice() -> None:
    rows = [row for half in HALVES for row in load(half)]
    assert not any(row["supported"] and row["claim"].rstrip(".") in row["source"] for row in rows)
    assert len({(row["source"], row["claim"]) for row in rows}) == len(rows)
    assert all(row["supported"] == (row["kind"] == "right") for row in rows)


def test_the_halves_share_no_article() -> None:
    seen, unseen = ({row["article"] for row in load(half)} for half in HALVES)
    assert not seen & unseen


@pytest.mark.parametrize("half", HALVES)
def test_what_is_made_by_rule_is_what_the_rules_make(half: str, known: dict[str, Article]) -> None:
    rows = load(half)
    assert made([row for row in rows if row["how"] == "hand"], known) == [row for row in rows if row["how"] == "rule"]


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("kind", BY_RULE)
def test_claims_with_a_wrong_figure_date_name_place_or_negation_are_not_let_in(half: str, kind: str) -> None:
    assert caught(half, kind) >= 0.9
