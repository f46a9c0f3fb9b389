"""What readers say of answers: kept beside them, each owner's own, and handed to evals as questions that load."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.__main__ import main
from app.answer import Understanding
from app.commands.eval_rows import eval_row
from app.stores.conversations import CONVERSATIONS_FILE, Conversations
from app.stores.feedback import Feedback, JudgedTurn, judged_in
from app.web.browsers import Browsers
from app.web.export import exports
from app.web.judging import judgements
from app.web.turn import Turn
from evals.datasets import Gold, Question, load_corpus
from tests.conflict_scripts import OPENING, disagreeing
from tests.page_browser import serving
from tests.page_scripts import BARE, FARES, FIRST, PRICE, RISE, STEEP, ScriptedService, abstains, quotes_and_says_in_short
from tests.test_export import done, keep

MINE = "conversation1"
SHORT = done(quotes_and_says_in_short)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ScriptedService]:
    service = ScriptedService(tmp_path)
    yield service
    service.conversations.close()


@pytest.fixture
def feedback(service: ScriptedService) -> Feedback:
    keep(service, "", MINE, SHORT, done(abstains, "Who won?", 2))
    return service.conversations.feedback


def said(feedback: Feedback, owner: str = "") -> list[tuple[int, int, str, str]]:
    return [(one.turn, one.citation, one.verdict, one.note) for one in feedback.of(owner, MINE)]


# Kept


def test_a_verdict_takes_the_place_of_the_one_before_and_can_be_taken_back(feedback: Feedback) -> None:
    assert feedback.judge("", MINE, 1, 0, "good", "") and feedback.judge("", MINE, 1, 0, "bad", "22 crowns")
    assert feedback.judge("", MINE, 1, 2, "wrong-citation", "") and feedback.judge("", MINE, 2, 0, "should-have-answered", "")
    assert said(feedback) == [(1, 0, "bad", "22 crowns"), (1, 2, "wrong-citation", ""), (2, 0, "should-have-answered", "")]
    assert feedback.judge("", MINE, 1, 0, None, "") and feedback.judge("", MINE, 1, 0, None, "")
    assert said(feedback) == [(1, 2, "wrong-citation", ""), (2, 0, "should-have-answered", "")]


def test_only_what_is_there_done_and_ones_own_can_be_judged(service: ScriptedService, feedback: Feedback) -> None:
    service.conversations.add("", MINE, "late", "Still asked?", "{}")
    for owner, where, turn, citation in (("bob", MINE, 1, 0), ("", "other", 1, 0), ("", MINE, 9, 0), ("", MINE, 3, 0), ("", MINE, 1, 3)):
        assert not feedback.judge(owner, where, turn, citation, "good", "")
    feedback.judge("", MINE, 1, 0, "good", "")
    assert said(feedback, "bob") == []
    service.conversations.delete("", MINE)
    assert said(feedback) == [] and feedback.turns() == [] and not feedback.judge("", MINE, 1, 0, "bad", "")


def test_a_conversation_that_goes_takes_its_feedback_along(
    service: ScriptedService, feedback: Feedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.stores import conversations as module

    feedback.judge("", MINE, 1, 0, "bad", "zeppelin")
    service.conversations.delete("", MINE)
    monkeypatch.setattr(module, "UNDO_SECONDS", -1)
    service.conversations.purge()
    keep(service, "", MINE, SHORT)
    assert said(feedback) == []


def test_turns_are_chosen_by_what_was_said_and_when(service: ScriptedService, feedback: Feedback) -> None:
    feedback.judge("", MINE, 1, 0, "good", "")
    feedback.judge("", MINE, 1, 1, "wrong-citation", "")
    feedback.judge("", MINE, 2, 0, "should-have-answered", "")
    path = service.home / CONVERSATIONS_FILE
    assert [one.number for one in judged_in(path, None, 0)] == [1, 2], "the file is open in another process meanwhile"
    (one,) = judged_in(path, "wrong-citation", 0)
    assert [judged.verdict for judged in one.said] == ["good", "wrong-citation"] and len(one.bodies) == 1
    tomorrow = int((datetime.now(UTC) + timedelta(days=1)).timestamp())
    assert judged_in(path, None, tomorrow) == judged_in(path, "bad", 0) == judged_in(path.with_name("none"), None, 0) == []


# Sent by the page


@pytest.fixture
def http(service: ScriptedService, feedback: Feedback) -> Iterator[httpx.Client]:
    browsers, api = Browsers("s", each=False), FastAPI()
    api.include_router(judgements(service.conversations, browsers))
    api.include_router(exports(service, browsers))
    with serving(api) as base, httpx.Client(base_url=f"{base}/page/conversations/{MINE}", trust_env=False) as client:
        yield client


def test_the_page_says_reads_and_takes_back(http: httpx.Client) -> None:
    where = "/turns/1/feedback"
    assert http.put(where, json={"verdict": "bad", "note": "  22 crowns \n"}).status_code == 204
    assert http.put(where, json={"citation": 2, "verdict": "wrong-citation"}).status_code == 204
    assert [(one["turn"], one["citation"], one["verdict"], one["note"]) for one in http.get("/feedback").json()] == [
        (1, 0, "bad", "22 crowns"),
        (1, 2, "wrong-citation", ""),
    ]
    (bad, wrong) = http.get("/export/json?turn=1").json()["turns"][0]["feedback"]
    assert (bad["verdict"], bad["note"], bad["citation"]) == ("bad", "22 crowns", None)
    assert wrong["citation"]["quote"] == SHORT.numbered()[1].quote
    assert http.put(where, json={"verdict": None}).status_code == 204
    assert len(http.get("/feedback").json()) == 1
    assert http.put("/turns/3/feedback", json={"verdict": "good"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "nice"},
        {"verdict": "good", "note": "a" * 2_001},
        {"verdict": "good", "note": 5},
        {"verdict": "good", "citation": 1},
        {"verdict": "wrong-citation"},
        {"verdict": "wrong-citation", "citation": -1},
        {"verdict": "wrong-citation", "citation": "1"},
        {"verdict": "good", "owner": "bob"},
        [],
    ],
)
def test_what_the_page_would_not_say_is_refused(http: httpx.Client, body: Any) -> None:
    assert http.put("/turns/1/feedback", json=body).status_code == 422
    assert http.get("/feedback").json() == []


@pytest.mark.parametrize("number", ["0", "x", "-1", "99999999"])
def test_a_turn_is_a_number(http: httpx.Client, number: str) -> None:
    assert http.put(f"/turns/{number}/feedback", json={"verdict": "good"}).status_code == 422


def test_another_browser_neither_sees_nor_says(service: ScriptedService, feedback: Feedback) -> None:
    api = FastAPI()
    api.include_router(judgements(service.conversations, Browsers("s", each=True)))
    with serving(api) as base, httpx.Client(base_url=f"{base}/page/conversations/{MINE}", trust_env=False) as client:
        assert client.get("/feedback").status_code == client.put("/turns/1/feedback", json={"verdict": "good"}).status_code == 403


# Handed to evals


def loaded(tmp_path: Path, *rows: Any) -> list[Question]:
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return load_corpus(file)


def row_of(tmp_path: Path, turn: Turn, *verdicts: tuple[int, str, str], before: tuple[Turn, ...] = ()) -> tuple[Any, str]:
    """What comes of a turn with these verdicts, through the store."""
    with closing(Conversations(None)) as kept:
        service = type("Kept", (), {"conversations": kept})()
        keep(service, "", MINE, *before, turn)
        for citation, verdict, note in verdicts:
            assert kept.feedback.judge("", MINE, len(before) + 1, citation, verdict, note)
        (judged,) = kept.feedback.turns()
        assert isinstance(judged, JudgedTurn)
        return eval_row(judged)


def test_a_good_answer_is_a_question_whose_short_answer_and_citations_are_right(tmp_path: Path) -> None:
    row, look = row_of(tmp_path, done(quotes_and_says_in_short, as_of="2025-11-30", source="The Oster Gazette"), (0, "good", ""))
    (question,) = loaded(tmp_path, row)
    assert (question.kind, question.answers, question.as_of, look) == ("fact", (("22 crowns",),), "2025-11-30", "")
    assert question.gold == (Gold(FARES.url or "", RISE.quote), Gold(FARES.url or "", PRICE.quote))
    assert question.filters == {"source": "The Oster Gazette"} and question.labels == {"gold": (FARES.url,)}


def test_without_a_short_answer_all_its_sentences_are_the_answer_and_an_article_without_address_is_named_by_id(tmp_path: Path) -> None:
    row, _ = row_of(tmp_path, done(), (0, "good", ""))
    (question,) = loaded(tmp_path, row)
    assert question.answers[0] == (FIRST.text,) and len(question.answers) == 2
    assert BARE.id in [gold.article for gold in question.gold]


def test_a_good_follow_up_brings_the_questions_before_it(tmp_path: Path) -> None:
    asked = done(quotes_and_says_in_short, "And now?", 2)
    assert row_of(tmp_path, asked, (0, "good", ""), before=(done(),))[0]["kind"] == "fact", "it was understood alone"
    asked.understood = [Understanding(key="follow_up", label="the ferry", why="from the question before", removable=True)]
    row, _ = row_of(tmp_path, asked, (0, "good", ""), before=(done(),))
    (question,) = loaded(tmp_path, row)
    assert question.kind == "follow-up" and [one.question for one in question.history] == ["How much?"]
    again = done(quotes_and_says_in_short, number=2)
    again.again = "t1"
    assert "history" not in row_of(tmp_path, again, (0, "good", ""), before=(done(),))[0]


def test_a_conflict_is_good_with_all_its_values(tmp_path: Path) -> None:
    row, _ = row_of(tmp_path, done(disagreeing(OPENING)), (0, "good", ""))
    (question,) = loaded(tmp_path, row)
    assert question.kind == OPENING.kind and question.answers == tuple((claim.value,) for claim in OPENING.claims)


def test_silence_that_was_right_is_an_unanswerable_question(tmp_path: Path) -> None:
    row, _ = row_of(tmp_path, done(abstains), (0, "good", ""))
    (question,) = loaded(tmp_path, row)
    assert (question.kind, question.answerable, question.gold, question.looks_answerable) == ("unanswerable", False, (), True)


@pytest.mark.parametrize(("script", "verdict"), [(quotes_and_says_in_short, "bad"), (abstains, "should-have-answered")])
def test_of_an_answer_that_was_bad_or_missing_the_note_is_the_right_one(tmp_path: Path, script: Any, verdict: str) -> None:
    row, look = row_of(tmp_path, done(script), (0, verdict, "22\n crowns"))
    (question,) = loaded(tmp_path, row)
    assert (question.kind, question.answers, question.gold, question.labels, look) == ("fact", (("22 crowns",),), (), {}, "")
    assert row["feedback"]["verdict"] == verdict
    assert "long for an answer" in row_of(tmp_path, done(script), (0, verdict, "word " * 20))[1]


def test_a_wrong_citation_is_no_gold_and_must_not_be_cited(tmp_path: Path) -> None:
    row, _ = row_of(tmp_path, done(), (0, "good", ""), (4, "wrong-citation", "about buses"))
    (question,) = loaded(tmp_path, row)
    assert question.wrong == (Gold(FARES.url or "", STEEP.quote),) and row["wrong"][0]["note"] == "about buses"
    assert STEEP.quote not in [gold.sentence for gold in question.gold] and len(question.gold) == 3


@pytest.mark.parametrize(
    ("verdict", "missing"),
    [((0, "bad", ""), "add a note"), ((0, "should-have-answered", ""), "add a note"), ((1, "wrong-citation", "x"), "say good, or bad")],
)
def test_where_no_right_answer_is_known_no_question_is_made_up(tmp_path: Path, verdict: tuple[int, str, str], missing: str) -> None:
    row, look = row_of(tmp_path, done(), verdict)
    assert row is None and missing in look


def test_a_filter_that_evals_do_not_know_is_told_by_file_and_line(tmp_path: Path) -> None:
    row, _ = row_of(tmp_path, done(), (0, "good", ""))
    with pytest.raises(Exception, match=r"mine\.jsonl, line 1: colour is no filter"):
        loaded(tmp_path, row | {"filters": {"colour": "red"}})


# On the command line


@pytest.fixture
def at_home(service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(service.home))


@pytest.mark.usefixtures("at_home")
def test_the_command_lists_what_was_said_beside_whoever_has_the_home(feedback: Feedback, capsys: pytest.CaptureFixture[str]) -> None:
    feedback.judge("", MINE, 1, 0, "bad", "22 crowns\x1b[31m")
    feedback.judge("", MINE, 1, 2, "wrong-citation", "")
    assert main(["feedback"]) == 0
    first, note, second = capsys.readouterr().out.splitlines()
    day = datetime.now(UTC).date().isoformat()
    assert first.split() == [day, "bad", "How", "much?"] and second.split() == [day, "wrong-citation", "[2]", "How", "much?"]
    assert note.strip() == "22 crowns [31m", "a note does not steer the terminal"
    assert main(["feedback", "--verdict", "good"]) == 0
    assert "nothing was said of any answer that fits" in capsys.readouterr().err


@pytest.mark.usefixtures("at_home")
def test_a_bad_answer_becomes_a_question_in_one_command(feedback: Feedback, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feedback.judge("", MINE, 1, 0, "bad", "Fünf")
    feedback.judge("", MINE, 2, 0, "should-have-answered", "")
    assert main(["feedback", "--jsonl"]) == 0
    told = capsys.readouterr()
    file = tmp_path / "mine.jsonl"
    file.write_text(told.out, encoding="utf-8")
    (question,) = load_corpus(file)
    assert question.answers == (("Fünf",),)
    assert "left out: “Who won?”: nothing says what it should have said" in told.err


@pytest.mark.usefixtures("at_home")
def test_a_day_that_is_none_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "--since", "yesterday"]) == 2
    assert "--since: 'yesterday' is no date." in capsys.readouterr().err


def test_with_no_home_there_is_nothing_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "none"))
    assert main(["feedback", "--jsonl"]) == 0
    told = capsys.readouterr()
    assert told.out == "" and "nothing was said of any answer." in told.err
    assert not (tmp_path / "none" / CONVERSATIONS_FILE).exists()
