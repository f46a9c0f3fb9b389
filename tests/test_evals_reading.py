"""Readers on small invented reading sets, and which questions are held aside."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.answering.readers import Reading, Readings
from app.article import Span
from app.errors import DatelineError
from app.retrieval.profile import QuestionProfile
from app.retrieval.retriever import Ranked
from app.settings import Settings
from evals import reading
from evals.__main__ import commands
from evals.measuring import Order
from evals.reading_sets import HELD_ASIDE, SETS, SHIFTS, TIMEQA, load_sets
from evals.results import whole_results

BRIDGE = "The bridge at Orrin opened in May. It cost 84 million crowns. Lena Marsh drew it."
AUC = "AUC, answerable from silent"


def _row(number: int, question: str, answer: str | None, **changes: Any) -> dict[str, Any]:
    answers = [{"text": answer, "start": BRIDGE.index(answer), "votes": 1}] if answer else []
    row = {"id": f"q{number}", "question": question, "context": BRIDGE, "answers": answers, "answerable": answer is not None}
    return row | changes


SHIFTS_ROWS = [_row(1, "How much did the bridge at Orrin cost?", "84 million"), _row(2, "Who drew the bridge?", "Lena Marsh")]
DEV_ROWS = [_row(3, "How much did the bridge cost?", "84 million", answers=["84 million crowns", "84 million"])]
SILENT_ROWS = [_row(4, "Who drew the bridge at Orrin?", "Lena Marsh"), _row(5, "Who won the chess championship of Peru?", None)]

PERIOD_ROWS = [
    _row(7, "How much did the bridge at Orrin cost in 2021?", "84 million", title="Orrin"),
    _row(8, "Who drew the bridge in 2021?", "Lena Marsh", title="Saltby"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for file, rows in zip(dict.fromkeys(SETS.values()), (SHIFTS_ROWS, DEV_ROWS, SILENT_ROWS, PERIOD_ROWS), strict=True):
        _write(tmp_path / "data" / file, rows)
    return tmp_path / "data"


def _write(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(map(json.dumps, rows)) + "\n"
    file.write_bytes(gzip.compress(text.encode()) if file.suffix == ".gz" else text.encode())


def test_one_empty_answer_means_that_the_text_gives_none(data: Path) -> None:
    _write(data / SETS["squad2_dev500"], [*DEV_ROWS, _row(6, "Who sank the bridge?", None, answers=[""], answerable=True)])
    assert [question.answerable for question in load_sets(data)["squad2_dev500"]] == [True, False]


class _Figures:
    """Gives the figure of the text, whatever was asked; is sure of it where the question has "Orrin" or "cost"."""

    name = "neural"

    def read(self, asked: QuestionProfile, ranked: Sequence[Ranked]) -> Readings:
        article, sentence = ranked[0].article, ranked[0].stored.passage.sentences[1]
        start = article.text.index("84 million")
        found = Reading(article, sentence, Span(start, start + len("84 million")), 1.0)
        return Readings([found], 0.9 if "Orrin" in asked.text or "cost" in asked.text else 0.2)


def _measured(data: Path, settings: Settings, out: Path, limit: int | None = None) -> dict[str, Any]:
    quick = settings.model_copy(update={"embedding_model": "hashing"})
    return reading.run(data, quick, ["neural", "linear"], Order("answers", False, limit, "run", out), lambda stage, done, total: None)


def _figures(result: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (group["set"], group["reader"]): {name: found and found["value"] for name, found in group["measures"].items()}
        for group in result["reading"]
    }


def test_readers_are_measured_on_every_set_one_row_under_the_other(
    data: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(reading.READERS, "neural", lambda encoder: _Figures())
    result = _measured(data, settings, tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text()) == result
    assert [(group["set"], group["reader"]) for group in result["reading"]] == [(name, r) for name in SETS for r in ("linear", "neural")]
    figures = _figures(result)
    assert figures[SHIFTS, "neural"] == {"exact match": 0.5, "token F1": 0.5, "sentence first": 0.5, AUC: None}
    assert figures["squad2_dev500", "neural"]["exact match"] == 1
    # Only the answerable question counts for words; it names Orrin, the other does not.
    assert figures["squad2_unanswerable", "neural"] == {"exact match": 0, "token F1": 0, "sentence first": 0, AUC: 1}
    assert {(group["n"], group["answerable"]) for group in result["reading"]} == {(2, 2), (1, 1), (2, 1)}
    rows = [json.loads(line) for line in (tmp_path / "out.rows.jsonl").read_text().splitlines()]
    assert {row["short"] for row in rows if row["reader"] == "neural"} == {"84 million"}


def test_a_reader_of_sentences_has_no_words_to_be_measured_by(data: Path, settings: Settings, tmp_path: Path) -> None:
    quick = settings.model_copy(update={"embedding_model": "hashing"})
    order = Order("answers", False, None, "run", tmp_path / "out.json")
    figures = _figures(reading.run(data, quick, ["linear"], order, lambda stage, done, total: None))
    assert set(figures) == {(name, "linear") for name in SETS}
    assert figures["squad2_dev500", "linear"] == {"exact match": None, "token F1": None, "sentence first": 1, AUC: None}


def test_a_reader_that_finds_nothing_is_wrong_and_does_not_stop_the_run(
    data: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Blind(_Figures):
        def read(self, asked: QuestionProfile, ranked: Sequence[Ranked]) -> Readings:
            return super().read(asked, ranked) if "cost" in asked.text else Readings([], 0.0)

    monkeypatch.setitem(reading.READERS, "neural", lambda encoder: Blind())
    figures = _figures(_measured(data, settings, tmp_path / "out.json"))
    assert figures[SHIFTS, "neural"] == {"exact match": 0.5, "token F1": 0.5, "sentence first": 0.5, AUC: None}
    assert figures["squad2_unanswerable", "neural"]["sentence first"] == 0


def test_a_limit_holds_for_each_set(data: Path) -> None:
    assert [len(questions) for questions in load_sets(data, 1).values()] == [1] * len(SETS)


def test_questions_on_periods_come_in_halves_by_the_title_of_their_text(data: Path) -> None:
    halves = load_sets(data, names=TIMEQA)
    assert [(name, question.title) for name, questions in halves.items() for question in questions] == [
        ("timeqa_human, tuned half", "Saltby"),
        ("timeqa_human, held half", "Orrin"),
    ]


def test_a_run_on_some_sets_is_marked_as_no_whole_result(data: Path, settings: Settings, tmp_path: Path) -> None:
    quick = settings.model_copy(update={"embedding_model": "hashing"})
    order = Order("answers", False, None, "run", tmp_path / "results/out.json")
    result = reading.run(data, quick, ["linear"], order, lambda stage, done, total: None, TIMEQA)
    assert [group["set"] for group in result["reading"]] == list(TIMEQA)
    assert list(whole_results(tmp_path / "results")) == []


def test_the_questions_held_aside_are_those_that_training_leaves_out(data: Path) -> None:
    from training.reader_rows import held_aside

    rows = [SHIFTS_ROWS[0] | {"id": f"s{number}"} for number in range(HELD_ASIDE + 100)]
    _write(data / SETS[SHIFTS], rows)
    held = [question.id for question in load_sets(data)[SHIFTS]]
    assert held == [row["id"] for row in held_aside(data)]
    assert len(held) == HELD_ASIDE


def test_an_answer_without_a_place_counts_wherever_its_words_stand(data: Path) -> None:
    asked = load_sets(data)["squad2_dev500"][0]
    assert {BRIDGE[place.start : place.end] for place in asked.places} == {"84 million crowns", "84 million"}


def test_a_missing_set_and_a_broken_line_are_told(data: Path) -> None:
    file = data / SETS["squad2_dev500"]
    for broken in ({"answers": []}, {"context": None}, {"answers": [{"text": "x"}]}):
        _write(file, [DEV_ROWS[0], DEV_ROWS[0] | broken])
        with pytest.raises(DatelineError, match=r"squad2_dev500\.jsonl, line 2"):
            load_sets(data)
    file.write_text("")
    with pytest.raises(DatelineError, match="no questions"):
        load_sets(data)
    file.unlink()
    with pytest.raises(DatelineError, match="is not there"):
        load_sets(data)


def test_the_command_prints_the_table_of_one_reader_and_asks_for_the_folder(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_EMBEDDING_MODEL", "hashing")
    command = ["run", "reading", "--reader", "linear", "--limit", "1", "--out", str(tmp_path / "out.json")]
    told = CliRunner().invoke(commands(), [*command, "--data", str(data)])
    assert "| squad2_unanswerable | linear | 1 | 1 | – | – | " in told.output
    assert "*linear* was fitted on" in told.output
    assert "*neural*" not in told.output
    some = CliRunner().invoke(commands(), [*command, "--data", str(data), "--set", "timeqa"])
    assert "| timeqa_human, held half | linear | 1 | 1 |" in some.output
    assert "squad2" not in some.output.split("| --- |")[-1]
    unknown = CliRunner().invoke(commands(), [*command, "--data", str(data), "--set", "novels"])
    assert "novels" in str(unknown.exception)
    refused = CliRunner().invoke(commands(), command)
    assert isinstance(refused.exception, DatelineError)
    assert "--data" in str(refused.exception)
