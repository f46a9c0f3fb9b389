"""`python -m evals`: run, report, targets. Heavy imports wait inside the commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.runtime import prepare
from app.runtime import run as run_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from app.settings import Settings
    from evals.gathered import GatheredSet
    from evals.halves import Half
    from evals.plan import Plan

QUESTIONS = Path("evals/questions")

Dataset = Annotated[Literal["corpus", "realtimeqa"], typer.Argument(help="corpus (our own articles) or realtimeqa.")]
Measured = Annotated[
    Literal["corpus", "realtimeqa", "reading", "ramdocs", "search-conflicts", "timeqa", "support", "labels"],
    typer.Argument(
        help="corpus (our own articles), realtimeqa, reading (readers alone), a set that brings its own documents, support (does a source "
        "carry a claim: --data, --pairs or both), or labels (the same of a larger model's citations, which are part of Dateline)."
    ),
]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Articles' folder (corpus/), a year of RealTime QA, or the folder of another set."),
]
HalfName = Annotated[
    Literal["tuned", "held"] | None,
    typer.Option("--half", help="Sets with own documents: one half of the questions, by their ids' hash.", show_default=False),
]
ReadingSet = Annotated[
    str | None, typer.Option("--set", metavar="NAME", help="reading, support: only sets whose name begins so.", show_default=False)
]
Pairs = Annotated[
    Path | None,
    typer.Option("--pairs", metavar="FILE", help="support: also corrupted sentences, as training/judge_rows.py writes them."),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N questions, in a fixed order.")]
Questions = Annotated[Path, typer.Option("--questions", metavar="DIR|FILE", help="Questions on the articles of --data, or of the corpus.")]
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
    half: HalfName = None,
    within: ReadingSet = None,
    pairs: Pairs = None,
) -> int:
    """Measure retrieval, answers, citations and abstention on one set of questions; or how well readers read, what is told of
    documents that do not agree, or whether a source carries a claim."""
    from app.commands.progress import Bars
    from evals.measuring import Order, default_out
    from evals.report import markdown
    from evals.run import lost_file
    from evals.run import run as measure

    if dataset == "reading":
        return _run_reading(data, limit, out, reader, within or "")
    if dataset in ("support", "labels"):
        return _run_support(dataset, data, pairs, limit, out, within or "")
    if dataset not in ("corpus", "realtimeqa"):
        return _run_gathered(dataset, data, limit, out, llm, reader, half)
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


def _run_reading(data: Path | None, limit: int | None, out: Path | None, reader: str | None, within: str) -> int:
    from app.answering.readers import READERS
    from app.commands.progress import Bars
    from app.errors import DatelineError
    from app.settings import load_settings
    from evals import reading
    from evals.measuring import Order, default_out
    from evals.reading_sets import SETS
    from evals.report import markdown

    if data is None:
        raise DatelineError("The reading sets are not part of Dateline.", "Name their folder with --data.")
    sets = _beginning(SETS, within, "reading set")
    target = out or default_out(reading.DATASET)
    names = [reader] if reader else list(READERS)
    with Bars() as bars:
        result = reading.run(data, load_settings(llm="none"), names, Order("answers", False, limit, _command(), target), bars, sets)
    print(markdown([result]))
    print(f"dateline: written to {target}", file=sys.stderr)
    return 130 if result["interrupted"] else 0


def _run_support(dataset: str, data: Path | None, pairs: Path | None, limit: int | None, out: Path | None, within: str) -> int:
    from app.commands.progress import Bars
    from app.errors import DatelineError
    from app.settings import load_settings
    from evals import labelled, support
    from evals.measuring import Order, default_out
    from evals.report import markdown
    from evals.support_sets import SETS

    target = out or default_out(dataset)
    order = Order("answers", False, limit, _command(), target)
    settings = load_settings(llm="none")
    with Bars() as bars:
        if dataset == labelled.DATASET:
            result = labelled.run(settings, order, bars)
        else:
            if data is None and pairs is None:
                raise DatelineError(
                    "The sets of claims are not part of Dateline.", "Name their folder with --data, or a file with --pairs."
                )
            sets = _beginning(SETS, within, "set of claims")
            result = support.run(data, pairs, settings, order, bars, sets)
    print(markdown([result]))
    print(f"dateline: written to {target}", file=sys.stderr)
    return 130 if result["interrupted"] else 0


def _beginning(names: Iterable[str], within: str, what: str) -> list[str]:
    from app.errors import DatelineError

    if found := [name for name in names if name.startswith(within)]:
        return found
    raise DatelineError(f"no {what}'s name begins with {within!r}.", f"Known: {'; '.join(names)}.")


def _run_gathered(
    name: str, data: Path | None, limit: int | None, out: Path | None, llm: str | None, reader: str | None, half: Half | None
) -> int:
    from app.commands.progress import Bars
    from app.settings import load_settings
    from evals import gathered
    from evals.measuring import Order, default_out
    from evals.report import markdown

    dataset = _gathered_set(name, data, half)
    target = out or default_out(name)
    settings = load_settings(llm=llm, reader=reader)
    with Bars() as bars:
        result = gathered.run(dataset, settings, Order("answers", False, limit, _command(), target), bars)
    print(markdown([result]))
    print(f"dateline: written to {target}", file=sys.stderr)
    return 130 if result["interrupted"] else 0


def _gathered_set(name: str, data: Path | None, half: Half | None) -> GatheredSet[Any]:
    from app.errors import DatelineError
    from evals import ramdocs, search_conflicts, timeqa

    if data is None:
        raise DatelineError(f"{name} is not part of Dateline.", "Name its folder with --data.")
    loaders: dict[str, Callable[[Path, Half | None], GatheredSet[Any]]] = {
        ramdocs.NAME: ramdocs.load,
        search_conflicts.NAME: search_conflicts.load,
        timeqa.NAME: timeqa.load,
    }
    return loaders[name](data, half)


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
    prepare()
    return run_command(commands(), None, "python -m evals")


if __name__ == "__main__":
    sys.exit(main())
