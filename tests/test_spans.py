"""The spans of a passage: of each sentence the best, and each figure or day of it alone."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.answering.readers.spans import SpanFound, spans_of
from app.encoding.span_scorer import PassageScores
from app.retrieval.profile import profile
from tests.test_readers import ranked

WORD = re.compile(r"[\w,]*\w|\S")


def spans(question: str, text: str, liked: dict[str, float] | None = None, noise: int = 0) -> list[SpanFound]:
    """What is found where the model likes these words so much, and nothing else, or gives noise."""
    tokens = [found.span() for found in WORD.finditer(text)]
    rolls = np.random.default_rng(noise).normal(0, 4 if noise else 0, (2, len(tokens)))
    start, end = rolls.astype(np.float32)
    for n, (a, b) in enumerate(tokens):
        start[n] += (liked or {}).get(text[a:b], 0.0)
        end[n] += (liked or {}).get(text[a:b], 0.0)
    return list(spans_of(profile(question), ranked(text), PassageScores(start, end, tokens)))


def words(text: str, found: list[SpanFound]) -> list[str]:
    return [text[one.span.start : one.span.end] for one in found]


def test_each_figure_of_a_sentence_is_found_alone() -> None:
    text = "The toll rose from 8 in May to 21 in June."
    found = spans("How many people died?", text, {"8": 5.0, "21": 9.0})
    assert words(text, [one for one in found if one.best]) == ["21"]
    assert {"8", "21"} <= set(words(text, found))
    assert all(one.fits for one in found)


def test_a_figure_of_the_thing_asked_for_goes_before_one_that_counts_another() -> None:
    text = "The flood drove out 4,100 people and damaged 1,180 homes."
    found = spans("How many homes were damaged?", text, {"4,100": 5.0, "1,180": 5.0})
    assert [one for one in words(text, [f for f in found if f.best]) if "1,180" in one]
    counted = {words(text, [one])[0]: one.counted for one in found}
    assert counted["1,180"] > counted["4,100"]


def test_every_sentence_has_one_best_span_and_a_question_has_none() -> None:
    text = "The mill closed. Who closed it? The council sold it in 2015."
    found = spans("What happened?", text)
    assert [text[one.sentence.start : one.sentence.end] for one in found if one.best] == [
        "The mill closed.",
        "The council sold it in 2015.",
    ]


@given(
    st.lists(
        st.sampled_from(["21", "1,180", "homes", "3 May", "Mira", "to", "Velm", "—", "“", "”", ".", "🙂", "é", "per cent"]), max_size=14
    ),
    st.sampled_from(["How many homes?", "When was it?", "Who was it?", "Why?"]),
    st.integers(1, 1000),
)
def test_spans_lie_in_their_sentences_and_no_sentence_has_two_best_whatever_the_scores(parts: list[str], question: str, noise: int) -> None:
    text = " ".join(parts)
    found = spans(question, text, noise=noise)
    for one in found:
        assert one.sentence.start <= one.span.start < one.span.end <= one.sentence.end
    best = [one.sentence.start for one in found if one.best]
    assert len(best) == len(set(best))
