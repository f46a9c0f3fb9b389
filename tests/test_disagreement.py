"""What is told of values that do not agree: a change, a correction, sources that contradict each other, and what only looks alike."""

from __future__ import annotations

from datetime import date

import pytest

from app.answering.telling import older_line
from app.retrieval.wish import Wish
from tests.tellings import COST, KILLED, LATEST, MARCH, OPENS, WARNED, Told, board, conflict, quotes, tell


def test_the_same_said_twice_is_one_value_and_no_conflict() -> None:
    again = Told("The Orrin bridge will cost 84 million tallars, the mayor said.", "84 million tallars")
    telling = tell(COST, board("84 million", "2026-01-12"), again)
    assert telling.conflict is None
    assert telling.older == []
    assert "84 million" in quotes(telling)[0]


def test_a_rounder_way_of_saying_it_is_no_conflict() -> None:
    rounder = Told("The Orrin bridge will cost more than 80 million tallars, the mayor said.", "80 million tallars")
    assert tell(COST, board("84 million", "2026-01-12"), rounder).conflict is None


def test_what_two_articles_say_alike_is_one_claim_with_both_places() -> None:
    again = Told("The Orrin bridge will cost 84 million tallars, the mayor said.", "84 million tallars", day="2025-10-02")
    new, old = conflict(COST, board("84 million", "2025-10-01"), again, board("118 million", "2026-03-03")).claims
    assert (new.sources, new.places) == (1, [])
    assert old.sources == 2
    assert [old.citation.article_id, *(place.article_id for place in old.places)] == ["a0", "a1"]


@pytest.mark.parametrize(
    ("other", "sources"),
    [
        (Told("The Orrin bridge will cost 84 million tallars, the mayor said.", "84 million tallars"), 2),
        # An agency's sentence in an article that is else another: cut, corrected, rewritten around it.
        (Told("The Orrin bridge will cost 84 million tallars, the harbour board said. It rained.", "84 million tallars"), 1),
        (Told("The mayor puts the Orrin bridge at a cost of 84 million tallars.", "84 million tallars", by="Outlet 0"), 1),
        (Told("The mayor puts the Orrin bridge at a cost of 84 million tallars.", "84 million tallars", source="Outlet 0"), 1),
    ],
)
def test_one_report_in_two_papers_is_one_source(other: Told, sources: int) -> None:
    claims = conflict(COST, board("84 million", "2026-01-10"), other, board("118 million", "2026-03-03")).claims
    assert [claim.sources for claim in claims] == [1, sources]


def test_nothing_read_tells_nothing() -> None:
    telling = tell(COST)
    assert (telling.quoted, telling.conflict, telling.older) == ([], None, [])


@pytest.mark.parametrize("question", [COST, "How has the cost of the Orrin bridge changed?"])
def test_a_later_value_of_the_same_speaker_is_a_change_newest_first(question: str) -> None:
    found = conflict(question, board("84 million", "2025-10-01"), board("118 million", "2026-03-03"), board("97 million", "2025-11-20"))
    assert found.kind == "change"
    assert [claim.value for claim in found.claims] == ["118 million tallars", "97 million tallars", "84 million tallars"]
    assert [claim.earlier for claim in found.claims] == [False, True, True]
    assert [claim.date for claim in found.claims] == ["2026-03-03", "2025-11-20", "2025-10-01"]


def test_the_order_in_which_articles_were_read_does_not_matter() -> None:
    one, two = board("84 million", "2025-10-01"), board("118 million", "2026-03-03")
    assert [claim.value for claim in conflict(COST, one, two).claims] == [claim.value for claim in conflict(COST, two, one).claims]


