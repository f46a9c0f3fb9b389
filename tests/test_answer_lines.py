"""An answer as plain lines for a terminal."""

from __future__ import annotations

from app.answer import Done, Request
from app.commands.show import answer_lines
from tests.page_scripts import FARES, PRICE, RISE, quoted, quotes_and_says_in_short, short, whole


def test_the_short_answer_stands_first_on_a_line_of_its_own() -> None:
    *_, done = quotes_and_says_in_short(Request(question="How much is a ticket?"))
    assert isinstance(done, Done)
    lines = "\n".join(answer_lines(done.answer)).splitlines()
    assert lines[:2] == ["22 crowns", ""]
    assert lines[2].startswith(RISE.quote[:20])


def test_an_answer_that_is_all_short_is_not_said_twice() -> None:
    answer = whole(Request(question="How much is a ticket?"), quoted(0, PRICE), short=short(FARES, PRICE.quote)).answer
    assert "\n".join(answer_lines(answer)).count("22 crowns") == 2, "in the answer and in the quote under it"
