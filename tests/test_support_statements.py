"""A claim sentence cut into the parts that each state something: at clauses of their own, and nowhere else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.statements import LONGEST, statements


def parts(sentence: str) -> list[str]:
    return [sentence[span.start : span.end] for span in statements(sentence)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The assembly approved the ferry budget on Monday,", "and the council set the fares for the summer."),
        ("The assembly approved the ferry budget on Monday;", "the council set the fares for the summer."),
        ("The river rose to four metres in the night", "while the army closed both bridges at Velm."),
        ("The mill lost 40 workers over the winter,", "but its owner kept the second shift."),
        ("The board has bought two new ferries for the island,", "although its own engineers had asked for three larger ships."),
        ("Police said that 12,000 people had marched,", "while the organisers said 40,000 people had come to the square."),
        ("The council sold the old mill to Nordline,", "which runs the railway to Hexmoor."),
        ("The fund is led by Osric Bellane,", "who ran the harbour board until 2019."),
        ("The union has called a strike for Monday,", "so the ferries will stay in port all week."),
    ],
)
def test_two_statements_are_taken_apart_where_each_has_a_verb_of_its_own(first: str, second: str) -> None:
    assert parts(f"{first} {second}") == [first, second]


@pytest.mark.parametrize(
    "sentence",
    [
        "The assembly approved the ferry budget and set the fares for the summer.",
        "The thieves took a gold torc, a silver cup, and a bronze sword from the tomb.",
        "The fair was called off, and with it the concert.",
        "The mayor praised the engineers, the divers, and the crew that had worked all night.",
        "The council, which met on Monday in the old hall, voted to sell the mill to Nordline.",
        "If the council sells the old mill to Nordline, and the board agrees, the workers will lose their posts.",
        "When the river rose in the night, the army closed both bridges, and the police cleared the quay.",
        "The minister said the works leaked for six hours, and the owner knew of the broken valve.",
        "The minister said the leak had been small but the valve was broken for two years.",
        "The works leaked for six hours, and the owner knew of the broken valve, the minister said.",
        "The coach said: “The club has sold its best striker, and the fans are angry about the price.”",
        "The board (the assembly chose its members in May, and the mayor chairs the meetings) voted on Monday.",
        "The money will go not to the council of Dunmarrow but the families have been told to apply.",
        "She asked for a review of the census but not for a new count of the harbour district.",
        "The report found that the valve was old, and that the owner had been warned in writing.",
        "The bridge opened.",
    ],
)
def test_what_hangs_together_stays_together(sentence: str) -> None:
    assert parts(sentence) == [sentence]


def test_a_sentence_of_three_statements_is_three() -> None:
    sentence = (
        "The ferry ran aground on Saturday, and the crew took 214 passengers to Aldersund; the board has opened an inquiry into the chart."
    )
    assert [one.split()[0] for one in parts(sentence)] == ["The", "and", "the"]


def test_nothing_states_nothing() -> None:
    assert statements("") == statements(" \n ") == ()


def test_what_is_too_long_to_be_a_sentence_is_not_cut() -> None:
    assert len(statements("The council met on Monday, and the mayor was in the old hall. " * LONGEST)) == 1


PIECES = st.sampled_from(
    [
        "The council approved the budget",
        "the mayor was in the old hall of Velm",
        "which runs the railway line",
        ", and",
        ";",
        " while ",
        ", but",
        ", which",
        "“",
        "”",
        "(",
        ")",
        "said",
        "if",
        "12,000",
        ",",
        ".",
        "\n",
        "🙂",
        "\u2028",
    ]
)


@given(st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=16).map(" ".join), st.lists(PIECES, max_size=16).map("".join)))
def test_parts_are_in_order_and_apart_and_hold_every_letter_whatever_the_sentence(sentence: str) -> None:
    found = statements(sentence)
    assert all(0 <= span.start < span.end <= len(sentence) for span in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    held = {place for span in found for place in range(span.start, span.end)}
    assert not any(character.isalnum() for place, character in enumerate(sentence) if place not in held)
