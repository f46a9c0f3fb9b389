"""Change and disagreement on the corpus: what counts as told, and the table that comes of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer, AnswerSentence, Citation, Claim, Conflict
from evals import targets as targets_module
from evals.conflict_scoring import ConflictScore, Wanted, score
from evals.conflict_tables import ALL_VALUES, FALSE_ALARMS, NEWEST, PLAIN, SINGLE, conflict_sections, title
from evals.report import markdown
from evals.rows import OFF, ON, OURS, AnswerRow, Row, RowFile
from evals.sections import find
from evals.summary import summarise


@dataclass(frozen=True)
class Gold:
    values: tuple[str, ...]
    dates: tuple[str, ...]
    speakers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    kind: str
    claims: tuple[Gold, ...]


OLD = Gold(("84 million",), ("2021-03-02",), ("the harbour office",))
NEW = Gold(("97 million", "97m"), ("2021-11-05", "2021-11-04"), ("Lena Marsh",))
COST = Expected("change", (NEW, OLD))


def _citation(quote: str, published: str | None) -> Citation:
    return Citation(
        article_id="x", title="T", source="Gazette", url=None, published=published, start=0, end=len(quote), quote=quote, support=1
    )


def _claim(value: str, day: str | None, speaker: str | None = None, text: str = "", **more: Any) -> Claim:
    text = text or f"It will cost {value}."
    return Claim(text=text, value=value, speaker=speaker, date=day, citation=_citation(text, day), **more)


NEW_CLAIM = _claim("97 million crowns", "2021-11-05", "Minister Lena Marsh")
OLD_CLAIM = _claim("84 million crowns", "2021-03-02", "Harbour Office", earlier=True)


def _answer(
    *claims: Claim, kind: Any = "change", says: str = "It will cost 97 million crowns.", day: str = "2021-11-05T23:30:00+00:00"
) -> Answer:
    conflicts = [Conflict(about="the cost", kind=kind, claims=list(claims))] if claims else []
    sentence = AnswerSentence(text=says, verdict="supported", citations=[_citation(says, day)])
    return Answer(question="?", answer=says, sentences=[sentence], conflicts=conflicts)


def _change(answer: Answer, expected: Expected = COST) -> ConflictScore:
    return score(answer, Wanted(expected.kind, (), expected))


def _verdicts(found: ConflictScore) -> list[bool | None]:
    return [found.all_values, found.with_speaker, found.with_date, found.kind_right, found.newest_first]


def test_a_change_told_with_speakers_and_days_newest_first_is_right_in_all() -> None:
    assert _verdicts(_change(_answer(NEW_CLAIM, OLD_CLAIM))) == [True] * 5


def test_each_verdict_fails_alone() -> None:
    unspoken = OLD_CLAIM.model_copy(update={"speaker": None})
    assert _verdicts(_change(_answer(NEW_CLAIM, unspoken))) == [True, False, True, True, True]
    misdated = OLD_CLAIM.model_copy(update={"date": "2021-03-03"})
    assert _verdicts(_change(_answer(NEW_CLAIM, misdated))) == [True, True, False, True, True]
    assert _verdicts(_change(_answer(NEW_CLAIM, OLD_CLAIM, kind="disagreement"))) == [True, True, True, False, True]
    assert _verdicts(_change(_answer(OLD_CLAIM, NEW_CLAIM))) == [True, True, True, True, False]
    assert _verdicts(_change(_answer(NEW_CLAIM))) == [False, False, False, True, True]


def test_without_a_conflict_or_with_another_one_nothing_is_told() -> None:
    for answer in (_answer(), _answer(_claim("12 boats", "2021-01-01"), _claim("14 boats", "2021-02-01"))):
        assert _verdicts(_change(answer)) == [False] * 5
    assert _change(Answer(question="?", abstained=True)).shown == 0


def test_a_sentence_that_names_both_values_tells_only_the_one_that_it_is_a_claim_of() -> None:
    both = _claim("97 million crowns", "2021-11-05", "Lena Marsh", text="It will cost 97 million crowns, not 84 million.")
    assert _change(_answer(both)).all_values is False
    # Where the value is cut otherwise, its sentence counts.
    cut = _claim("97", "2021-11-05", text="It will cost 97 million crowns.")
    assert _change(_answer(cut, OLD_CLAIM)).all_values is True


def test_where_an_article_states_it_itself_any_speaker_is_taken() -> None:
    unsaid = Expected("change", (replace(NEW, speakers=()), replace(OLD, speakers=())))
    assert _change(_answer(NEW_CLAIM, OLD_CLAIM.model_copy(update={"speaker": None})), unsaid).with_speaker is True


def test_claims_of_one_day_may_stand_in_either_order() -> None:
    same_day = Expected("disagreement", (replace(NEW, dates=OLD.dates), OLD))
    assert _change(_answer(OLD_CLAIM, NEW_CLAIM, kind="disagreement"), same_day).newest_first is True


def test_a_correction_counts_as_a_change_or_by_its_mark() -> None:
    corrected = Expected("correction", COST.claims)
    marked = NEW_CLAIM.model_copy(update={"correction": True})
    assert _change(_answer(NEW_CLAIM, OLD_CLAIM), corrected).kind_right is True
    assert _change(_answer(marked, OLD_CLAIM, kind="disagreement"), corrected).kind_right is True
    assert _change(_answer(NEW_CLAIM, OLD_CLAIM, kind="disagreement"), corrected).kind_right is False


def test_the_latest_must_come_first_and_be_cited_to_its_day() -> None:
    wanted = Wanted("latest", (("97 million",),), newest_date="2021-11-05")
    right = score(_answer(NEW_CLAIM, OLD_CLAIM), wanted)
    assert (right.newest_state, right.newest_day, right.all_values) == (True, True, None)
    assert score(_answer(day="2021-03-02"), wanted).newest_day is False
    stale = score(_answer(says="It will cost 84 million crowns."), wanted)
    assert (stale.newest_state, stale.newest_day) == (False, False)
    late = _answer(says="word " * 70 + "97 million.")
    assert score(late, wanted).newest_state is True  # in the first sentence, however long
    assert score(Answer(question="?", abstained=True), wanted).newest_state is False


def test_a_look_alike_needs_the_right_value_and_no_claim_of_its_twin() -> None:
    wanted = Wanted("look-alike", (("97 million",),), twin=("84 million",))
    assert score(_answer(), wanted).told_apart is True
    assert score(_answer(NEW_CLAIM, OLD_CLAIM), wanted).told_apart is False
    assert score(_answer(says="It will cost 84 million."), wanted).told_apart is False


def _row(number: int, kind: str, found: ConflictScore | None, *, abstained: bool = False, under: str = ON) -> AnswerRow:
    return AnswerRow(
        id=f"q{number}", kind=kind, system=OURS, under=under, answerable=True, abstained=abstained, question="?", answer="x", gold=[["x"]],
        model="none", confidence=1, right_words=True, exact_match=False, f1=0, words=1, conflict=found,
    )  # fmt: skip


TOLD = ConflictScore(1, True, True, False, True, True)
ROWS: list[Row] = [
    _row(1, "change", TOLD),
    _row(2, "change", replace(TOLD, all_values=False)),
    _row(3, "latest", ConflictScore(1, newest_state=True, newest_day=False)),
    _row(4, "agree", ConflictScore(1)),
    _row(5, "number", ConflictScore(0)),
    _row(6, "fact", ConflictScore(0), abstained=True),
    _row(7, "unanswerable", ConflictScore(1)),
    _row(8, "number", ConflictScore(1), under=OFF),
]


def _value(kind: str, measure: str, under: str = ON) -> Any:
    found = find({"sections": conflict_sections(ROWS)}, title(under), kind, measure)
    return found and (found["value"], found["n"])


def test_the_table_has_a_line_a_kind_and_counts_alarms_where_there_is_one_value() -> None:
    assert _value("change", ALL_VALUES) == (0.5, 2)
    assert _value("change", "with date") == (0, 2)
    assert _value("change", FALSE_ALARMS) is None
    assert _value("latest", NEWEST) == (0, 1)
    assert _value("agree", FALSE_ALARMS) == (1, 1)
    assert _value(PLAIN, FALSE_ALARMS) == (0, 1)
    assert _value(SINGLE, FALSE_ALARMS) == (0.5, 2)
    assert _value(SINGLE, FALSE_ALARMS, OFF) == (1, 1)


def test_a_quiz_without_kinds_of_its_own_has_one_line_of_false_alarms() -> None:
    quiz: list[Row] = [_row(1, "short", ConflictScore(0)), _row(2, "date", ConflictScore(1))]
    (table,) = conflict_sections(quiz)
    assert [(each["name"], each["measures"][FALSE_ALARMS]["value"]) for each in table["lines"]] == [(SINGLE, 0.5)]


def test_verdicts_stand_in_the_rows_the_report_and_the_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = RowFile(tmp_path / "rows.jsonl")
    file.add(ROWS[0])
    assert json.loads(file.path.read_text())["conflict"]["all_values"] is True
    result = {"dataset": "corpus", "when": "now", "command": "run", "model": "none", "embedding_model": "packaged", **summarise(ROWS)}
    assert "| change | 2 | 0.500" in markdown([result])
    monkeypatch.setattr(targets_module, "whole_results", lambda: [result])
    found = {row[0]: (row[2][:5], row[3]) for row in targets_module.target_rows()}
    assert found["corpus, change: all values"] == ("0.500", "no")
    assert found["corpus: false alarms"] == ("0.500", "no")


def test_time_that_was_added_is_counted_from_the_version_before(monkeypatch: pytest.MonkeyPatch) -> None:
    result = {"dataset": "bench-serve", "figures": {"whole answer, p50": {"value": 0.62, "low": 0.6, "high": 0.7}}}
    monkeypatch.setattr(targets_module, "whole_results", lambda: [result])
    found = {row[0]: (row[2], row[3]) for row in targets_module.target_rows()}
    assert found["warm serve: whole answer, added, p50, s"] == ("0.050 (0.030–0.130)", "yes")


def test_a_change_that_the_articles_hold_is_no_false_alarm() -> None:
    wanted = Wanted("number", (("97 million",),), overtaken=True)
    rows: list[Row] = [_row(1, "number", score(_answer(NEW_CLAIM, OLD_CLAIM), wanted)), _row(2, "number", ConflictScore(0))]
    (table,) = conflict_sections(rows)
    assert [(each["measures"][FALSE_ALARMS]["value"], each["measures"][FALSE_ALARMS]["n"]) for each in table["lines"]] == [(0, 1)]
