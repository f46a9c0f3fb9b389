"""`python -m evals`: run, report, targets. Heavy imports wait inside the commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.commands.environment import prepare

if TYPE_CHECKING:
    from app.settings import Settings
    from evals.plan import Plan

QUESTIONS = Path("evals/questions")

Dataset = Annotated[Literal["corpus", "realtimeqa"], typer.Argument(help="corpus (our own articles) or realtimeqa.")]
Measured = Annotated[
    Literal["corpus", "realtimeqa", "reading"], typer.Argument(help="corpus (our own articles), realtimeqa, or reading (readers alone).")
]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Articles' folder (corpus/), a year of RealTime QA, or the folder of reading sets."),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N questions, in a fixed order.")]
Questions = Annotated[Path, typer.Option("--questions", metavar="DIR", help="Folder of questions on the corpus.")]
ReaderName = Annotated[
    Literal["neural", "linear"] | None,
    typer.Option("--reader", help="What reads the passages, else as DATELINE_READER says; of reading only this one.", show_default=False),
]
Llm = Annotated[str | None, typer.Option("--llm", help="Another language model, as DATELINE_LLM names it.")]


def run(
    dataset: Measured,
    data: Data = None,
    limit: Limit = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the result goes (.evals/results/…).")] = None,
    part: Annotated[Literal["retrieval", "answers", "all"], typer.Option("--part", help="What to measure.")] = "all",
    year_end: Annotated[bool, typer.Option("--year-end/--no-year-end", help="realtimeqa: also search as of 31 December.")] = True,
    baselines: Annotated[
        bool | None,
        typer.Option("--baselines/--no-baselines", help="Also ask the two baselines (default: on the corpus).", show_default=False),
    ] = None,
    llm: Llm = None,
    reader: ReaderName = None,
    questions: Questions = QUESTIONS,
) -> int:
    """Measure retrieval, answers, citations and abstention on one set of questions; or how well readers read."""
    from app.commands.progress import Bars
    from evals.measuring import Order, default_out
    from evals.report import markdown
    from evals.run import lost_file
    from evals.run import run as measure

    if dataset == "reading":
        return _run_reading(data, limit, out, reader)
    settings, plan = _prepare(dataset, data, limit, llm, questions, year_end, reader)
    with_baselines = dataset == "corpus" if baselines is None else baselines
    target = out or default_out(plan.name)
    order = Order(part, with_baselines and part != "retrieval", limit, _command(), target)
    with Bars() as bars:
        result = measure(plan, settings, order, bars)
    print(markdown([result]))
    print(f"dateline: written to {target}", file=sys.stderr)
    if result["answers"]:
        print(f"dateline: wrong answers, a line each, in {lost_file(target)}", file=sys.stderr)
    return 130 if result["interrupted"] else 0


def _run_reading(data: Path | None, limit: int | None, out: Path | None, reader: str | None) -> int:
    from app.answering.readers import READERS
    from app.commands.progress import Bars
    from app.errors import DatelineError
    from app.settings import load_settings
    from evals import reading
    from evals.measuring import Order, default_out
    from evals.report import markdown

    if data is None:
        raise DatelineError("The reading sets are not part of Dateline.", "Name their folder with --data.")
    target = out or default_out(reading.DATASET)
    names = [reader] if reader else list(READERS)
    with Bars() as bars:
        result = reading.run(data, load_settings(llm="none"), names, Order("answers", False, limit, _command(), target), bars)
    print(markdown([result]))
    print(f"dateline: written to {target}", file=sys.stderr)
    return 130 if result["interrupted"] else 0


def ingest(dataset: Dataset, data: Data = None) -> int:
    """Only bring the articles in and embed them, which for a large pool takes longest; `run` goes on from there."""
    from app.commands.progress import Bars
    from evals.run import ready

    settings, plan = _prepare(dataset, data, None, "none", QUESTIONS, True)
    with Bars() as bars:
        ready(plan, settings.model_copy(update={"home": plan.home}), bars)
    print(plan.home)
    return 0


def report(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE…]", help="Results of `run` (default: the newest).")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The Markdown; its curves go beside it.")] = Path(".evals/report.md"),
) -> int:
    """Write results as Markdown, with the risk and coverage curve as a picture."""
    from evals.report import load_result, write_report
    from evals.results import newest

    results = [load_result(file) for file in files] if files else newest()
    print(write_report(results, out))
    print(f"dateline: written to {out}", file=sys.stderr)
    return 0


def targets() -> int:
    """What was to be reached, what was measured last, and the command that measures it."""
    from evals.report import table
    from evals.targets import target_rows

    print("\n".join(table(["what", "target", "measured", "", "command"], target_rows())))
    return 0


def _prepare(
    dataset: str, data: Path | None, limit: int | None, llm: str | None, questions: Path, year_end: bool, reader: str | None = None
) -> tuple[Settings, Plan]:
    from app.errors import DatelineError
    from app.settings import load_settings
    from evals.plan import corpus_plan, realtimeqa_plan

    settings = load_settings(llm=llm, reader=reader)
    if dataset == "corpus":
        return settings, corpus_plan(data or Path("corpus"), questions, settings.embedding_model, limit)
    if data is None:
        raise DatelineError("RealTime QA is not part of Dateline.", "Name the folder of one year of it with --data.")
    return settings, realtimeqa_plan(data, settings.embedding_model, limit, year_end)


def _command() -> str:
    """As it was typed, without this machine's folders."""
    return " ".join(["python -m evals", *(Path(word).name if word.startswith(("/", "..")) else word for word in sys.argv[1:])])


def commands() -> typer.Typer:
    """All commands under one name."""
    cli = typer.Typer(
        help="Measures Dateline.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    for command in (run, ingest, report, targets):
        cli.command()(command)
    return cli


def main() -> int:
    """Run one command; returns the exit status."""
    from app.commands.run import run as run_command

    prepare()
    return run_command(commands(), None, "python -m evals")


if __name__ == "__main__":
    sys.exit(main())
