"""The days that "on Saturday" and "this week" mean in a quoted sentence, told beside it as ours."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Answer, AnswerSentence, Done, SentenceReady
from app.answering.citing import cite
from app.article import Article, Published, Span
from app.commands.show import answer_lines
from app.text.told_days import told_days
from app.web.render_answer import plain_text, render_sentences, render_sources
from app.web.turn import Turn

WEDNESDAY = date(2026, 3, 4)
SAID = "The council met on Saturday. It meets again this week."
ARTICLE = Article(id="a" * 20, title="Velm", text=SAID, published=Published(WEDNESDAY), source="Velm Courier")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The council voted 14 to 9 on Saturday to reopen the mill.", {"Saturday": "28 Feb 2026"}),
        ("The council voted on Wednesday evening.", {"Wednesday": "4 Mar 2026"}),
        ("The mill will open on Saturday.", {"Saturday": "7 Mar 2026"}),
        ("Trains were cancelled yesterday.", {"yesterday": "3 Mar 2026"}),
        ("Trains run again tomorrow.", {"tomorrow": "5 Mar 2026"}),
        ("Prices rose this week and fell last month.", {"this week": "2–8 Mar 2026", "last month": "Feb 2026"}),
        ("Work began last week.", {"last week": "23 Feb – 1 Mar 2026"}),
        ("The lock will open again on 3 May.", {"3 May": "3 May 2026"}),
        ("The lock was shut on December 20.", {"December 20": "20 Dec 2025"}),
    ],
)
def test_what_is_sure_is_told(sentence: str, told: dict[str, str]) -> None:
    assert {sentence[one.start : one.end]: one.label for one in told_days(sentence, WEDNESDAY)} == told


@pytest.mark.parametrize(
    "sentence",
    [
        "The minister said the mill will open on Saturday.",  # said then, or open then
        "The mill will open on Wednesday.",  # today or in a week
        "Meetings on Saturday.",
        "Shareholders will receive 17 per cent more than the price on Saturday evening.",
        "The lock will open on Friday 3 May.",
        "The mill was shut until Saturday.",
        "“We begin tomorrow,” she said.",  # said on what day?
        "In 1998 the mill burnt on Saturday.",
        "Two days later, on Saturday, the mill burnt.",
        "The lock will open on 3 February.",
        "The lock was shut on 3 September.",
        "It was the last week of the strike.",
        "It rained on Saturday, 28 February 2026.",
        "He reads USA Today.",
    ],
)
def test_what_is_not_sure_is_not_told(sentence: str) -> None:
    assert told_days(sentence, WEDNESDAY) == []


def test_a_week_told_on_a_sunday_is_not_told() -> None:
    assert told_days("Prices rose this week.", date(2026, 3, 8)) == []


@given(st.text(alphabet="“”\"' on Saturday last week 3 May will was 29 February", max_size=80), st.dates())
def test_any_sentence_gives_spans_of_itself_in_order(sentence: str, printed: date) -> None:
    found = told_days(sentence, printed)
    for one in found:
        assert 0 <= one.start < one.end <= len(sentence) and one.first <= one.last
    assert all(left.end <= right.start for left, right in pairwise(found))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(["Monday", "Friday", "Sunday"]))
def test_a_weekday_of_the_past_is_within_the_last_week_and_is_that_weekday(printed: date, name: str) -> None:
    (one,) = told_days(f"It burnt down and was rebuilt on {name}.", printed)
    assert printed - timedelta(days=6) <= one.first <= printed and f"{one.first:%A}" == name


def test_page_copy_and_command_line_tell_the_days_as_ours_and_leave_the_quote_alone() -> None:
    citation = cite(ARTICLE, Span(0, 28), 1.0)
    assert citation.quote == "The council met on Saturday."
    assert [(one.text, one.first, one.last, one.label) for one in citation.days] == [
        ("Saturday", "2026-02-28", "2026-02-28", "28 Feb 2026"),
    ]
    assert ARTICLE.text[citation.days[0].start : citation.days[0].end] == "Saturday"
    sentence = AnswerSentence(text=citation.quote, verdict="supported", citations=[citation], quoted=True)
    answer = Answer(question="When did the council meet?", answer=sentence.text, sentences=[sentence])
    turn = Turn(id="t1", question=answer.question)
    turn.fold(SentenceReady(index=0, **sentence.model_dump()))
    turn.fold(Done(answer=answer))
    assert "“The council met on Saturday.” [Saturday: 28 Feb 2026]" in plain_text(turn)
    shown = render_sources(turn)
    assert "“The council met on Saturday.”</blockquote>" in shown
    assert "[Saturday: 28 Feb 2026]" in shown and "Counted by Dateline from the article’s date" in shown
    assert "[Saturday: 28 Feb 2026]" in render_sentences(turn)
    lines = "\n".join(answer_lines(answer))
    assert "“The council met on Saturday.” [Saturday: 28 Feb 2026]" in lines


def test_an_undated_article_tells_no_days() -> None:
    assert cite(Article(id="b" * 20, title="Velm", text=SAID), Span(0, 28), 1.0).days == []
