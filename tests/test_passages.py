"""Articles cut into passages, by properties that every cut must have."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.encoding.packaged import PackagedTokenizer
from app.indexing.passages import PASSAGE_TOKENS, cut_passages, embedded_text
from app.text.sentences import split_sentences
from tests.samples import RECORDS, made_article

TOKENIZER = PackagedTokenizer()
TEXT = (
    "the council of Velm voted on Tuesday to reopen an old mill U.S. 3.2 million crowns, said; “perhaps” (or not) – Dr. Ångström's "
    "naïve 20,000 unverhältnismäßig https://mill.example/a?b=c ... ! ? 水門"
)
WORDS = st.sampled_from(TEXT.split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=60).map(lambda words: " ".join(words) + ".")
LONG = st.lists(WORDS, min_size=150, max_size=400).map(" ".join)
TEXTS = st.lists(st.one_of(SENTENCES, SENTENCES, LONG, st.text(max_size=40)), min_size=1, max_size=12).flatmap(
    lambda parts: st.sampled_from([" ", "\n", "\n\n", "  \t", "\u00a0"]).map(lambda gap: gap.join(parts))
)


@settings(max_examples=40)
@given(TEXTS)
def test_passages_are_ordered_and_disjoint_with_only_white_space_between(text: str) -> None:
    passages = cut_passages(made_article(text), TOKENIZER.count)
    end = 0
    for ordinal, passage in enumerate(passages):
        assert passage.ordinal == ordinal
        assert end <= passage.start < passage.end <= len(text)
        assert not text[end : passage.start].strip()
        assert text[passage.start : passage.end].strip()
        end = passage.end
    assert not text[end:].strip()


@settings(max_examples=40)
@given(TEXTS)
def test_no_passage_has_over_200_tokens_unless_it_is_one_word(text: str) -> None:
    for passage in cut_passages(made_article(text), TOKENIZER.count):
        words = text[passage.start : passage.end]
        assert TOKENIZER.count([words])[0] <= PASSAGE_TOKENS or len(words.split()) == 1


@settings(max_examples=40)
@given(TEXTS)
def test_a_sentence_that_fits_is_never_cut(text: str) -> None:
    passages = cut_passages(made_article(text), TOKENIZER.count)
    pieces = {(s.start, s.end) for passage in passages for s in passage.sentences}
    for sentence in split_sentences(text):
        if TOKENIZER.count([text[sentence.start : sentence.end]])[0] <= PASSAGE_TOKENS:
            assert (sentence.start, sentence.end) in pieces


@settings(max_examples=40)
@given(TEXTS)
def test_the_sentences_of_a_passage_fill_it(text: str) -> None:
    for passage in cut_passages(made_article(text), TOKENIZER.count):
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end
        for before, after in zip(passage.sentences, passage.sentences[1:], strict=False):
            assert before.end <= after.start
            assert not text[before.end : after.start].strip()


def test_a_word_of_a_thousand_tokens_stands_alone() -> None:
    word = "ox-" * 300 + "ox"
    text = f"Short words come first. {word} And they come after."
    passages = cut_passages(made_article(text), TOKENIZER.count)
    assert word in [text[p.start : p.end] for p in passages]


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    clause = "the council of Velm will meet again on Tuesday to talk about the old mill and its wheel"
    text = "; ".join([clause] * 30) + "."
    cuts = [text[s.start : s.end] for p in cut_passages(made_article(text), TOKENIZER.count) for s in p.sentences]
    assert len(cuts) > 2
    assert all(cut.endswith((";", ".")) for cut in cuts)


def test_a_passage_takes_as_many_sentences_as_fit() -> None:
    sentence = "The council of Velm voted on Tuesday to reopen the old mill by the river."
    text = " ".join([sentence] * 60)
    size = TOKENIZER.count([sentence])[0]
    passages = cut_passages(made_article(text), TOKENIZER.count)
    assert {len(p.sentences) for p in passages[:-1]} == {PASSAGE_TOKENS // size}


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_no_words_are_no_passages(text: str) -> None:
    assert cut_passages(made_article(text), TOKENIZER.count) == []


def test_what_is_embedded_names_title_outlet_and_day() -> None:
    record = RECORDS[0]
    article = made_article(record["text"], record["published"], "offer", record["source"])
    header, words = embedded_text(article, article.text).split("\n", 1)
    assert header == "Offer, Tidewater Gazette, 2 September 2025"
    assert words == article.text
