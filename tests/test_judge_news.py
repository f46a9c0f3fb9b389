"""The pairs that the judge learns from: wrong in a known place, and in wordings that are as often right."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.article import Article
from app.reading.dispatch import read_path
from training.judge_edits import Change, Material, applied, draw_edit, material
from training.judge_news import story_rows
from training.judge_rows import SUPPORTED, Row
from training.judge_wording import draw_wording

SENTENCE = "The council of Ostrand did not approve 14 new boats on Thursday, Ilva Marrick said, but it may sell the old harbour to Torrin."


@pytest.fixture(scope="module")
def corpus() -> list[dict[str, Any]]:
    read = [one for one in read_path(Path("corpus")) if isinstance(one, Article) and one.published is not None]
    found = [
        {"title": one.title, "text": one.text, "published": str(one.published.day)}
        for one in read
        if one.published is not None and len(one.text) > 400
    ]
    assert len(found) > 30
    return found


@pytest.fixture(scope="module")
def rows(corpus: list[dict[str, Any]]) -> list[Row]:
    return list(story_rows(corpus, random.Random(3)))


def test_every_wrong_wording_is_right_of_another_window(rows: list[Row]) -> None:
    wrong = [row for row in rows if row.label != SUPPORTED]
    right = {row.claim for row in rows if row.label == SUPPORTED}
    assert len(wrong) > 100
    assert [row.claim for row in wrong if row.claim not in right] == []


def test_the_words_marked_as_wrong_are_not_in_the_window_as_they_stand(rows: list[Row]) -> None:
    marked = [row for row in rows if row.edited and row.kind.split()[1] in {"number", "name", "place", "date"}]
    assert len(marked) > 20
    for row in marked:
        for start, end in row.edited or ():
            assert 0 <= start < end <= len(row.claim)
        assert row.claim not in row.source


def test_kinds_of_error_that_news_allows_are_all_made(rows: list[Row]) -> None:
    made = {row.kind.split()[1] for row in rows if row.kind.startswith("news ")}
    assert made >= {"true", "number", "date", "name", "negation", "hedge", "opposite", "noun", "cause", "mix", "detail"}


def test_rows_of_one_week_stay_together(rows: list[Row]) -> None:
    for group in {row.group for row in rows}:
        assert len({(row.held, row.reports) for row in rows if row.group == group}) == 1


def test_what_is_left_out_marks_the_word_behind_it() -> None:
    text, wrong = applied("It may close.", [Change(3, 7, "")]) or ("", ())
    assert text == "It close."
    assert [text[start:end] for start, end in wrong] == ["close"]


def test_changes_that_overlap_are_not_made() -> None:
    assert applied("It may close.", [Change(0, 6, "a"), Change(3, 8, "b")]) is None


@given(st.integers(0, 10_000))
def test_an_edit_keeps_its_place_among_safe_changes(seed: int) -> None:
    rng = random.Random(seed)
    story = material({"text": SENTENCE + " The bishop closed the mill on 3 May 2024 in Velm."}, [], {})
    safe = draw_wording(SENTENCE, rng)
    edit = draw_edit(SENTENCE, story, {}, rng, safe)
    assert edit is not None
    found = applied(SENTENCE, [*safe, *edit.changes])
    assert found is not None
    text, wrong = found
    assert text != (applied(SENTENCE, safe) or ("",))[0]
    assert len(wrong) == len(edit.changes)
    for (start, end), change in zip(wrong, sorted(edit.changes, key=lambda one: one.start), strict=True):
        assert text[start:end].startswith(change.new)


def test_a_sentence_that_offers_nothing_to_change_is_left_alone() -> None:
    assert draw_edit("So it goes?", Material(), {}, random.Random(1)) is None
