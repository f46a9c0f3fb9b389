"""How like two texts are, estimated from signatures that never change."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.text.shingles import BANDS, PERMUTATIONS, bands, likeness, shingles, signature
from tests.samples import MILL

SIGNED = [213178415, 28743927, 201163516, 101074322]
BANDED = [3083186814457290796, 4608315362454573383]
"""Of MILL, kept: homes hold signatures made by earlier runs."""
VOCABULARY = "the mill of Velm was old and it closed in rain when boats came by night"
WORDS = st.lists(st.sampled_from(VOCABULARY.split(" ")), max_size=60)


def jaccard(one: str, two: str) -> float:
    a, b = set(shingles(one)), set(shingles(two))
    return len(a & b) / len(a | b) if a | b else 1.0


@given(WORDS, WORDS)
def test_the_estimate_is_near_the_true_share_and_the_same_both_ways(one: list[str], two: list[str]) -> None:
    a, b = signature(" ".join(one)), signature(" ".join(two))
    estimate = likeness(a, b)
    assert estimate == likeness(b, a)
    assert abs(estimate - jaccard(" ".join(one), " ".join(two))) < 0.2


def test_typography_makes_no_difference() -> None:
    plain = '"We\'re done," the mayor said - at last.'
    curly = "“We’re  DONE”, the mayor\nsaid — at last"
    assert np.array_equal(signature(plain), signature(curly))


def test_a_signature_is_the_same_in_every_process() -> None:
    made = signature(MILL["text"])
    assert len(made) == PERMUTATIONS
    assert made[:4].tolist() == SIGNED
    assert bands(made)[:2] == BANDED


def test_like_texts_share_a_band_and_others_do_not() -> None:
    mill, cut = signature(MILL["text"]), signature(MILL["text"].rsplit(" The ", 1)[0])
    other = signature("Fares on the Sennet ferry will rise by 12 percent on 1 February, the operator Blue Oar said.")
    assert len(set(bands(mill))) == BANDS
    assert set(bands(mill)) & set(bands(cut))
    assert not set(bands(mill)) & set(bands(other))


def test_text_without_words_and_text_of_one_word_have_signatures_too() -> None:
    assert shingles("") == shingles("… — !") == []
    assert len(shingles("Velm")) == 1
    assert likeness(signature("Velm"), signature("Torrin")) < 0.1
