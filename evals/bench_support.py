"""How quick the support check is: pairs a second, and the seconds that a whole answer of a larger model takes.

`python -m evals.bench_support [--rounds 5]`, on the labelled answers of `evals/labels/`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.lines import GROUP
from evals.bench import main, of_rounds

if TYPE_CHECKING:
    from app.support.checker import SupportChecker
    from evals.labelled import Label, LabelledAnswer

SENTENCES = 6
"""Of an answer, each against eight evidence sentences."""


def bench(
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="So often, after one round that is not counted.")] = 5,
    pairs: Annotated[int, typer.Option("--pairs", min=1, help="At most so many one-sentence claims and sources a round.")] = 230,
    answers: Annotated[int, typer.Option("--answers", min=1, help="At most so many answers of six sentences a round.")] = 10,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
) -> None:
    """Check one-sentence claims against one-sentence sources, and answers of six sentences against eight evidence sentences each, as an
    answer's chain does."""
    from app.encoding import load_encoder
    from app.settings import load_settings
    from app.support.load import load_judge
    from evals import labelled
    from evals.bench import keep
    from evals.support_scoring import checkers

    settings = load_settings(llm="none")
    # A checker remembers the sentences it has read: each round, and each answer, has its own, as in use.
    makers = checkers(load_encoder(settings), load_judge(settings))
    found = labelled.load()
    labels = [label for answer in found for label in answer.labels][:pairs]
    times: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for name, make in makers.items():
            measured = {
                f"pairs a second, one at a time, {name}": _pairs_a_second(make(), labels, 1),
                f"pairs a second, {GROUP} together, {name}": _pairs_a_second(make(), labels, GROUP),
                f"an answer of {SENTENCES} sentences, s, {name}": _answer_seconds(make, found, answers),
            }
            for what, value in measured.items() if number else ():
                times.setdefault(what, []).append(value)
    keep("bench-support", "python -m evals.bench_support", {what: of_rounds(values) for what, values in times.items()}, out)


def _pairs_a_second(checker: SupportChecker, labels: Sequence[Label], together: int) -> float:
    pairs = [(label.cited, label.text) for label in labels]
    since = time.perf_counter()
    for at in range(0, len(pairs), together):
        checker.check_all(pairs[at : at + together])
    return len(pairs) / (time.perf_counter() - since)


def _answer_seconds(make: Callable[[], SupportChecker], answers: Sequence[LabelledAnswer], limit: int) -> float:
    """The mean of the answers; each is made longer by sentences of the next, since they have three or four."""
    from app.answering.wording import check_wording

    chosen = list(pairwise(answers))[:limit]
    since = time.perf_counter()
    for answer, following in chosen:
        checker = make()
        for label in [*answer.labels, *following.labels][:SENTENCES]:
            check_wording(checker, label.text, answer.evidence)
    return (time.perf_counter() - since) / len(chosen)


if __name__ == "__main__":
    sys.exit(main(bench))
