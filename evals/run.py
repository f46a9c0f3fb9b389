"""One run: ingest, search, ask, compare; every question's row as it comes, the figures at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import DatelineError
from app.settings import Settings
from evals import asking, lost
from evals.citations import GoldSpans
from evals.halves import HELD, quiz_half
from evals.measuring import Order, head, measured, told
from evals.plan import REALTIMEQA, Plan, gold_ids, gold_spans, wrong_spans
from evals.rows import HIDDEN, OFF, ON, OURS, AnswerRow, Row, RowFile, answer_rows
from evals.serving import bring_in, opened, refuse_half
from evals.summary import summarise

if TYPE_CHECKING:
    from app.indexing.progress import Progress
    from app.service import Service
    from evals.datasets import Question

Places = Mapping[str, tuple[GoldSpans, GoldSpans]]
"""By a question's id: its gold sentences, and those that must not be cited."""


def run(plan: Plan, settings: Settings, order: Order, progress: Progress) -> dict[str, Any]:
    """Measure, write `order.out` and beside it the rows (`….rows.jsonl`) and the wrong answers (`….lost.md`), return the result.

    What is cut short is kept as evals.measuring says. Raises DatelineError if the articles or a model cannot be used.
    """

    def measure(rows: RowFile) -> None:
        _measure(plan, settings.model_copy(update={"home": plan.home}), order, rows, progress)

    def result(rows: Sequence[Row], interrupted: bool, seconds: float) -> dict[str, Any]:
        if answers := [row for row in rows if isinstance(row, AnswerRow)]:
            lost_file(order.out).write_text(lost.told(answers), encoding="utf-8")
        return _result(plan, settings, order, rows, interrupted, seconds)

    return measured(order.out, measure, result)


def lost_file(out: Path) -> Path:
    """Where the wrong answers of a result are told one by one."""
    return out.with_suffix(".lost.md")


def ready(plan: Plan, settings: Settings, progress: Progress) -> None:
    """Bring the plan's articles into its home and embed them, as far as that is not done. Raises DatelineError."""
    if failed := bring_in(plan.articles, settings, progress):
        raise DatelineError(f"{len(failed)} articles could not be read; the first: {failed[0]}", "Mend them.")


def _measure(plan: Plan, settings: Settings, order: Order, rows: RowFile, progress: Progress) -> None:
    ready(plan, settings, progress)
    asked = plan.asked if order.part != "retrieval" else []
    with opened(settings) as service:
        if asked:
            service.load_models()
            asking.warm_up(service, asked[0])
        else:
            service.load_search()
        refuse_half(service)
        if order.part != "answers":
            _search(plan, service, rows, progress)
        places = {question.id: (gold_spans(plan, service, question), wrong_spans(plan, service, question)) for question in asked}
        for under in plan.answer_passes if asked else ():
            _ask(service, asked, under, places, rows, progress)
    if order.part != "answers" and settings.reranker != "off":
        with opened(settings.model_copy(update={"reranker": "off"})) as service:
            service.load_search()
            _search(plan, service, rows, progress)
    if not asked:
        return
    # Those that were answered are answered alike with abstention off: only the silent ones are asked again.
    for row in asking.carried_over(answer_rows(rows.rows, OURS, ON)):
        rows.add(row)
    silent = {row.id for row in answer_rows(rows.rows, OURS, ON) if row.abstained}
    with opened(settings.model_copy(update={"abstain_below": 0.0})) as service:
        service.load_models()
        _ask(service, [question for question in asked if question.id in silent], OFF, places, rows, progress)
    off = {row.id: row for row in answer_rows(rows.rows, OURS, OFF)}
    rows.amend(lambda row: lost.settled(row, off) if isinstance(row, AnswerRow) else row)
    if order.baselines:
        from evals.baselines import SAMPLE, baseline_rows

        for row in told(baseline_rows(plan, settings), "baselines", 2 * min(SAMPLE, len(asked)), progress):
            rows.add(row)


def _search(plan: Plan, service: Service, rows: RowFile, progress: Progress) -> None:
    gold = {question.id: gold_ids(plan, service, question) for question in plan.searched}
    for under, as_of in plan.passes.items():
        for question in told(plan.searched, f"search {under}", len(plan.searched), progress):
            held = plan.dataset == REALTIMEQA and quiz_half(question.id) == HELD
            rows.add(asking.find(service, question, under, as_of(question), gold[question.id], plan.original, held))


def _ask(service: Service, questions: Sequence[Question], under: str, places: Places, rows: RowFile, progress: Progress) -> None:
    chosen = [question for question in questions if under != HIDDEN or question.hide]
    for question in told(chosen, under, len(chosen), progress):
        rows.add(asking.ask(service, question, under, *places[question.id]))


def _result(plan: Plan, settings: Settings, order: Order, rows: Sequence[Row], interrupted: bool, seconds: float) -> dict[str, Any]:
    models = {row.model for row in rows if isinstance(row, AnswerRow) and row.system == OURS}
    return {
        **head(plan.name, settings, order, interrupted, seconds),
        "llm": settings.llm,
        "model": ", ".join(sorted(models)) or "not asked",
        "reader": settings.reader,
        "notes": _notes(plan, rows),
        **summarise(rows),
    }


def _notes(plan: Plan, rows: Sequence[Row]) -> list[str]:
    notes = []
    if plan.copies:
        notes.append(f"{len(plan.copies)} articles are marked as copies of another: a hit on a copy counts as a hit on its original.")
    answers = [row for row in rows if isinstance(row, AnswerRow)]
    if any(row.carried for row in answers):
        notes.append("With abstention off only the questions on which it abstained were asked again; the others' answers stand.")
    told = {note for row in answers for note in row.notes}
    return notes + sorted(f"Said beside answers: {note}" for note in told)