def test_the_answer_quotes_the_newest_value_and_names_the_older_ones_in_one_line() -> None:
    telling = tell(COST, board("84 million", "2025-10-01"), board("118 million", "2026-03-03"), board("97 million", "2025-11-20"))
    assert quotes(telling) == ["The Orrin bridge will cost 118 million tallars, the harbour board said."]
    line = older_line(telling.older)
    assert line is not None
    assert line.text == (
        "Earlier: 97 million tallars (the harbour board, 20 Nov 2025); 84 million tallars (the harbour board, 1 Oct 2025)."
    )
    assert [citation.article_id for citation in line.citations] == ["a2", "a0"]


def test_an_older_value_without_a_speaker_is_told_with_its_outlet_and_none_makes_no_line() -> None:
    plain = [
        Told(f"The Orrin bridge will cost {cost} tallars.", f"{cost} tallars", day=day, source="Velm Post")
        for cost, day in (("84 million", "2025-10-01"), ("118 million", "2026-03-03"))
    ]
    line = older_line(tell(COST, *plain).older)
    assert line is not None
    assert line.text == "Earlier: 84 million tallars (Velm Post, 1 Oct 2025)."
    assert older_line([]) is None


def test_a_value_that_an_article_tells_as_overtaken_is_earlier_though_nobody_else_gives_it() -> None:
    text = "The cost of the Orrin bridge has risen from 84 million tallars to 118 million tallars, the harbour board said."
    new, old = conflict(COST, Told(text, "84 million tallars", "118 million tallars")).claims
    assert (new.value, new.earlier) == ("118 million tallars", False)
    assert (old.value, old.earlier) == ("84 million tallars", True)


def test_who_says_something_else_the_next_day_has_changed_it_and_another_who_does_disagrees() -> None:
    assert conflict(COST, board("84 million", "2026-01-12"), board("118 million", "2026-01-13")).kind == "change"
    other = Told("The Orrin bridge will cost 118 million tallars, the ministry said.", "118 million tallars", day="2026-01-13")
    assert conflict(COST, board("84 million", "2026-01-12"), other).kind == "disagreement"


def test_a_day_that_was_put_off_is_a_change_of_days() -> None:
    planned = Told("The Velm tunnel opens on 3 May, Nordline said.", "3 May", day="2026-01-10")
    moved = Told("The opening of the Velm tunnel was put off from 3 May to 9 June, Nordline said.", "9 June", "3 May", day="2026-02-10")
    found = conflict(OPENS, planned, moved)
    assert found.kind == "change"
    assert [(claim.value, claim.earlier) for claim in found.claims] == [("9 June", False), ("3 May", True)]
    assert found.scale == "day"
    days = [(date(2026, month, day) - date(1970, 1, 1)).days for month, day in ((6, 9), (5, 3))]
    assert [claim.amount for claim in found.claims] == days


def test_whoever_asks_for_the_first_value_is_given_it() -> None:
    question = "What was the original cost of the Orrin bridge?"
    telling = tell(question, board("84 million", "2025-10-01"), board("118 million", "2026-03-03"), wish=Wish(first=True))
    assert quotes(telling) == ["The Orrin bridge will cost 84 million tallars, the harbour board said."]
    assert telling.conflict is not None


@pytest.mark.parametrize(
    "text",
    [
        "Correction: the Orrin bridge will cost 48 million tallars, not 84 million tallars as we reported.",
        "We wrongly reported that the Orrin bridge would cost 84 million tallars. The right figure for the bridge is 48 million tallars.",
    ],
)
def test_a_correction_goes_before_what_it_corrects_and_says_so(text: str) -> None:
    right = Told(text, "48 million tallars", "84 million tallars", day="2026-01-13", title="Correction: the Orrin bridge")
    telling = tell(COST, board("84 million", "2026-01-12"), right)
    assert telling.conflict is not None
    new, old = telling.conflict.claims
    assert (new.value, new.correction, new.earlier) == ("48 million tallars", True, False)
    assert (old.value, old.correction, old.earlier) == ("84 million tallars", False, True)
    assert telling.conflict.kind == "change"
    assert "48 million" in quotes(telling)[0]


