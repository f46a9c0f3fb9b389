"""Readers: what stands as an answer, what means the same, what many articles say against one, and exact spans."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.readers import READERS
from app.answering.readers.agreement import Mix, rank_values
from app.answering.readers.copies import merge_copies
from app.answering.readers.kinds import echoes
from app.answering.readers.neural import WEIGHTS, NeuralReader
from app.answering.readers.reading import Found, Reading
from app.answering.readers.spans import trimmed
from app.answering.readers.unfit import is_unfit
from app.answering.readers.values import read_value, same_value
from app.article import Article, Passage, Published, Sentence, Span
from app.encoding.span_model import build
from app.encoding.span_scorer import PassageScores, SpanScorer, load_scorer
from app.encoding.trained_weights import load_weights, save_weights
from app.retrieval.profile import profile
from app.retrieval.retriever import Ranked
from app.retrieval.stories import Copy
from app.stores.catalog import StoredPassage
from app.text.sentences import split_sentences


def ranked(text: str, number: int = 1, score: float = 1.0, title: str = "News", day: str = "2026-01-05") -> Ranked:
    """A passage that is a whole article."""
    article = Article(id=f"a{number}", title=title, text=text, published=Published.parse(day), source=f"Outlet {number}")
    passage = Passage(article.id, 0, 0, len(text), tuple(split_sentences(text)))
    return Ranked(StoredPassage(number, number, passage), article, score)


def found(passage: Ranked, words: str, lead: float) -> Found:
    start = passage.article.text.index(words)
    sentence = next(s for s in passage.stored.passage.sentences if s.start <= start < s.end)
    return Found(passage, sentence, Sentence(start, start + len(words)), lead)


@pytest.fixture(scope="module")
def scorer() -> SpanScorer:
    return load_scorer(WEIGHTS)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("about 1,200 soldiers", "1,200"),
        ("twelve hundred", "1,200"),
        ("Sunak", "Rishi Sunak"),
        ("Britain", "the UK"),
        ("26 June", "Friday, 26 June 2026"),
        ("the Old Mill", "old mill"),
        ("58 per cent", "58%"),
        ("“soft clay”", "soft clay"),
    ],
)
def test_two_ways_of_saying_one_thing_are_one_value(one: str, two: str) -> None:
    assert same_value(read_value(one), read_value(two))
    assert same_value(read_value(two), read_value(one))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("1,200", "1,250"),
        ("12 per cent", "12 million"),
        ("7 million, not 84 million", "84 million"),
        ("2026", "26 June 2026"),
        ("Ilse Corrin", "Jan Corrin"),
        ("Malaysia", "Indonesia"),
        ("26 June", "26 July"),
        ("clay", "a skylight"),
    ],
)
def test_two_things_are_two_values(one: str, two: str) -> None:
    assert not same_value(read_value(one), read_value(two))


@given(st.text(max_size=40), st.text(max_size=40))
def test_agreement_of_values_has_no_order_and_a_value_agrees_with_itself(one: str, two: str) -> None:
    a, b = read_value(one), read_value(two)
    assert same_value(a, b) == same_value(b, a)
    assert same_value(a, a)


@pytest.mark.parametrize(
    "sentence",
    [
        "Who stole the torc?",
        "“Who stole the torc?”",
        "The answer is: 40 million.",
        "Question 3: Which river flooded?",
        "Minister Denies Role in Harbour Talks Collapse",
        "Photo: Lena Osk",
        "Related: five facts on the strike.",
        "Photograph by Lena Osk for the Gazette",
        "MARKETS",
    ],
)
def test_a_question_a_heading_or_a_caption_never_stands_as_an_answer(sentence: str) -> None:
    assert is_unfit(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "He was 41.",
        "The council voted 14 to 9.",
        "about 1,200 soldiers are planned for the first phase",
        "“We go,” she said.",
    ],
)
def test_what_tells_something_may_answer(sentence: str) -> None:
    assert not is_unfit(sentence)


def test_what_many_articles_say_wins_over_one_that_says_it_bluntly() -> None:
    many = [found(ranked(f"Report {n}: the bridge cost 84 million to build.", n), "84 million", 4.0) for n in range(1, 5)]
    one = found(ranked("How much did the bridge cost to build: the bridge cost 7 million to build.", 9), "7 million", 30.0)
    values = rank_values([*many, one], Mix(cap=8.0))
    assert values[0].value.text == "84 million"
    assert values[0].articles == 4


def test_copies_of_a_sentence_count_once() -> None:
    copies = [found(ranked("The bridge cost 7 million to build.", n), "7 million", 4.0) for n in range(1, 6)]
    others = [found(ranked(f"Report {n}: the bridge cost 84 million.", 10 + n), "84 million", 4.0) for n in range(2)]
    values = rank_values([*copies, *others], Mix())
    assert [(value.value.text, value.articles) for value in values] == [("84 million", 2), ("7 million", 1)]


def test_articles_of_one_story_count_once_whatever_each_makes_of_its_sentences() -> None:
    told = [ranked(f"House {n} has it that the bridge cost 7 million to build.", n) for n in range(1, 6)]
    copies = [found(replace(passage, story=1), "7 million", 4.0) for passage in told]
    others = [found(ranked(f"Report {n}: the bridge cost 84 million.", 10 + n), "84 million", 4.0) for n in range(2)]
    values = rank_values([*copies, *others], Mix())
    assert [(value.value.text, value.articles) for value in values] == [("84 million", 2), ("7 million", 1)]


def with_copy(passage: Ranked, text: str) -> Ranked:
    """The passage, with an article of one passage as its copy."""
    copy = ranked(text, 7)
    return replace(passage, copies=(Copy(copy.stored, copy.article),))


def test_a_sentence_of_a_copy_is_a_further_place_of_the_reading_where_it_stands_word_for_word() -> None:
    text = "The bridge cost 7 million to build. It opens in May. Nobody came."
    passage = with_copy(ranked(text), "Our own report. It  OPENS in May.\nThe bridge cost 7 million to build.")
    sentences = passage.stored.passage.sentences
    readings = merge_copies([Reading(passage.article, sentence, None, 1.0) for sentence in sentences], [passage])
    places = [[article.text[span.start : span.end] for article, span in reading.copies] for reading in readings]
    assert places == [["The bridge cost 7 million to build."], ["It  OPENS in May."], []]


def test_no_article_is_named_twice_as_a_place_of_one_sentence() -> None:
    passage = with_copy(ranked("The bridge cost 7 million to build."), "The bridge cost 7 million to build.")
    copy = ranked("The bridge cost 7 million to build.", 7)
    one, two = (Reading(p.article, p.stored.passage.sentences[0], None, 1.0) for p in (passage, copy))
    for readings in ([one, two], [two, one]):
        merged = merge_copies([replace(reading, copies=[]) for reading in readings], [passage])
        assert len(merged) == 1
        assert len(merged[0].copies) == 1


@pytest.mark.parametrize("name", READERS)
def test_every_reader_gives_the_places_in_copies(name: str, encoder: Any) -> None:
    text = "The mill was opened in 1911 by a baker from Velm."
    passage = with_copy(ranked(text), f"From our own desk. {text}")
    first = READERS[name](encoder).read(profile("When was the mill opened?"), [passage]).found[0]
    assert [(article.id, article.text[span.start : span.end]) for article, span in first.copies] == [("a7", text)]


def test_the_neural_reader_finds_the_words_that_answer(scorer: SpanScorer) -> None:
    text = "The strike at Port Calder went into its second week. Some 1,800 dockers have walked out, the union said. Talks go on."
    readings = NeuralReader(scorer).read(profile("How many dockers are on strike at Port Calder?"), [ranked(text)])
    first = readings.found[0]
    assert "1,800" in first.short
    assert "1,800 dockers have walked out" in first.text
    assert 0 <= readings.answerable <= 1


def test_a_reader_says_less_surely_what_is_not_there(scorer: SpanScorer) -> None:
    text = "The strike at Port Calder went into its second week. Some 1,800 dockers have walked out, the union said. Talks go on."
    reader = NeuralReader(scorer)
    there = reader.read(profile("How many dockers are on strike at Port Calder?"), [ranked(text)]).answerable
    for question in ("Who won the chess tournament in Oakhaven?", "How many nurses are on strike in Vantry?"):
        assert reader.read(profile(question), [ranked(text)]).answerable < there


@pytest.mark.parametrize("name", READERS)
def test_every_reader_gives_exact_places_best_first_and_none_for_nothing(name: str, encoder: Any) -> None:
    reader = READERS[name](encoder)
    assert reader.name == name
    asked = profile("When was the mill opened?")
    assert reader.read(asked, []).found == []
    assert reader.read(asked, []).answerable == 0.0
    passages = [
        ranked("The mill was opened in 1911 by a baker. It closed — after a fire — in 2015.", 1),
        ranked("🙂 Il était né à Velm.", 2),
    ]
    readings = reader.read(asked, passages)
    assert readings.found
    scores = [reading.score for reading in readings.found]
    assert scores == sorted(scores, reverse=True)
    for reading in readings.found:
        assert reading.sentence in split_sentences(reading.article.text)
        if reading.span is not None:
            assert reading.sentence.start <= reading.span.start < reading.span.end <= reading.sentence.end
            assert reading.short == reading.article.text[reading.span.start : reading.span.end]


class Scripted:
    """Scores that a test sets: the span of these words leads in each passage."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __call__(self, question: str, passages: Any) -> Iterator[PassageScores]:
        out = []
        for _, text in passages:
            offsets = [(i, i + 1) for i in range(len(text)) if not text[i].isspace()]
            at = text.find(self.words)
            start = np.array([9.0 if a == at else 0.0 for a, _ in offsets], np.float32)
            end = np.array([9.0 if b == at + len(self.words) else 0.0 for _, b in offsets], np.float32)
            out.append(PassageScores(start, end, offsets))
        return out  # type: ignore[return-value]


