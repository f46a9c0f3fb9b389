"""How well the support check tells what a source carries: word overlap, rules and judge on the same claims."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.encoding import load_encoder
from app.settings import Settings
from app.support.checker import SUPPORTED_AT
from app.support.load import load_judge
from evals.measuring import Order, head, measured, told
from evals.rows import Row, RowFile, SupportRow
from evals.sections import Section
from evals.support_scoring import Check, by_set, hardest_kinds, kinds, systems, together
from evals.support_sets import CORRUPTED, MADE, SETS, TRAINED_ON, Pair, load_made, load_sets

if TYPE_CHECKING:
    from app.indexing.progress import Progress
    from app.support.judge import Judge

DATASET = "support"
BY_KIND = "Corrupted news sentences: ROC-AUC of the true against the false of each kind"
NOTES = (
    f"*Let in* is what has a support of {SUPPORTED_AT} or more, as in an answer. HaluEval's row is a question and its answer: what an "
    "answer claims is both together, so that is the claim; the answer's words alone stand beside it, and of the two only the first "
    "counts among all sets.",
    f"Not reported, because the judge learned from them: {', '.join(TRAINED_ON)}.",
)
TOGETHER = 32
"""Pairs that are checked together."""


def run(
    folder: Path | None, made: Path | None, settings: Settings, order: Order, progress: Progress, within: Collection[str]
) -> dict[str, Any]:
    """Measure on the sets `within` of a folder and on the pairs of a file, whichever is given; writes and returns the result as
    evals.measuring does. Raises DatelineError if a set or a model cannot be used."""
    judge = load_judge(settings)

    def measure(rows: RowFile) -> None:
        sets = load_sets(folder, order.limit, within) if folder else {}
        if made:
            sets[CORRUPTED] = load_made(made, order.limit)
        checks = systems(load_encoder(settings), judge)
        for name, pairs in sets.items():
            for system, check in checks.items():
                score(rows, name, system, check, pairs, progress)

    def result(rows: Sequence[Row], interrupted: bool, seconds: float) -> dict[str, Any]:
        found = [row for row in rows if isinstance(row, SupportRow)]
        sections = by_kind(found)
        notes = [*NOTES, told_judge(judge), *(line for each in sections for line in hardest_kinds(each))]
        partial = folder is None or set(within) != set(SETS) or not usual_judge(settings)
        whole = {"partial": partial, "notes": notes, "support": summary(found), "sections": sections}
        return head(DATASET, settings, order, interrupted, seconds) | whole

    return measured(order.out, measure, result)


def told_judge(judge: Judge | None) -> str:
    return f"Judge: {judge.name}." if judge else "No judge (DATELINE_SUPPORT_MODEL is “rules”): its rows are left out."


def usual_judge(settings: Settings) -> bool:
    """Whether the judge is the one that Dateline comes with: figures of another are not those of this version."""
    return bool(settings.support_model == Settings.model_fields["support_model"].default)


def score(rows: RowFile, within: str, system: str, check: Check, pairs: Sequence[Pair], progress: Progress) -> None:
    """Add a row for each pair."""

    def checked() -> Iterator[tuple[Pair, float]]:
        for at in range(0, len(pairs), TOGETHER):
            part = pairs[at : at + TOGETHER]
            yield from zip(part, check([(pair.source, pair.claim) for pair in part]), strict=True)

    for pair, support in told(checked(), f"{within}, {system}", len(pairs), progress):
        rows.add(SupportRow(pair.id, within, system, pair.claim, pair.true, pair.kind, support))


def summary(rows: Sequence[SupportRow]) -> list[dict[str, Any]]:
    """A line for each set and system, and one a system for all sets that count."""
    roles = {name: one.role for name, one in SETS.items()} | {CORRUPTED: MADE}
    return [*by_set(rows, roles), *together(rows, [name for name, one in SETS.items() if one.counts])]


def by_kind(rows: Sequence[SupportRow]) -> list[Section]:
    """The kinds of corrupted sentences; nothing without such rows."""
    made = [row for row in rows if row.within == CORRUPTED]
    return [kinds(BY_KIND, made)] if made else []