def test_two_sources_on_one_day_disagree_and_neither_is_preferred() -> None:
    police = Told("Police said 12,000 people marched in Velm on Sunday.", "12,000")
    others = Told("Organisers said 40,000 people marched in Velm on Sunday.", "40,000")
    telling = tell(MARCH, police, others)
    assert telling.conflict is not None
    assert telling.conflict.kind == "disagreement"
    assert {(claim.speaker, claim.value) for claim in telling.conflict.claims} == {("Police", "12,000"), ("Organisers", "40,000")}
    assert not any(claim.earlier or claim.correction for claim in telling.conflict.claims)
    assert telling.older == []
    assert sorted(quotes(telling)) == sorted([police.text, others.text])


def test_two_voices_in_one_sentence_disagree() -> None:
    text = "Police said 12,000 people marched in Velm on Sunday, while organisers claimed 40,000 people."
    found = conflict(MARCH, Told(text, "12,000", "40,000"))
    assert found.kind == "disagreement"
    assert {(claim.speaker, claim.value) for claim in found.claims} == {("Police", "12,000"), ("organisers", "40,000")}


def test_two_sources_disagree_on_a_day_and_on_who() -> None:
    days = conflict(
        OPENS,
        Told("The Velm tunnel opens on 3 May, Nordline said.", "3 May"),
        Told("The Velm tunnel opens on 9 May, the mayor said.", "9 May"),
    )
    assert (days.kind, {claim.value for claim in days.claims}) == ("disagreement", {"3 May", "9 May"})
    names = conflict(
        "Who won the vote in Velm?",
        Told("Mira Dolan won the vote in Velm, the council said.", "Mira Dolan"),
        Told("Olen Tark won the vote in Velm, his party claims; the council's count is disputed.", "Olen Tark"),
    )
    assert (names.kind, {claim.value for claim in names.claims}) == ("disagreement", {"Mira Dolan", "Olen Tark"})
    assert names.scale is None and names.unit == ""
    assert [claim.amount for claim in names.claims] == [None, None]


def test_sources_without_a_day_disagree() -> None:
    ministry = Told("The Orrin bridge will cost 118 million tallars, the ministry said.", "118 million tallars", day=None)
    undated = Told("The Orrin bridge will cost 84 million tallars, the harbour board said.", "84 million tallars", day=None)
    found = conflict(COST, undated, ministry)
    assert found.kind == "disagreement"
    assert [claim.date for claim in found.claims] == [None, None]


def test_yes_stands_against_no() -> None:
    yes = Told("Nordline insists it warned the passengers of the fault.", "warned the passengers")
    no = Told("Inspectors say Nordline did not warn the passengers of the fault.", "did not warn the passengers")
    telling = tell(WARNED, yes, no)
    assert telling.conflict is not None
    assert telling.conflict.kind == "disagreement"
    assert {claim.speaker for claim in telling.conflict.claims} == {"Nordline", "Inspectors"}
    assert sorted(quotes(telling)) == sorted([yes.text, no.text])


