"""Conversations: what a follow-up takes over, and that a change of subject is one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Exchange, Request
from app.retrieval.follow_up import MAX_CARRIED, follow_up
from app.service import Service
from app.settings import load_settings
from evals.conversations import conversations

FLOOD = Exchange(question="How many people died in the Thessel flood?", answer="Eight people died in the Thessel flood.")


def articles() -> Iterator[dict[str, str]]:
    yield {
        "title": "Thessel flood kills eight",
        "url": "https://talk.example/flood",
        "published": "2025-12-09",
        "text": "Eight people died in the Thessel flood on Monday night. The flood damaged 1,180 homes in Dunmarrow. "
        "The old bridge stands and is open to traffic, the town's engineer Ada Brandt said.",
    }
    yield {
        "title": "Gold torc stolen from museum",
        "published": "2026-01-14",
        "text": "Two brothers stole the golden torc from the museum on Tuesday, the police said. It is insured for 3.5 million crowns.",
    }
    yield {
        "title": "Bread dearer again",
        "published": "2026-01-20",
        "text": "The price of bread has risen to 2.45 crowns a loaf, bakers in the capital said. Flour and power cost more.",
    }
    yield {
        "title": "Storm hits the coast at Aldersund",
        "published": "2025-11-02",
        "text": "A storm damaged 40 homes at Aldersund on Sunday. Nobody died. The harbour bridge was closed for a day.",
    }


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("talk")
    file = folder / "articles.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in articles()), encoding="utf-8")
    opened = Service.open(load_settings(home=folder / "home", llm="none"), "own")
    assert opened.ingest([file]).added == 4
    opened.load_models()
    yield opened
    opened.close()


def shown(service: Service, question: str, *history: Exchange) -> tuple[str, bool]:
    """The title of the first article cited, and whether the question was taken as a follow-up."""
    answer = service.ask(Request(question=question, history=list(history)))
    cited = [citation.title for sentence in answer.sentences for citation in sentence.citations]
    return cited[0] if cited else "", any(item.key == "follow_up" for item in answer.understood)


@pytest.mark.parametrize(
    ("question", "title"), [("Who stole the torc?", "Gold torc stolen from museum"), ("What is the price of bread?", "Bread dearer again")]
)
def test_a_new_subject_is_not_taken_for_a_follow_up(service: Service, question: str, title: str) -> None:
    assert shown(service, question, FLOOD) == (title, False)


def test_a_new_subject_that_is_named_is_one_however_it_begins(service: Service) -> None:
    history = Exchange(question="Who stole the torc?", answer="Two brothers stole the golden torc.")
    assert shown(service, "And the storm at Aldersund, how many homes did it damage?", history) == (
        "Storm hits the coast at Aldersund",
        False,
    )


def test_a_new_subject_after_several_turns_is_answered_as_if_asked_alone(service: Service) -> None:
    turns = [FLOOD, Exchange(question="And how many homes were damaged?", answer="1,180 homes."), Exchange(question="Who says so?")]
    assert shown(service, "What is the price of bread?", *turns) == ("Bread dearer again", False)


def test_a_follow_up_stays_with_its_story(service: Service) -> None:
    assert shown(service, "And how many homes were damaged?", FLOOD) == ("Thessel flood kills eight", True)


def test_a_follow_up_is_taken_off_and_the_question_asked_alone(service: Service) -> None:
    request = Request(question="And how many homes were damaged?", history=[FLOOD], ignore=["follow_up"])
    assert not any(item.key == "follow_up" for item in service.ask(request).understood)


def test_what_about_puts_a_name_in_the_place_of_the_one_that_it_replaces() -> None:
    history = [Exchange(question="How many troops will Indonesia send to Gaza?", answer="1,200.")]
    found = follow_up("What about Azerbaijan?", history)
    assert found is not None
    assert found.text == "How many troops will Azerbaijan send to Gaza?"


def test_he_is_the_person_whom_the_last_answer_named() -> None:
    history = [Exchange(question="Who commands the Halcyon?", answer="Captain Ulf Ternau commands her.")]
    found = follow_up("How many crew did he have?", history)
    assert found is not None
    assert found.carried[0] == "Ulf Ternau"


def test_who_says_so_asks_for_the_speaker_of_the_last_answer() -> None:
    found = follow_up("Who says so?", [Exchange(question="How many died?", answer="Eight people died, police said. More are missing.")])
    assert found is not None
    assert found.text == "Who said Eight people died, police said?"


def test_who_said_so_in_between_does_not_end_what_is_spoken_of() -> None:
    asked = ("What will the Thessel Crossing cost?", "Who said so?", "And when will it open?")
    found = follow_up("Has that date changed?", [Exchange(question=question, answer="On 15 October.") for question in asked])
    assert found is not None
    assert "Thessel Crossing" in found.text


def test_a_follow_up_of_a_follow_up_takes_the_subject_of_the_one_before_it_and_no_more() -> None:
    history = [
        Exchange(question="What became of the tram depot in Vantry?"),
        FLOOD,
        Exchange(question="And how many homes were damaged?", answer="1,180 homes."),
    ]
    found = follow_up("When was that?", history)
    assert found is not None
    assert "Thessel flood" in found.carried
    assert not any("Vantry" in phrase for phrase in found.carried)


@given(st.text(max_size=60), st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=4))
def test_whatever_is_said_little_is_carried_over_and_nothing_without_a_conversation(question: str, turns: list[tuple[str, str]]) -> None:
    found = follow_up(question, [Exchange(question=asked, answer=answer) for asked, answer in turns])
    assert found is None or (turns and len(found.carried) <= MAX_CARRIED)
    assert follow_up(question, []) is None


def test_the_figures_of_conversations_count_what_was_found(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "talk.jsonl"
    turns = [
        {"question": FLOOD.question, "kind": "opening", "gold": ["https://talk.example/flood"]},
        {"question": "And how many homes were damaged?", "kind": "follow_up", "gold": ["https://talk.example/none"]},
    ]
    file.write_text(json.dumps({"id": "one", "turns": turns}) + "\n", encoding="utf-8")
    figures = conversations(service, file=file)
    assert figures["openings: right article in the first 5, as answered"] == 1.0
    assert figures["follow-ups: right article in the first 5, as answered"] == 0.0
    assert figures["conversations"] == 1
