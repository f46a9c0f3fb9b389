"""Who says what a sentence says: found by its words, named as the article names him, and nobody where the article speaks itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.speakers import speaker_of
from app.article import Article, Span
from app.text.sentences import split_sentences


def who(text: str, words: str) -> str | None:
    """Who says `words` in an article."""
    at = text.index(words)
    sentence = next(s for s in split_sentences(text) if s.start <= at < s.end)
    return speaker_of(Article(id="a1", title="News", text=text), sentence, Span(at, at + len(words)))


@pytest.mark.parametrize(
    ("text", "words", "said_by"),
    [
        ("The harbour board said the bridge would cost 84 million.", "84 million", "The harbour board"),
        ("Mira Dolan told reporters that the mill would close in June.", "June", "Mira Dolan"),
        ("Organisers claimed 40,000 people had marched.", "40,000", "Organisers"),
        ("Police put the number of marchers at 12,000.", "12,000", "Police"),
        ("Nordline announced on Tuesday that 12 trains would be cut.", "12", "Nordline"),
        ("Experts believe 200 whales live there.", "200", "Experts"),
        ("The weather service warned of winds of 120 km an hour.", "120 km", "The weather service"),
        ("The Gazette reported that 40 jobs would go.", "40", "The Gazette"),
        ("The hospital confirmed that two people had died.", "two", "The hospital"),
        ("The government expects growth of 2 per cent.", "2 per cent", "The government"),
        ("The mayor has repeatedly said the mill will close in June.", "June", "The mayor"),
        ("The bank's forecast was 2 per cent.", "2 per cent", "The bank"),
    ],
)
def test_whoever_says_it_before_the_claim_is_its_speaker(text: str, words: str, said_by: str) -> None:
    assert who(text, words) == said_by


@pytest.mark.parametrize(
    ("text", "words", "said_by"),
    [
        ("The bridge will cost 84 million, the harbour board said on Friday.", "84 million", "the harbour board"),
        ("The mill closes in June, said Mira Dolan, the mayor of Velm.", "June", "Mira Dolan, the mayor of Velm"),
        ("Some 1,800 dockers walked out, according to the Dockers' Union.", "1,800", "the Dockers' Union"),
        ("Two people died, hospital officials confirmed.", "Two", "hospital officials"),
        ("The river rose to 4 metres, the warden reported at noon.", "4 metres", "the warden"),
        ("As many as 300 people, residents said, fled.", "300", "residents"),
        ("If the council sells the mill, Mira Dolan said, 40 jobs will go.", "40", "Mira Dolan"),
    ],
)
def test_whoever_says_it_behind_the_claim_is_its_speaker(text: str, words: str, said_by: str) -> None:
    assert who(text, words) == said_by


@pytest.mark.parametrize(
    ("text", "words", "said_by"),
    [
        ("According to the port authority, 1,800 dockers walked out.", "1,800", "the port authority"),
        ("According to the ministry, Kaldia sent 40 engineers.", "40", "the ministry"),
        ("A report by the audit office found 34 faults.", "34", "the audit office"),
        ("An estimate by Belmark University puts the loss at 5 million.", "5 million", "Belmark University"),
        ("Figures from the weather service show 40 millimetres of rain.", "40", "the weather service"),
        ("A study by Dr Ilse Corrin found 200 whales.", "200", "Dr Ilse Corrin"),
    ],
)
def test_a_report_or_a_count_speaks_for_the_body_that_made_it(text: str, words: str, said_by: str) -> None:
    assert who(text, words) == said_by


@pytest.mark.parametrize(
    ("text", "words", "said_by"),
    [
        ("Joren Aldwick, head of the port, said 40 ships were waiting.", "40", "Joren Aldwick, head of the port"),
        ("The head of the port, Joren Aldwick, said 40 ships were waiting.", "40", "The head of the port, Joren Aldwick"),
        ("The mayor, Mira Dolan, has said the mill will close in June.", "June", "The mayor, Mira Dolan"),
        ("Rail operator Nordline said it would cut 12 trains.", "12", "Rail operator Nordline"),
        ("A spokeswoman for Nordline said 12 trains would be cut.", "12", "A spokeswoman for Nordline"),
        ("According to a spokesman for the ministry, 40 ships called.", "40", "a spokesman for the ministry"),
        ("Nordline, which runs the line, said 12 trains would be cut.", "12", "Nordline"),
        ("Mira Dolan, whose party lost, said 40 jobs would go.", "40", "Mira Dolan"),
        ("The union, which said 1,800 were out, met on Monday.", "1,800", "The union"),
    ],
)
def test_a_speaker_keeps_name_and_office_and_loses_what_is_only_told_of_him(text: str, words: str, said_by: str) -> None:
    assert who(text, words) == said_by


@pytest.mark.parametrize(
    ("text", "words", "said_by"),
    [
        ("But on Friday the ministry said 46 schools were closed.", "46", "the ministry"),
        ("In a statement, the ministry said 46 schools were closed.", "46", "the ministry"),
        ("On Monday, Dolan said the mill would close in June.", "June", "Dolan"),
        ("On Friday Mira Dolan said 40 jobs would go.", "40", "Mira Dolan"),
        ("At the end of the week, Mira Dolan said 40 jobs would go.", "40", "Mira Dolan"),
    ],
)
def test_the_day_and_the_occasion_are_no_part_of_the_speaker(text: str, words: str, said_by: str) -> None:
    assert who(text, words) == said_by


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("Police said 12,000 people marched, while organisers claimed 40,000.", ("12,000", "Police"), ("40,000", "organisers")),
        ("Police counted 12,000 marchers; the organisers spoke of 40,000.", ("12,000", "Police"), ("40,000", "the organisers")),
        ("The toll rose to 21, the ministry said; the army put it at 34.", ("21", "the ministry"), ("34", "the army")),
        (
            "Teachers demanded a rise of 9 per cent, but the ministry offered 4 per cent.",
            ("9 per cent", "Teachers"),
            ("4 per cent", "the ministry"),
        ),
    ],
)
def test_each_of_two_speakers_in_a_sentence_has_his_own_figure(text: str, first: tuple[str, str], second: tuple[str, str]) -> None:
    assert [(words, who(text, words)) for words, _ in (first, second)] == [first, second]


@pytest.mark.parametrize(
    ("text", "words", "said_by"),
    [
        ("“The mill will close in June,” said Mira Dolan.", "June", "Mira Dolan"),
        ("“The mill will close in June,” Dolan said.", "June", "Dolan"),
        ("“We counted 300,” a resident said.", "300", "a resident"),
        ("“We counted 300,” says Olen Tark.", "300", "Olen Tark"),
        ("“We shall close the mill. It opens again in June,” said Mira Dolan.", "June", "Mira Dolan"),
        ("“It is over,” said Dolan. “We shall close in June.”", "June", "Dolan"),
    ],
)
def test_what_stands_in_quotation_marks_is_said_by_whoever_is_named_beside_them(text: str, words: str, said_by: str) -> None:
    assert who(text, words) == said_by


@pytest.mark.parametrize(
    ("text", "words", "said_by"),
    [
        ("Joren Aldwick runs the port. He said 40 ships were waiting.", "40", "Joren Aldwick"),
        ("Mira Dolan spoke on Monday. She said that 40 ships were waiting.", "40", "Mira Dolan"),
        ("Talks went on. The Dockers' Union said 1,800 were out. It said 40 ships were waiting.", "40", "The Dockers' Union"),
        ("The Velm Harbour Board met on Monday. The board said 40 ships were waiting.", "40", "the Velm Harbour Board"),
    ],
)
def test_he_or_the_board_is_whoever_the_sentence_before_names(text: str, words: str, said_by: str) -> None:
    assert who(text, words) == said_by


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The bridge cost 84 million.", "84 million"),
        ("The fire burned 40 hectares and was out by noon.", "40"),
        ("The meeting was held on 3 May.", "3 May"),
        ("The works were put off by 12 days.", "12"),
        ("The bridge was said to cost 84 million.", "84 million"),
        ("It is believed that 40 ships were waiting.", "40"),
        ("More than 300 people were expected at the fair.", "300"),
        ("The rain is expected to last until 4 May.", "4 May"),
        ("Forty ships were found on the beach.", "Forty"),
        ("Aldwick resigned on 4 May after the auditors published their report.", "4 May"),
        ("Mira Dolan said: “The mill closes.” The mill employs 40.", "40"),
        ("He said 40 ships were waiting.", "40"),
        ("The mayor declined to comment on the 40 jobs.", "40"),
    ],
)
def test_what_the_article_states_itself_has_no_speaker(text: str, words: str) -> None:
    assert who(text, words) is None


def test_without_a_claim_the_whole_sentence_is_asked_for() -> None:
    text = "The mill closes in June, the council said."
    article = Article(id="a1", title="News", text=text)
    assert speaker_of(article, split_sentences(text)[0]) == "the council"


PIECES = st.sampled_from(
    [
        "Mira Dolan",
        "the council",
        "He",
        "said",
        "claimed",
        "according to",
        "that",
        "which",
        "12,000",
        "“",
        "”",
        ",",
        ".",
        ";",
        "—",
        "🙂",
        "\n",
        "put",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=20).map(" ".join)), st.integers(0, 80), st.integers(1, 20))
def test_a_speaker_is_in_the_articles_own_words_whatever_the_text(text: str, at: int, length: int) -> None:
    article = Article(id="a1", title="News", text=text)
    for sentence in split_sentences(text):
        start = min(sentence.start + at, sentence.end - 1)
        found = speaker_of(article, sentence, Span(start, min(start + length, sentence.end)))
        if found is not None:
            assert found.strip() == found != ""
            own = set(" ".join(text.split()).lower().replace(",", " ").split()) | {"the"}
            assert all(any(word in one for one in own) for word in found.lower().replace(",", " ").split())
