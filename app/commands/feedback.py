"""`feedback`: what readers said of answers, to read, or as questions for evals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.commands.options import Verbose

if TYPE_CHECKING:
    from app.stores.feedback import JudgedTurn

Verdict = Annotated[
    Literal["good", "bad", "wrong-citation", "should-have-answered"] | None,
    typer.Option("--verdict", help="Only answers of which this was said.", show_default=False),
]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="Only what was said on or after this day.", show_default=False)]


def feedback(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One question for evals a line, in the format of evals/questions/.")] = False,
    verdict: Verdict = None,
    since: Since = None,
    verbose: Verbose = False,
) -> int:
    """Show what was said on the page of answers and citations. Only reads, also beside a running `serve`.

    With --jsonl, a good answer becomes a question whose answer and cited sentences are right; one that was bad or missing, a question
    whose right answer is the note. Where no right answer is known, a line on standard error says what is missing.

    \b
    Examples:
      python -m app feedback --since 2026-01-01
      python -m app feedback --jsonl > mine.jsonl
      python -m evals run corpus --questions mine.jsonl --data FOLDER-OF-ARTICLES
    """
    from app.commands.eval_rows import eval_row
    from app.commands.lines import print_json
    from app.runtime import complain, start
    from app.stores.conversations import CONVERSATIONS_FILE
    from app.stores.feedback import judged_in

    settings = start(verbose)
    found = judged_in(settings.home / CONVERSATIONS_FILE, verdict, _first_second(since))
    if not found:
        complain("nothing was said of any answer" + (" that fits." if verdict or since else "."))
    for one in found:
        if not jsonl:
            for line in _lines(one):
                print(line)
            continue
        row, look = eval_row(one)
        if row is not None:
            print_json(row)
        if look:
            what = "left out" if row is None else row["id"]
            complain(f"{what}: “{_short(one)}”: {look}.")
    return 0


def _lines(judged: JudgedTurn) -> Iterator[str]:
    """Day, verdict, question, and, if there is one, the note under it."""
    from datetime import UTC, datetime

    from app.commands.show import clean, wrapped

    for one in judged.said:
        day = datetime.fromtimestamp(one.given, UTC).date().isoformat()
        which = f" [{one.citation}]" if one.citation else ""
        yield f"{day}  {one.verdict + which:<22}  {clean(_question(judged))}"
        if one.note:
            yield wrapped(one.note, " " * 12)


def _question(judged: JudgedTurn) -> str:
    from app.commands.eval_rows import judged_turn

    return " ".join(judged_turn(judged).question.split())


def _short(judged: JudgedTurn) -> str:
    from app.commands.show import clean

    return clean(_question(judged))[:80]


def _first_second(since: str | None) -> int:
    from app.article import Published
    from app.errors import DatelineError

    try:
        return Published.parse(since).first_second if since else 0
    except ValueError:
        raise DatelineError(f"--since: '{since}' is no date.", "Write a day such as 2025-11-30.") from None