@given(st.text(alphabet="ab.? \n“”é🙂", max_size=60))
def test_spans_lie_within_their_sentences_whatever_the_text(text: str) -> None:
    passage = ranked(text)
    readings = NeuralReader(Scripted("a")).read(profile("What is a?"), [passage])  # type: ignore[arg-type]
    for reading in readings.found:
        assert reading.span is not None
        assert reading.sentence.start <= reading.span.start < reading.span.end <= reading.sentence.end


@given(st.text(max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_trimming_never_widens_a_span_and_never_leaves_an_empty_one(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    span = trimmed(text, start, end, Span(start, end)) if start < end else None
    if span is not None:
        assert start <= span.start < span.end <= end


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("It opens on 1 April 2026.", "1 April 202", "1 April 2026"),
        ("It fell to –5 degrees.", "–5 degrees.", "–5 degrees"),
        ("She lives in Velm, D.C.", "Velm, D.C.", "Velm, D.C."),
        ("The fund (2019) holds.", "(2019)", "(2019)"),
        ("The fund (of 2019) holds.", "2019)", "2019"),
        ("Some 1,800 dockers.", "1,80", "1,800"),
        ("“Never,” she said.", "“Never,”", "Never"),
    ],
)
def test_a_short_answer_is_whole_words_and_figures_without_loose_marks(text: str, cut: str, whole: str) -> None:
    start = text.index(cut)
    span = trimmed(text, start, start + len(cut), Span(0, len(text)))
    assert span is not None
    assert text[span.start : span.end] == whole


@pytest.mark.parametrize(("words", "empty"), [("US", False), ("WHO", False), ("he", True), ("the dockers", True), ("1,800 dockers", False)])
def test_words_that_only_repeat_the_question_are_told_from_answers(words: str, empty: bool) -> None:
    assert echoes(profile("How many dockers are on strike?"), words) is empty


def test_marks_of_the_model_in_an_article_are_plain_text(scorer: SpanScorer) -> None:
    assert scorer._tokenize("Who?", "", "[SEP] [CLS] [PAD]").ids.count(102) == 2


def test_weights_survive_being_stored(tmp_path: Any) -> None:
    model = build()
    path = tmp_path / "reader.safetensors"
    save_weights(model, path)
    again = build()
    load_weights(again, path)
    for (name, kept), (_, stored) in zip(model.named_parameters(), again.named_parameters(), strict=True):
        assert float((kept - stored).detach().abs().max()) <= float(kept.detach().abs().max()) / 100, name
    assert os.path.getsize(path) < 25_000_000


def test_weights_that_are_missing_are_one_clear_line(tmp_path: Any) -> None:
    from app.errors import DatelineError

    (tmp_path / "broken.safetensors").write_bytes(b"no weights")
    for path in (tmp_path / "none.safetensors", tmp_path / "broken.safetensors"):
        with pytest.raises(DatelineError, match="reader's weights") as refused:
            SpanScorer(path)
        assert "\n" not in str(refused.value)


def test_a_reading_without_a_span_has_no_short_answer() -> None:
    article = ranked("One sentence.").article
    assert Reading(article, Sentence(0, 13), None, 1.0).short == ""