def test_two_that_say_yes_do_not_disagree() -> None:
    one = Told("Nordline insists it warned the passengers of the fault.", "warned the passengers")
    two = Told("Nordline warned the passengers of the fault, the inspectors found.", "warned the passengers")
    assert tell(WARNED, one, two).conflict is None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (MARCH, [Told("Police said 12,000 people marched in Velm on Sunday and 300 people watched.", "12,000", "300")]),
        (
            MARCH,
            [
                Told(
                    "Police said 12,000 people marched in Velm on Sunday. Police said 9,000 people marched in Velm on Sunday with banners.",
                    "12,000",
                    "9,000",
                )
            ],
        ),
        (
            "How many tonnes of herring were landed in Velm in 2025?",
            [
                Told("In 2025 some 900 tonnes of herring were landed in Velm, the port said.", "900 tonnes"),
                Told("In 2024 some 700 tonnes of herring were landed in Velm, the club said.", "700 tonnes"),
            ],
        ),
        (KILLED, [Told("The Skarrow fire killed 21 people and injured 40 people, the ministry said.", "21 people", "40 people")]),
        (
            KILLED,
            [
                Told("The Skarrow fire killed 21 people, the ministry said.", "21 people"),
                Told("The Skarrow fire injured 40 people, the hospital said.", "40 people"),
            ],
        ),
        (
            "How many homes in the Old Harbour of Velm were damaged?",
            [
                Told("The flood damaged 310 homes in the Old Harbour of Velm, the council said.", "310 homes"),
                Told("The flood damaged 1,180 homes in Velm, the council said.", "1,180 homes"),
            ],
        ),
        (
            "How many homes in Kaldia have no power?",
            [
                Told("In Kaldia 4,100 homes have no power, the network said.", "4,100 homes"),
                Told("In Belmark 900 homes have no power, the network said.", "900 homes"),
            ],
        ),
        (
            "How many homes did the Orrin flood damage?",
            [
                Told("The Orrin flood damaged 1,180 homes, the council said.", "1,180 homes"),
                Told("The Orrin flood drove out 4,100 people, the council said.", "4,100 people"),
            ],
        ),
        (
            COST,
            [
                board("84 million", "2026-01-12"),
                Told("The Orrin bridge will cost 3 per cent of the budget, the mayor said.", "3 per cent"),
            ],
        ),
    ],
    ids=[
        "one voice in a sentence",
        "one voice in an article",
        "another year",
        "killed and injured in a sentence",
        "killed and injured",
        "district and all",
        "another country",
        "homes and people",
        "another unit",
    ],
)
def test_two_things_that_look_alike_show_no_conflict(question: str, told: list[Told]) -> None:
    telling = tell(question, *told)
    assert telling.conflict is None
    assert told[0].words[0] in quotes(telling)[0]


def test_a_look_alike_does_not_join_those_that_do_disagree() -> None:
    found = conflict(
        KILLED,
        Told("The Skarrow fire killed 21 people, the ministry said.", "21 people"),
        Told("The Skarrow fire killed 34 people, the army said.", "34 people"),
        Told("The Skarrow fire injured 90 people, the hospital said.", "90 people"),
    )
    assert {claim.value for claim in found.claims} == {"21 people", "34 people"}


def test_a_claim_carries_its_value_speaker_day_and_the_articles_own_words() -> None:
    texts = [
        "Work began in May. The Orrin bridge   will cost\n84 million tallars, the harbour board said. 🙂 Ships wait.",
        "The Orrin bridge will cost 118 million tallars, the harbour board said.",
    ]
    told = [
        Told(texts[0], "84 million tallars", day="2025-10-01", title="Bridge"),
        Told(texts[1], "118 million tallars", day="2026-03-03", title="Bridge dearer"),
    ]
    found = conflict(COST, *told)
    assert found.about == COST
    for claim, text, day in zip(found.claims, reversed(texts), ("2026-03-03", "2025-10-01"), strict=True):
        assert text[claim.citation.start : claim.citation.end] == claim.citation.quote
        assert claim.text == " ".join(claim.citation.quote.split())
        assert claim.value in claim.text
        assert claim.speaker == "the harbour board"
        assert claim.date == claim.citation.published == day


def test_figures_of_one_unit_have_amounts_and_the_unit_in_the_articles_words() -> None:
    found = conflict(COST, board("84 million", "2025-10-01"), board("118 million", "2026-03-03"))
    assert (found.scale, found.unit) == ("figure", "tallars")
    assert [claim.amount for claim in found.claims] == [118e6, 84e6]
    march = conflict(
        MARCH,
        Told("Police said 12,000 people marched in Velm on Sunday.", "12,000"),
        Told("Organisers said 40,000 people marched in Velm on Sunday.", "40,000"),
    )
    assert (march.scale, march.unit) == ("figure", "people")
    assert sorted(claim.amount or 0 for claim in march.claims) == [12_000, 40_000]


