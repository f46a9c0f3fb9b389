"""What an answer is made of: the readings chosen, who is meant, the short answer, and when nothing is said."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from app.answering import chain
from app.answering.abstention import ABSTAIN_BELOW, is_silent, nearest, silent_below
from app.answering.choice import choose
from app.answering.composing import Composer, short_answer
from app.answering.meant import name_who_is_meant
from app.answering.readers import READERS, Reading, Readings
from app.answering.telling import Telling
from app.article import Article, Published, Span
from app.retrieval.profile import profile
from app.text.sentences import split_sentences


def reading(text: str, words: str, *, score: float = 9.0, value: int = 0, number: int = 1, day: str = "2026-01-05") -> Reading:
    """That `words` of an article answer."""
    article = Article(id=f"a{number}", title="News", text=text, published=Published.parse(day))
    at = text.index(words)
    sentence = next(s for s in split_sentences(text) if s.start <= at < s.end)
    return Reading(article, sentence, Span(at, at + len(words)), score, value=value)


def said(question: str, *found: Reading) -> str:
    composer = Composer(None, None, True, 1.0)
    return " ".join(s.text for s in composer.compose(profile(question), question, Telling(choose(question, found)), found))


def test_he_is_shown_with_the_sentence_that_names_him() -> None:
    text = "Joren Aldwick has led the port since 2019. Trade has grown. He resigned on Friday over the missing funds."
    answer = said("Who resigned over the missing funds?", reading(text, "He"))
    assert answer == "Joren Aldwick has led the port since 2019. He resigned on Friday over the missing funds."


def test_a_first_name_alone_is_shown_with_the_sentence_that_has_it_in_full() -> None:
    text = "The singer Alan Merrow had been ill for a year. Friends sang on the shore. Alan passed away at home, the family said."
    start = text.index("Alan passed")
    one = reading(text, "Alan passed")
    one = replace(one, span=Span(start, start + 4))
    assert (
        said("Who passed away at home?", one)
        == "The singer Alan Merrow had been ill for a year. Alan passed away at home, the family said."
    )


def test_a_sentence_that_names_whom_the_question_names_stands_alone() -> None:
    text = "Mira Dolan heads Vantry council. The council meets on Mondays. Its leader, Dolan, is 41."
    assert said("How old is Mira Dolan?", reading(text, "41")) == "Its leader, Dolan, is 41."


def test_both_shown_sentences_are_exact_places_of_the_article() -> None:
    text = "Joren Aldwick has led the port.\n\nHe resigned on   Friday."
    meant = name_who_is_meant(profile("When did the head of the port resign?"), reading(text, "Friday"))
    assert [text[s.start : s.end] for s in meant.spans] == ["Joren Aldwick has led the port.", "He resigned on   Friday."]
    sentences = list(Composer(None, None, True, 1.0).compose(profile("?"), "?", Telling([meant.reading]), [meant.reading]))
    for sentence in sentences:
        for citation in sentence.citations:
            assert text[citation.start : citation.end] == citation.quote
            assert " ".join(citation.quote.split()) == sentence.text


def test_the_short_answer_is_the_span_itself() -> None:
    first = reading("Some 1,800 dockers have walked out.", "1,800")
    short = short_answer(first)
    assert short is not None
    assert (short.text, short.citation.quote, short.citation.start, short.citation.end) == ("1,800", "1,800", 5, 10)
    assert short_answer(replace(first, span=None)) is None


def test_a_second_sentence_that_says_the_same_adds_nothing() -> None:
    one = reading("Some 1,800 dockers have walked out.", "1,800")
    two = reading("The union counts 1,800 strikers at the gates.", "1,800", score=8.9, number=2)
    assert choose("How many dockers are on strike?", [one, two]) == [one]


def test_a_question_for_a_figure_or_a_day_gets_no_second_one_behind_it() -> None:
    first = reading("The flood, in December, killed eight people and drove 4,100 from their homes.", "eight", day="2026-02-10")
    other = reading("Seven people died in the flood.", "Seven", score=8.5, value=1, number=2, day="2026-02-09")
    assert choose("How many people were killed in the December flood?", [first, other]) == [first]
    assert choose("When did the flood kill people?", [first, other]) == [first]
    insured = reading("It is insured for 3.5 million tallars.", "3.5 million")
    waiting = reading("The insurer is waiting for a decision, the company said.", "a decision", score=9.0, value=1, number=2)
    assert choose("What is the torc insured for?", [insured, waiting]) == [insured]


@pytest.mark.parametrize(
    "second",
    [
        reading("Orla Finch spoke for the company in October.", "Orla Finch", score=8.9, value=1, number=2, day="2025-10-05"),
        reading("It would not tell reporters whether the company had hired someone else.", "It", score=8.9, value=1, number=2),
        reading("The insurer is waiting for a decision.", "The insurer", score=8.9, value=1, number=2),
    ],
    ids=["stale", "dangling", "of something else"],
)
def test_a_second_sentence_that_hurts_does_not_join(second: Reading) -> None:
    first = reading("Bruno Hale speaks for the company.", "Bruno Hale")
    assert choose("Who speaks for the company?", [first, second]) == [first]


def test_a_second_sentence_that_speaks_of_what_is_asked_joins() -> None:
    first = reading("Bruno Hale speaks for the company.", "Bruno Hale")
    second = reading("Orla Finch spoke for the company on Monday.", "Orla Finch", score=8.9, value=1, number=2, day="2026-01-06")
    assert choose("Who speaks for the company?", [first, second]) == [first, second]


def test_a_list_names_every_member_that_the_articles_name() -> None:
    found = [
        reading(f"{name} has ratified the treaty.", name, score=9 - n, value=n, number=n)
        for n, name in enumerate(("Kaldia", "Belmark", "Torrin"))
    ]
    assert choose("Which countries have ratified the treaty?", found) == found
    assert len(choose("Which country was first to ratify the treaty?", found)) <= 2


def test_a_question_of_change_gets_every_value_the_oldest_first() -> None:
    late = reading("The bridge will cost 118 million.", "118 million", day="2026-03-01")
    early = reading("The bridge will cost 84 million.", "84 million", score=7, value=1, number=2, day="2025-10-01")
    assert choose("How has the cost of the bridge changed?", [late, early]) == [early, late]


def test_words_of_change_that_do_not_ask_for_it_get_one_answer() -> None:
    best = reading("The wall came down on 9 November 1989.", "9 November 1989", score=12)
    old = reading("A fence fell on 1 April 1988.", "1 April 1988", score=6, value=1, number=2, day="1988-04-02")
    for question in ("When did the Berlin Wall fall?", "What did the developer build?", "How many people fell ill?"):
        assert choose(question, [best, old])[0] is best
    undated = replace(old, article=replace(old.article, published=None))
    assert choose("How has the date of the fall changed?", [best, undated])[0] is best


def test_many_places_of_one_value_do_not_hide_the_others() -> None:
    many = [reading(f"Report {n}: it cost 84 million.", "84 million", number=n, day="2025-10-01") for n in range(14)]
    late = reading("It will cost 118 million.", "118 million", score=7, value=1, number=99)
    assert choose("How has the cost changed?", [*many, late]) == [many[0], late]


def test_a_caption_does_not_name_him() -> None:
    text = "Joren Aldwick has led the port.\nPhoto: Lena Osk\nHe resigned on Friday."
    assert said("Who resigned on Friday?", reading(text, "He")) == "Joren Aldwick has led the port. He resigned on Friday."


@pytest.mark.parametrize("reader", READERS)
def test_silence_is_decided_in_one_place_by_the_readers_probability(reader: str) -> None:
    one = reading("Some 1,800 dockers have walked out.", "1,800")
    threshold = ABSTAIN_BELOW[reader]
    assert is_silent(Readings([one], threshold - 0.01), silent_below(reader, None))
    assert not is_silent(Readings([one], threshold), silent_below(reader, None))
    assert not is_silent(Readings([one], 0.0), silent_below(reader, 0.0))
    assert is_silent(Readings([], 1.0), silent_below(reader, 0.0))


def test_the_nearest_are_of_different_articles() -> None:
    text = "One fact. Another fact."
    found = [reading(text, "One fact"), reading(text, "Another fact"), reading("A third fact.", "third", number=2)]
    assert [(c.article_id, c.quote) for c in nearest(found, 0.2)] == [("a1", "One fact."), ("a2", "A third fact.")]


def test_the_chain_only_sequences() -> None:
    lines = inspect.getsource(chain.answer).splitlines()
    assert len(lines) < 40
