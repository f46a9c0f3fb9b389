"""A whole run on a small invented collection, without a language model."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import DatelineError
from app.settings import Settings
from evals import homes, run
from evals.homes import home_for
from evals.lost import NOT_RETRIEVED, SILENT
from evals.measuring import Order
from evals.plan import Plan, corpus_plan, realtimeqa_plan
from evals.run import lost_file
from evals.run import run as measure

ARTICLES = {
    "bridge.txt": "date 2021-03-02\n\nThe new bridge at Orrin will cost 84 million crowns, the harbour office said. Work starts in May.",
    "ferry.txt": "date 2021-04-05\n\nThe ferry to Saltby was sold to Lena Marsh on Friday. The price was not made public.",
    "school.txt": "date 2021-05-06\n\nPupils at the Tarn school planted 300 oaks last week. Their head teacher is Olaf Brandt.",
}
QUESTIONS = [
    {
        "id": "1",
        "kind": "number",
        "question": "How much will the new bridge at Orrin cost?",
        "answers": ["84 million"],
        "gold": [{"article": "bridge.txt", "sentence": "The new bridge at Orrin will cost 84 million crowns, the harbour office said."}],
    },
    {
        "id": "2",
        "kind": "fact",
        "question": "Who bought the ferry to Saltby?",
        "answers": ["Lena Marsh"],
        "gold": [{"article": "ferry.txt", "sentence": "The ferry to Saltby was sold to Lena Marsh on Friday."}],
        "as_of": "2021-04-30",
    },
    {"id": "3", "kind": "unanswerable", "question": "Who won the chess championship of Peru?", "answers": [], "gold": []},
]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"embedding_model": "hashing"})


def _plan(settings: Settings, questions: list[dict[str, Any]] = QUESTIONS, limit: int | None = None) -> Plan:
    for name, content in ARTICLES.items():
        Path("articles").mkdir(exist_ok=True)
        (Path("articles") / name).write_text(content)
    Path("questions").mkdir(exist_ok=True)
    Path("questions/q.jsonl").write_text("\n".join(map(json.dumps, questions)))
    return corpus_plan(Path("articles"), Path("questions"), settings.embedding_model, limit)


def _order(**changes: Any) -> Order:
    return Order(**({"part": "all", "baselines": True, "limit": None, "command": "run", "out": Path("out.json")} | changes))


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def test_a_run_measures_everything_and_a_second_one_embeds_nothing(quick: Settings) -> None:
    plan = _plan(quick)
    result = measure(plan, quick, _order(), _quiet)
    assert json.loads(Path("out.json").read_text()) == result
    assert result["retrieval"][0]["measures"]["hit@1"]["value"] == 1
    answers = {(group["system"], group["under"]): group for group in result["answers"]}
    off = answers["Dateline", "abstention off"]["measures"]
    assert off["gold answer in the first 60 words"]["value"] == 1
    assert off["citation spans exact"]["value"] == 1
    assert off["answers that cite a gold sentence"]["value"] == 1
    assert answers["closest passage", "as it is"]["n"] == 3
    assert result["paired"][0]["n"] == 3
    assert not result["interrupted"]
    rows = [json.loads(line) for line in Path("out.rows.jsonl").read_text().splitlines()]
    assert {row["row"] for row in rows} == {"retrieval", "answer"}

    stages = []
    measure(plan, quick, _order(part="retrieval"), lambda stage, done, total: stages.append(stage))
    assert "vectors" not in stages


def test_ctrl_c_keeps_what_was_done_and_says_so(quick: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_at_answers(stage: str, done: int, total: int) -> None:
        if stage == "abstention on":
            raise KeyboardInterrupt

    result = measure(_plan(quick), quick, _order(), stop_at_answers)
    assert result["interrupted"]
    assert result["retrieval"][0]["n"] == 2
    assert result["answers"][0]["n"] == 1
    assert "interrupted" in Path("out.json").read_text()


def test_a_gold_sentence_that_is_not_in_its_article_stops_the_run(quick: Settings) -> None:
    wrong = QUESTIONS[0] | {"gold": [{"article": "bridge.txt", "sentence": "The bridge is free."}]}
    with pytest.raises(DatelineError, match=r"question 1: its gold sentence is not in bridge\.txt"):
        measure(_plan(quick, [wrong]), quick, _order(), _quiet)
    gone = QUESTIONS[0] | {"gold": [{"article": "tunnel.txt", "sentence": "x"}]}
    with pytest.raises(DatelineError, match=r"no article tunnel\.txt"):
        measure(_plan(quick, [gone]), quick, _order(), _quiet)


def test_a_changed_article_or_another_embedding_model_gets_a_home_of_its_own(quick: Settings) -> None:
    plan = _plan(quick)
    assert plan.home == _plan(quick).home
    assert plan.home.parent == homes.ROOT
    files = sorted(Path("articles").iterdir())
    assert home_for("corpus", files, "other") != plan.home
    files[0].write_text("date 2021-01-01\n\nSomething else happened.")
    assert home_for("corpus", files, quick.embedding_model) != plan.home


def _quiz(folder: Path) -> None:
    folder.mkdir()
    texts = {
        "a": ("2021-06-10", "The North Bridge in Orrin opened on Tuesday after nine years of work.", {}),
        "b": (
            "2021-06-11",
            "The North Bridge in Orrin opened on Tuesday after nine years of work, police said.",
            {"dup_of": "https://news.example/a"},
        ),
        "c": ("2021-09-01", "Which bridge opened in Orrin? Play the quiz: North Bridge, South Bridge.", {"quiz_page": True}),
        "d": ("2021-08-01", "A bakery in Tarn sells bread shaped like a bridge.", {}),
    }
    with gzip.open(folder / "articles.jsonl.gz", "wt") as file:
        for name, (day, text, more) in texts.items():
            record = {
                "url": f"https://news.example/{name}",
                "title": f"Story {name}",
                "text": text,
                "published": day,
                "source": "news.example",
            }
            file.write(json.dumps(record | more) + "\n")
    question = {
        "question_id": "w_0",
        "question_date": "2021-06-17",
        "question": "Which bridge opened in Orrin after nine years of work?",
        "answer_text": "North Bridge",
        "answer_type": "short",
        "evidence_urls": ["https://news.example/a"],
        "pool_urls": ["https://news.example/a"],
        "hide_urls": ["https://news.example/a", "https://news.example/b"],
    }
    (folder / "questions.jsonl").write_text(json.dumps(question) + "\n")


def test_the_quiz_is_searched_twice_without_quiz_pages_and_a_copy_is_a_hit(quick: Settings) -> None:
    _quiz(Path("2021"))
    plan = realtimeqa_plan(Path("2021"), quick.embedding_model, None, True)
    assert "quiz" not in plan.articles[0].read_text().replace("quiz_page", "")
    result = measure(plan, quick.model_copy(update={"reranker": "packaged"}), _order(baselines=False), _quiet)
    assert [(t["ranking"], t["under"], t["labels"]) for t in result["retrieval"] if t["questions"] == "all"] == [
        (ranking, under, labels)
        for ranking in ("reranked", "first stage alone")
        for under in ("as of the question's date", "as of 31 December")
        for labels in ("pool or human", "human", "pool")
    ]
    assert all(t["measures"]["hit@1"]["value"] == 1 for t in result["retrieval"])
    assert result["dataset"] == "realtimeqa-2021"
    hidden = next(group for group in result["answers"] if group["under"] == "evidence hidden")
    assert hidden["answerable"] == 0
    rows = [json.loads(line) for line in Path("out.rows.jsonl").read_text().splitlines()]
    seen = [row["answer"] for row in rows if row["row"] == "answer" and row["under"] == "evidence hidden"]
    assert seen
    assert all("nine years" not in answer for answer in seen)
    assert [row["order"][:1] for row in rows if row["row"] == "retrieval"] == [[rows[0]["gold"]["human"][0]]] * 4


def test_a_service_without_its_vectors_is_not_measured(quick: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = _plan(quick)
    monkeypatch.setattr(run, "ready", lambda plan, settings, progress: _words_only(plan, settings))
    with pytest.raises(DatelineError, match="0 of 3 passages have vectors"):
        measure(plan, quick, _order(part="retrieval"), _quiet)


def _words_only(plan: Plan, settings: Settings) -> None:
    from app.service import Service

    service = Service.open(settings, "own")
    service.ingest(list(plan.articles), embed=False)
    service.close()


def test_an_error_after_the_first_rows_leaves_a_result_of_what_was_done(quick: Settings) -> None:
    def fail_at_answers(stage: str, done: int, total: int) -> None:
        if stage == "abstention on":
            raise DatelineError("the model went away.", "Call it back.")

    with pytest.raises(DatelineError, match="went away"):
        measure(_plan(quick), quick, _order(), fail_at_answers)
    kept = json.loads(Path("out.json").read_text())
    assert kept["interrupted"]
    assert kept["answers"][0]["n"] == 1


def test_a_run_tells_its_reader_and_where_each_wrong_answer_was_lost(quick: Settings) -> None:
    unsaid = QUESTIONS[1] | {"id": "4", "answers": ["Olga Stein"]}
    plan = _plan(quick, [*QUESTIONS, unsaid])
    # With this threshold every question is left unanswered, and answered once abstention is off.
    shy = quick.model_copy(update={"reader": "linear", "abstain_below": 1.0})
    result = measure(plan, shy, _order(part="answers", baselines=False), _quiet)
    assert result["reader"] == "linear"
    on, off = ({name: n for name, n in each["places"].items() if n} for each in result["lost"])
    assert on == {SILENT: 2, NOT_RETRIEVED: 1}
    assert off == {NOT_RETRIEVED: 1}
    rows = [json.loads(line) for line in Path("out.rows.jsonl").read_text().splitlines()]
    found = {(row["under"], row["id"]): row["lost"] for row in rows}
    assert found["abstention on", "1"] == SILENT
    assert found["abstention off", "1"] is None
    assert found["abstention on", "3"] is None
    lines = [line for line in lost_file(Path("out.json")).read_text().splitlines() if line.startswith("| 4 |")]
    assert [line.split(" | ")[-2:] for line in lines] == [["Olga Stein", f"{NOT_RETRIEVED} |"]] * 2
    assert "(abstained)" in lines[0]
    assert "Lena Marsh" in lines[1]
    measures = {group["under"]: group["measures"] for group in result["answers"]}["abstention off"]
    assert "short: exact match" not in measures