def test_the_newest_value_says_of_which_day_it_is() -> None:
    question = "What is the current cost of the Orrin bridge?"
    telling = tell(question, board("84 million", "2025-10-01"), board("118 million", "2026-03-03"), wish=Wish(newest=True))
    assert telling.lead == "As of 3 Mar 2026: "
    assert "118 million" in quotes(telling)[0]


def test_the_newest_state_of_a_value_that_never_changed_is_of_the_last_article_that_gives_it() -> None:
    telling = tell(
        "How many dockers are on strike in Velm right now?",
        Told("Some 1,800 dockers are on strike in Velm, the union said.", "1,800", day="2026-01-10"),
        Told("Some 1,800 dockers are on strike in Velm, the port said.", "1,800", day="2026-03-03"),
        wish=Wish(newest=True),
    )
    assert telling.conflict is None
    assert telling.lead == "As of 3 Mar 2026: "
    assert quotes(telling)[0] == "Some 1,800 dockers are on strike in Velm, the port said."


def test_whoever_does_not_ask_for_the_newest_gets_no_words_before_the_quote() -> None:
    assert tell(COST, board("84 million", "2025-10-01"), board("118 million", "2026-03-03")).lead == ""


def test_a_story_stands_as_its_newest_articles_open() -> None:
    old = Told("The dockers of Velm went on strike on Monday over pay. Talks go on.", "Monday", day="2026-01-10")
    text = "Velm\n\nPhoto: Lena Osk\n\nThe dockers of Velm ended their strike on Friday after a long night. Ships sail again."
    new = Told(text, "Ships", day="2026-01-20")
    other = Told("In Oakhaven the teachers marched to the town hall on Friday.", "Friday", day="2026-02-10")
    telling = tell(LATEST, old, new, other, wish=Wish(newest=True))
    assert telling.lead == "As of 20 Jan 2026: "
    assert quotes(telling) == [
        "The dockers of Velm ended their strike on Friday after a long night.",
        "The dockers of Velm went on strike on Monday over pay.",
    ]
    assert telling.conflict is None


def test_a_story_that_no_dated_article_is_on_has_no_state() -> None:
    other = Told("In Oakhaven the teachers marched to the town hall on Friday.", "Friday", day="2026-02-10")
    undated = Told("The dockers of Velm went on strike on Monday over pay.", "Monday", day=None)
    telling = tell(LATEST, other, undated)
    assert telling.lead == ""
    assert telling.sure == 0.0


def test_of_two_stories_of_one_place_the_one_asked_about_has_the_newest_state() -> None:
    plant = Told("The power plant at Velm Head started again on Monday, its owner said.", "Monday", day="2026-01-12")
    lamp = Told("The lighthouse at Velm Head will take guests from June, a trust said.", "June", day="2026-02-03")
    assert quotes(tell("What is the latest on the Velm Head power plant?", plant, lamp)) == [plant.text]


def test_what_another_source_puts_at_another_figure_is_a_disagreement() -> None:
    text = (
        "A source close to the planning said the Velm force would have 15,000 soldiers. "
        "Another source estimated that the force could reach 20,000 soldiers."
    )
    found = conflict("How many soldiers will the Velm force have?", Told(text, "15,000", "20,000"))
    assert found.kind == "disagreement"
    assert {claim.value for claim in found.claims} == {"15,000", "20,000"}


def test_what_was_announced_before_is_told_as_older_in_the_same_article() -> None:
    text = (
        "Velm, which previously announced it would send up to 20,000 soldiers, is now considering fewer. Ships wait in the harbour. "
        "A ministry official announced that the army of Velm plans to send about 1,200 soldiers."
    )
    found = conflict("How many soldiers will Velm send?", Told(text, "20,000", "1,200"))
    assert found.kind == "change"
    assert [(claim.value, claim.earlier) for claim in found.claims] == [("1,200", False), ("20,000", True)]
