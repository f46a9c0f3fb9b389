"""Sentences: exact spans, and the usual traps of news prose."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[one.start : one.end] for one in split_sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. President met Gen. J. K. Harlow on Jan. 5 in St. Olm.", "He said 3.2 million was too much."],
        ["The vote ended at 5 p.m. Tuesday.", "Officials left at 6 p.m.", "Nobody stayed."],
        ["Acme Inc. said so.", "He works for Acme Inc.", "It pays well."],
        ['"Why now?" he asked.', "“That is the problem… no one wants it.”", "He left!"],
        ["“We will not go,” the envoy said.", "“Not today!” he added.", "The hall was silent."],
        ["He moved to the U.S.", "The family followed."],
        ["Was it over?!", "It was not...", "Nobody knew."],
        ["The No. 5 tram was late.", "No.", "It was early."],
        ["They met in 2024.", "The bridge opened a year later."],
        ["(He did not come.)", "She did."],
        ["Yahoo! said it would close.", "iPhone sales rose."],
        ["The clause in Art. 12 stays, e.g. for ships.", "Mr. Odell v. Harn was heard."],
    ],
)
def test_news_prose_is_cut_where_a_reader_would_cut_it(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_line_break_ends_a_sentence_so_headings_and_list_items_stand_alone() -> None:
    text = "A heading without a stop\n\nThe story begins here\r\n1. First point\n2. Second point\u2028End"
    assert sentences(text) == ["A heading without a stop", "The story begins here", "1. First point", "2. Second point", "End"]


def test_empty_text_has_no_sentences() -> None:
    assert sentences("") == sentences(" \n\t ") == []


traps = st.sampled_from(["U.S. ", "Dr. ", "p.m. The", "3.2 ", '." ', "\x1c"])
pieces = st.one_of(st.text(), st.text(alphabet="aB1.!?…\"”“'() \n\r\u2028\x85"), traps)


@given(st.lists(pieces).map("".join))
def test_spans_are_ordered_trimmed_and_leave_only_white_space_between(text: str) -> None:
    position = 0
    for one in split_sentences(text):
        assert position <= one.start < one.end <= len(text)
        assert not text[position : one.start].strip()
        assert text[one.start : one.end] == text[one.start : one.end].strip()
        position = one.end
    assert not text[position:].strip()


def test_a_single_huge_line_takes_time_in_proportion() -> None:
    text = "The ferry was late again. " * 40_000
    begun = time.process_time()
    assert len(split_sentences(text)) == 40_000
    assert time.process_time() - begun < 2
