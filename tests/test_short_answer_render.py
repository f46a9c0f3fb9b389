"""The short answer on the page: bold in its sentence, and nowhere else."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Citation, Request, Short
from app.article import Article
from app.web.render import render
from app.web.render_answer import plain_text, render_sentences
from app.web.turn import Turn
from tests.page_scripts import BARE, FARES, PRICE, RISE, cite, quoted, quotes_and_says_in_short, sentence, short
from tests.test_page_render import HOSTILE, Tags, answered_in_short, done


def span(article: Article, start: int, quote: str) -> Citation:
    """The citation of a quote that may stand in the article more than once."""
    return cite(article, quote).model_copy(update={"start": start, "end": start + len(quote)})


def in_bold(shown: str) -> str:
    return html.unescape("".join(re.findall(r'<strong class="short">([^<]*)</strong>', shown)))


def without_tags(shown: str) -> str:
    """The sentences' words, without the numbers."""
    return html.unescape(re.sub(r"(?s)<button.*?</button>|<[^>]+>", "", shown))


def test_the_short_answer_is_bold_in_its_sentence_once_the_answer_is_whole() -> None:
    turn = Turn("t1", "How much is a ticket?")
    for event in quotes_and_says_in_short(Request(question=turn.question)):
        assert in_bold(render(turn)) == ""
        turn.fold(event)
    assert in_bold(render(turn)) == "22 crowns"
    assert without_tags(render_sentences(turn)) == f"{RISE.quote} {PRICE.quote}"


def test_of_two_equal_words_the_one_that_answers_is_bold() -> None:
    fares = Article(id="f", title="F", text="On 12 March the fares will rise by 12 percent.")
    second = Short(text="12", citation=span(fares, fares.text.index("12 percent"), "12"))
    shown = render_sentences(answered_in_short(second, quoted(0, cite(fares, fares.text))))
    assert without_tags(shown.partition("<strong")[0]) == "On 12 March the fares will rise by "
    assert in_bold(shown) == "12"


def test_a_last_word_in_bold_still_stays_with_its_number() -> None:
    fares = Article(id="f", title="F", text="A return ticket costs 22 crowns")
    shown = render_sentences(answered_in_short(short(fares, "22 crowns"), quoted(0, cite(fares, fares.text))))
    assert in_bold(shown) == "22 crowns"
    assert re.search(r'<span class="nw"><span><strong class="short">crowns</strong></span><button', shown)


@pytest.mark.parametrize(
    ("told", "bold"),
    [
        ("A return ticket will cost 22 crowns.", "22 crowns"),
        ("22 crowns it is, 22 crowns a ticket.", ""),
        ("It is 122 crowns a ticket.", ""),
    ],
)
def test_a_models_sentence_has_the_short_answer_bold_if_it_says_it_once(told: str, bold: str) -> None:
    assert in_bold(render(answered_in_short(short(FARES, "22 crowns"), sentence(0, told, PRICE)))) == bold


def test_nothing_is_bold_if_it_cannot_be_found_for_certain() -> None:
    real = short(FARES, "22 crowns")
    moved = real.citation.model_copy(update={"start": real.citation.start + 1, "end": real.citation.end + 1})
    elsewhere = real.citation.model_copy(update={"article_id": BARE.id})
    for citation in (moved, elsewhere):
        assert in_bold(render(answered_in_short(Short(text="22 crowns", citation=citation), quoted(0, RISE), quoted(1, PRICE)))) == ""
    assert in_bold(render(answered_in_short(real, quoted(0, RISE)))) == ""


def test_an_answer_that_is_all_short_is_neither_bold_nor_said_twice() -> None:
    turn = answered_in_short(short(FARES, PRICE.quote), quoted(0, PRICE))
    assert in_bold(render(turn)) == ""
    assert plain_text(turn).splitlines()[2] == f"{PRICE.quote} [1]"


WRITING = st.text("ab<&'. \n\t\u00a0\u2003", max_size=30)


@given(WRITING, WRITING, WRITING, st.integers(0, 3))
def test_bold_are_exactly_the_short_answers_words_whatever_the_white_space(before: str, words: str, after: str, offset: int) -> None:
    article = Article(id="f", title="F", text="x" * offset + before + words + after)
    said = quoted(0, span(article, offset, before + words + after))
    shown = render_sentences(answered_in_short(Short(text=words, citation=span(article, offset + len(before), words)), said))
    assert without_tags(shown) == said.text
    if 0 < len(words.split()) < len(said.text.split()):
        assert " ".join(in_bold(shown).split()) == " ".join(words.split())
        space = words[: len(words) - len(words.lstrip())]
        assert f"{without_tags(shown.partition('<strong')[0])}x".split() == f"{before}{space}x".split()
    else:
        assert in_bold(shown) == ""


def test_the_copy_says_the_short_answer_first() -> None:
    lines = plain_text(done(quotes_and_says_in_short)).splitlines()
    assert lines[:6] == ["How much is a ticket?", "", "22 crowns", "", f"{RISE.quote} [1] {PRICE.quote} [2]", ""]


def test_a_hostile_short_answer_stays_text() -> None:
    evil = Article(id="e", title="E", text=f"They said {HOSTILE} and left.")
    shown = render(answered_in_short(short(evil, HOSTILE), quoted(0, cite(evil, evil.text))))
    assert in_bold(shown) == HOSTILE
    assert "img" not in Tags(shown).tags and "${" not in shown and "{{" not in shown and "`" not in shown
