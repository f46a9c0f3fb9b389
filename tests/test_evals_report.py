"""From rows to figures to a page: what is counted, what is shown, what is left out."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from app.answer import Citation
from app.article import Article, Span
from app.errors import DatelineError
from evals import targets as targets_module
from evals.asking import carried_over
from evals.citations import cites, exact, place
from evals.lost import NOT_CHOSEN, SILENT
from evals.plot import risk_coverage_svg
from evals.report import figure, load_result, write_report
from evals.results import newest, whole_results
from evals.rows import AS_ASKED, FIRST_STAGE, OFF, ON, OURS, RERANKED, AnswerRow, RetrievalRow, Row, RowFile
from evals.summary import summarise


def _row(number: int, *, answerable: bool = True, abstained: bool = False, right: bool = False, system: str = OURS) -> AnswerRow:
    return AnswerRow(
        id=f"q{number}",
        kind="fact",
        system=system,
        under=ON,
        answerable=answerable,
        abstained=abstained,
        question="Who?",
        answer="Ann.",
        gold=[["Ann"]],
        model="none",
        confidence=1 - number / 10,
        right_words=right,
        exact_match=False,
        f1=0.5,
        words=0 if abstained else 10,
        citations=0 if abstained else 2,
        exact_citations=0 if abstained else 1,
        support=0 if abstained else 1.5,
        sentences=0 if abstained else 1,
        supported_sentences=0 if abstained else 1,
        total_s=number / 10,
    )


ROWS: list[Row] = [
    _row(1, right=True),
    _row(2),
    _row(3, abstained=True),
    _row(4, answerable=False, abstained=True),
    _row(5, answerable=False),
]


def _value(figures: dict[str, Any], name: str) -> float:
    return float(figures[name]["value"])


def test_answers_are_counted_by_hand() -> None:
    group = summarise(ROWS)["answers"][0]
    measures = group["measures"]
    assert (group["n"], group["answerable"]) == (5, 3)
    assert _value(measures, "right") == pytest.approx(2 / 5)
    assert _value(measures, "gold answer in the first 60 words") == pytest.approx(1 / 3)
    assert _value(measures, "words of an answer") == 10
    assert _value(measures, "abstention precision") == 0.5
    assert _value(measures, "abstention recall") == 0.5
    assert _value(measures, "citation spans exact") == 0.5
    assert _value(measures, "support of a citation") == 0.75


def test_a_baseline_is_compared_on_the_same_questions_only() -> None:
    theirs = [replace(_row(1, system="other"), under="as it is"), replace(_row(4, system="other", answerable=False), under="as it is")]
    pair = summarise([*ROWS, *theirs])["paired"][0]
    assert (pair["against"], pair["n"]) == ("other", 2)
    assert (_value(pair, "ours"), _value(pair, "theirs"), _value(pair, "difference")) == (1, 0, 1)


def test_retrieval_is_averaged_for_each_pass_and_label() -> None:
    rows: list[Row] = [
        RetrievalRow("q1", "fact", AS_ASKED, ["a", "b"], {"human": ["b"], "pool": ["a"]}, 0.1),
        RetrievalRow("q2", "fact", AS_ASKED, ["a"], {"pool": ["z"]}, 0.1),
    ]
    human, pool = summarise(rows)["retrieval"]
    assert (human["labels"], human["n"], _value(human["measures"], "hit@1")) == ("human", 1, 0)
    assert (pool["labels"], pool["n"], _value(pool["measures"], "hit@1")) == ("pool", 2, 0.5)


def test_rankings_stand_apart_and_so_do_the_questions_that_none_was_tuned_on() -> None:
    row = RetrievalRow("q1", "fact", AS_ASKED, ["a", "b"], {"human": ["a"]}, 0.3)
    rows: list[Row] = [row, replace(row, id="q2", order=["b"], held=True), replace(row, ranking=FIRST_STAGE, order=["b", "a"], seconds=0.1)]
    result = summarise(rows)
    told = {(t["ranking"], t["questions"]): (t["n"], _value(t["measures"], "hit@1")) for t in result["retrieval"]}
    assert told == {(RERANKED, "all"): (2, 0.5), (RERANKED, "not tuned on"): (1, 0), (FIRST_STAGE, "all"): (1, 0)}
    assert _value(result["times"], "search, reranked, p50") == pytest.approx(0.3)
    assert _value(result["times"], "search, first stage alone, p50") == pytest.approx(0.1)


def test_with_abstention_off_given_answers_stand_and_their_times_are_not_counted_twice() -> None:
    answers = [row for row in ROWS if isinstance(row, AnswerRow)]
    carried = carried_over(answers)
    assert [(row.id, row.under) for row in carried] == [("q1", OFF), ("q2", OFF), ("q5", OFF)]
    result = summarise([*ROWS, *carried])
    assert result["times"]["whole answer, p50"]["n"] == 5
    assert [point[0] for point in result["curves"][0]["points"]] == [pytest.approx(1 / 3, abs=1e-4), pytest.approx(2 / 3, abs=1e-4), 1]


def _citation(start: int, quote: str) -> Citation:
    return Citation(
        article_id="x", title="T", source=None, url=None, published=None, start=start, end=start + len(quote), quote=quote, support=1
    )


def test_a_citation_is_exact_to_the_letter_and_gold_by_overlap() -> None:
    article = Article("x", "T", "Ann said so. Bo did not.")
    assert exact(_citation(0, "Ann said so."), article)
    assert not exact(_citation(1, "Ann said so."), article)
    assert not exact(_citation(0, "Ann said so."), None)
    gold = place("Bo did not.", article.text)
    assert gold == Span(13, 24)
    assert cites(_citation(9, "so. Bo"), {"x": [Span(13, 24)]})
    assert not cites(_citation(0, "Ann said so. "), {"x": [Span(13, 24)]})
    assert place("Cy did.", article.text) is None


def _result(**changes: object) -> dict[str, Any]:
    head = {"dataset": "corpus", "when": "today", "command": "run", "limit": None, "interrupted": False, "llm": "none", "model": "m"}
    return (
        head
        | {"embedding_model": "packaged", "notes": [], **summarise([*ROWS, *carried_over(r for r in ROWS if isinstance(r, AnswerRow))])}
        | changes
    )


def test_the_report_shows_every_figure_with_its_interval_and_the_curve_beside_it(tmp_path: Path) -> None:
    text = write_report([_result()], tmp_path / "out.md")
    assert (tmp_path / "out.md").read_text() == text
    assert "| right | 0.400 (0.000–0.800)" in text
    assert "(out-corpus.svg)" in text
    picture = ElementTree.parse(tmp_path / "out-corpus.svg").getroot()
    assert len(picture.findall("{http://www.w3.org/2000/svg}polyline")) == 1


def test_the_curve_escapes_names_and_starts_left() -> None:
    drawn = ElementTree.fromstring(risk_coverage_svg([("a < b", [(0.5, 0.0), (1.0, 0.5)])]))
    line = drawn.find("{http://www.w3.org/2000/svg}polyline")
    assert line is not None
    first, last = ([float(n) for n in point.split(",")] for point in (line.get("points") or "").split())
    assert first[0] < last[0]
    assert first[1] > last[1]
    assert "a < b" in "".join(drawn.itertext())


def test_a_figure_that_was_not_measured_is_a_dash() -> None:
    assert figure(None) == "–"
    assert figure({"value": 0.5, "low": 0.25, "high": 0.75}) == "0.500 (0.250–0.750)"


def test_rows_are_on_disk_as_soon_as_they_are_added(tmp_path: Path) -> None:
    rows = RowFile(tmp_path / "new" / "r.jsonl")
    rows.add(ROWS[0])
    rows.add(RetrievalRow("q1", "fact", AS_ASKED, ["a"], {}, 0.1))
    kinds = [json.loads(line)["row"] for line in rows.path.read_text().splitlines()]
    assert kinds == ["answer", "retrieval"]


def test_limited_and_interrupted_runs_are_not_taken_for_whole_ones(tmp_path: Path) -> None:
    for age, changes in enumerate(
        [{"limit": 5}, {"interrupted": True}, {"llm": "smollm2"}, {"reader": "linear"}, {"when": "new"}, {"when": "old"}]
    ):
        file = tmp_path / f"{age}.json"
        file.write_text(json.dumps(_result(**changes)))
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    assert [result["when"] for result in whole_results(tmp_path)] == ["new", "old"]
    assert [result["when"] for result in newest(tmp_path)] == ["new"]
    with pytest.raises(DatelineError, match="no whole results"):
        newest(tmp_path / "none")


def test_a_file_that_is_no_result_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    for content in ("{", "[]", "{}"):
        file.write_text(content)
        with pytest.raises(DatelineError, match=r"x\.json"):
            load_result(file)


def _readings(f1: float, auc: float, reader: str = "neural") -> dict[str, Any]:
    def known(value: float) -> dict[str, float]:
        return {"value": value, "low": value, "high": value, "n": 4}

    sets = [("squad2_dev500", known(f1), None), ("squad2_unanswerable", known(f1), known(auc))]
    groups = [
        {"set": name, "reader": reader, "n": 4, "answerable": 2, "measures": {"token F1": one, "AUC, answerable from silent": other}}
        for name, one, other in sets
    ]
    head = {"dataset": "reading", "when": "today", "command": "run", "limit": None, "interrupted": False, "embedding_model": "packaged"}
    return head | {"notes": ["What it was trained on."], "reading": groups}


def test_targets_of_reading_are_judged_by_the_neural_reader_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets_module, "whole_results", lambda: [_readings(0.1, 0.1, "linear"), _readings(0.8, 0.6)])
    found = {row[0]: (row[2], row[3]) for row in targets_module.target_rows()}
    assert found["squad2_dev500: token F1"] == ("0.800 (0.800–0.800)", "yes")
    assert found["squad2_unanswerable: AUC"] == ("0.600 (0.600–0.600)", "no")


def test_short_answers_are_scored_over_the_answerable_and_silence_counts_nothing() -> None:
    short = [replace(ROWS[0], short="Ann", short_exact=True, short_f1=1.0), replace(ROWS[1], short="Bo Ann", short_f1=0.5), *ROWS[2:]]
    measures = summarise(short)["answers"][0]["measures"]
    assert _value(measures, "short: exact match") == pytest.approx(1 / 3)
    assert _value(measures, "short: token F1") == pytest.approx(1.5 / 3)
    # A baseline, or a reader of whole sentences, has none: a dash, not a 0.
    assert "short: exact match" not in summarise(ROWS)["answers"][0]["measures"]


def test_two_readers_stand_one_row_under_the_other_each_with_its_own_curve(tmp_path: Path) -> None:
    results = [_result(reader="linear"), _readings(0.8, 0.6), _result(reader="neural")]
    text = write_report(results, tmp_path / "out.md")
    rows = [line for line in text.splitlines() if line.startswith(("| corpus | linear | 0.400", "| corpus | neural | 0.400"))]
    assert [row.split(" | ")[1] for row in rows] == ["linear", "neural"]
    assert "(out-corpus.svg)" in text and "(out-corpus-neural.svg)" in text
    assert (tmp_path / "out-corpus-neural.svg").exists()
    assert "reader linear;" in text
    assert "one under the other" not in write_report([_result(reader="neural")] * 2, tmp_path / "same.md")


def test_the_report_of_reading_shows_what_a_reader_was_trained_on_and_a_dash_for_what_it_lacks(tmp_path: Path) -> None:
    text = write_report([_readings(0.8, 0.6)], tmp_path / "out.md")
    assert "What it was trained on." in text
    assert "| squad2_dev500 | neural | 4 | 2 | 0.800 (0.800–0.800) | – |" in text


def test_where_answers_were_lost_is_counted_in_the_report(tmp_path: Path) -> None:
    lost = [replace(ROWS[1], lost=NOT_CHOSEN), replace(ROWS[2], lost=SILENT)]
    text = write_report([_result(**summarise([ROWS[0], *lost]))], tmp_path / "out.md")
    counted = [line.split(" | ")[-1] for line in text.split("### Where wrong answers were lost")[1].splitlines() if "| " in line]
    assert counted[2:7] == ["0 |", "0 |", "1 |", "1 |", "2 |"]


def test_targets_say_yes_no_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets_module, "whole_results", lambda: [_result()])
    found = {row[0]: (row[2], row[3]) for row in targets_module.target_rows()}
    assert found["corpus: gold answer, of the answerable"] == ("0.333 (0.000–1.000)", "no")
    assert found["corpus: abstention recall"][1] == "no"
    assert found["warm serve: memory, GB (PSS)"] == ("–", "")
    assert len(found) == len(targets_module.TARGETS)
