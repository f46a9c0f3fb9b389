"""The support check: true claims above their false twins, spans that hold the evidence, and reasons in plain words."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.checker import SUPPORTED_AT, SupportChecker

HARBOUR = (
    "The council of Ostrand voted 17 to 6 on Thursday to rebuild the harbour wall, officials said. "
    "Work is expected to start in April and to cost up to 4.6 million florins.\n\n"
    "The mayor, Ilva Marrick, said the wall would protect about 2,300 homes. "
    "Torrin, the neighbouring town, has not agreed to share the cost. "
    "Its engineer, Pell Odder, denied that the old wall had failed the inspection in 2019. "
    "Fishing fell by 12 percent after the storm, according to the port.\n\n"
    "Indonesia may send 300 engineers, and Norway plans to send 45 divers and two ships. "
    "Marrick defeated Odder in the last election."
)

TWINS = [
    ("The council of Ostrand voted 17 to 6 to rebuild the wall.", "The council of Ostrand voted 6 to 17 to rebuild the wall."),
    ("Work is expected to start in April.", "Work is expected to start in May."),
    ("The vote was on Thursday.", "The vote was on Friday."),
    ("The work is expected to cost up to 4.6 million florins.", "The work is expected to cost up to 46 million florins."),
    ("The work is expected to cost up to 4.6 million florins.", "The work is expected to cost more than 4.6 million florins."),
    ("The work is expected to cost up to 4.6 million florins.", "The work is expected to cost up to 4.6 million dollars."),
    ("The wall would protect about 2,300 homes, the mayor said.", "The wall would protect about 3,200 homes, the mayor said."),
    ("The wall would protect about 2,300 homes, the mayor said.", "The wall would not protect about 2,300 homes, the mayor said."),
    ("Torrin has not agreed to share the cost.", "Torrin has agreed to share the cost."),
    ("Pell Odder denied that the wall had failed the inspection.", "Pell Odder said that the wall had failed the inspection."),
    ("The wall was inspected in 2019, Pell Odder said.", "The wall was inspected in 2018, Pell Odder said."),
    ("Fishing fell by 12 percent after the storm.", "Fishing rose by 12 percent after the storm."),
    ("Fishing fell by 12% after the storm.", "Fishing fell by 21% after the storm."),
    ("Fishing fell by 12 percent after the storm.", "Fishing fell by 12 percent before the storm."),
    ("Indonesia may send 300 engineers.", "Malaysia may send 300 engineers."),
    ("Indonesia may send 300 engineers.", "Indonesia will send 300 engineers."),
    ("Norway plans to send 45 divers.", "Norway has sent 45 divers."),
    ("Norway plans to send 45 divers and two ships.", "Norway plans to send two divers and 45 ships."),
    ("Marrick defeated Odder in the last election.", "Odder defeated Marrick in the last election."),
    ("The mayor, Ilva Marrick, spoke of 2,300 homes.", "The mayor, Jonna Marrick, spoke of 2,300 homes."),
    ("Ostrand voted to rebuild the wall. Work will start in April.", "Ostrand voted to rebuild the wall. Work will start in June."),
]


@pytest.fixture(scope="module")
def checker() -> SupportChecker:
    return SupportChecker()


@pytest.mark.parametrize(("true", "false"), TWINS)
def test_a_true_claim_scores_well_above_its_false_twin(checker: SupportChecker, true: str, false: str) -> None:
    right, wrong = checker.check(HARBOUR, true), checker.check(HARBOUR, false)
    assert right.support > 1.5 * wrong.support
    assert wrong.support < SUPPORTED_AT
    assert wrong.reasons


@pytest.mark.parametrize(
    "claim",
    [
        "Malaysia may send 300 engineers.",
        "The council of Ostrand voted 17 to 8 to rebuild the wall.",
        "Work is expected to start in May.",
        "Torrin has agreed to share the cost.",
        "The council of Ostrand voted 17 to 6 not to rebuild the wall.",
        "Fishing rose by 12 percent after the storm.",
        "The council of Velm voted 17 to 6 to rebuild the harbour wall.",
    ],
)
def test_a_wrong_figure_date_name_or_negation_leaves_at_most_a_fifth(checker: SupportChecker, claim: str) -> None:
    assert checker.check(HARBOUR, claim).support <= 0.2


@pytest.mark.parametrize(
    "claim",
    [
        "The council of Ostrand voted 17 to 6 on Thursday to rebuild the wall.",
        "Work is expected to start in April and to cost up to 4.6 million florins.",
        "Torrin, the neighbouring town, has not agreed to share the cost.",
        "Indonesia may send 300 engineers.",
        "According to the port, fishing fell by 12% after the storm.",
    ],
)
def test_close_wording_is_let_in(checker: SupportChecker, claim: str) -> None:
    assert checker.check(HARBOUR, claim).support >= SUPPORTED_AT


def test_a_quote_has_full_support_and_its_own_span(checker: SupportChecker) -> None:
    found = checker.check(HARBOUR, "the wall would protect\n about 2,300 homes.")
    assert found.support == 1
    assert HARBOUR[found.start : found.end] == "the wall would protect about 2,300 homes"


def test_a_quote_cut_out_of_a_denial_is_no_quote(checker: SupportChecker) -> None:
    assert checker.check(HARBOUR, "the old wall had failed the inspection in 2019").support < SUPPORTED_AT


def test_figures_that_end_in_the_same_digits_are_no_quote(checker: SupportChecker) -> None:
    assert checker.check("They voted 14 to 91 on it.", "voted 14 to 9").support < SUPPORTED_AT


def test_the_span_holds_the_sentence_that_carries_the_claim(checker: SupportChecker) -> None:
    found = checker.check(HARBOUR, "Norway plans to send divers.")
    assert HARBOUR[found.start : found.end].startswith("Indonesia may send 300 engineers, and Norway plans")


def test_several_sentences_are_as_good_as_their_worst(checker: SupportChecker) -> None:
    true, false = "Torrin has not agreed to share the cost.", "Fishing rose by 12 percent."
    both = checker.check(HARBOUR, f"{true} {false}").support
    assert both == checker.check(HARBOUR, false).support < checker.check(HARBOUR, true).support


def test_a_claim_about_something_else_has_hardly_any_support(checker: SupportChecker) -> None:
    found = checker.check(HARBOUR, "Bananas ripen faster in paper bags.")
    assert found.support < 0.2
    assert any("close enough" in reason for reason in found.reasons)


def test_the_reason_names_what_is_wrong(checker: SupportChecker) -> None:
    assert "the number 46 million florins is not in the source" in checker.check(HARBOUR, "It will cost 46 million florins.").reasons
    assert any("Malaysia" in reason for reason in checker.check(HARBOUR, "Malaysia may send 300 engineers.").reasons)


@pytest.mark.parametrize(("source", "claim"), [("", "Something."), ("  \n ", "Something."), ("Something.", " ")])
def test_nothing_supports_nothing(checker: SupportChecker, source: str, claim: str) -> None:
    assert checker.check(source, claim).support == 0


def test_a_country_and_its_people_are_one_name(checker: SupportChecker) -> None:
    source = "The Indonesian army plans to send about 1,500 soldiers in the first phase, an official said."
    assert checker.check(source, "Indonesia plans to send about 1,500 soldiers in the first phase.").support >= SUPPORTED_AT


def test_a_rounded_figure_that_says_so_agrees(checker: SupportChecker) -> None:
    source = "The port counted 19,850 containers in March."
    assert checker.check(source, "The port counted nearly 20,000 containers in March.").support >= SUPPORTED_AT
    assert checker.check(source, "The port counted 20,000 containers in March.").support <= 0.2


def test_evidence_at_the_end_of_a_long_source_is_found_quickly(checker: SupportChecker) -> None:
    filler = "\n".join(f"The {word} market of Velm opened its {n} stalls on a quiet day." for n, word in enumerate(["old", "new"] * 430))
    source = f"{filler}\n{HARBOUR}"
    assert len(source.split()) > 10_000
    begun = time.process_time()
    found = checker.check(source, "The work is expected to start in April.")
    # Processor time, since others may use the machine; 0.3 s when it is free.
    assert time.process_time() - begun < 1.5
    assert "April" in source[found.start : found.end]
    assert found.support > checker.check(source, "The work is expected to start in May.").support


def test_an_encoder_is_asked_about_the_closest_sentences_only() -> None:
    seen: list[str] = []

    def encode(texts: Sequence[str]) -> np.ndarray:
        seen.extend(texts)
        return np.tile(np.float32([0.6, 0.8]), (len(texts), 1))

    source = "\n".join(f"The council of ward {n} met and spoke of the wall." for n in range(200))
    checker = SupportChecker(encode)
    assert 0 < checker.check(source, "The council spoke of the wall in ward 7.").support < 1
    assert len(seen) <= 30
    assert len(seen) == len(set(seen))


words = st.sampled_from([*HARBOUR.replace("\n", " ").split(), "not", "denied", "May", "Malaysia", "9", ".", "\n", "“", "%"])


@given(st.lists(words, max_size=40).map(" ".join), st.lists(words, max_size=15).map(" ".join))
def test_any_source_and_claim_give_a_number_and_a_span_inside(source: str, claim: str) -> None:
    found = SupportChecker().check(source, claim)
    assert 0 <= found.support <= 1
    assert 0 <= found.start < found.end <= len(source) or (not source.strip() and found.start == found.end == 0)
