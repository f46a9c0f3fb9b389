"""What checks a claim, side by side, and how well: the ablation of the support check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.support.checker import SUPPORTED_AT, SupportChecker
from app.support.source import Piece, read_source
from app.text.sentences import split_sentences
from app.text.words import content_words
from evals import bootstrap
from evals.abstention import roc_auc
from evals.rows import SupportRow
from evals.sections import Section, line, section

if TYPE_CHECKING:
    from app.encoding import Encoder
    from app.support.judge import Judge

Check = Callable[[Sequence[tuple[str, str]]], list[float]]
"""(source, claim) each to how far the one carries the other, 0 to 1."""

OVERLAP, RULES, JUDGE, BOTH = "word overlap", "rules", "judge alone", "rules and judge"
AUC, PRECISION, LET_IN = "ROC-AUC", "precision of what is let in", "share of the true let in"
EVERY = "all sets, each counting alike"
ALL_KINDS, WORST_KIND = "all kinds", "worst kind"
LEAST = 20
"""Of a kind with fewer false claims it is not said that it is the worst: that would be chance."""
WINDOW, WINDOWS = 3, 3
"""The judge alone reads so many neighbouring sentences at a time, and at so many places."""


def systems(encoder: Encoder | None, judge: Judge | None) -> dict[str, Check]:
    """What is measured, by name, the simplest first."""
    rules = checkers(encoder, judge)
    alone: dict[str, Check] = {} if judge is None else {JUDGE: lambda pairs: judged(judge, pairs)}
    first: dict[str, Check] = {OVERLAP: lambda pairs: [overlap(source, claim) for source, claim in pairs], RULES: _check(rules[RULES]())}
    return first | alone | {name: _check(make()) for name, make in rules.items() if name != RULES}


def checkers(encoder: Encoder | None, judge: Judge | None) -> dict[str, Callable[[], SupportChecker]]:
    """Makers of the support check without and with the judge; each checker remembers what it has read."""
    encode = encoder.encode if encoder else None
    makers: dict[str, Callable[[], SupportChecker]] = {RULES: lambda: SupportChecker(encode)}
    return makers | ({BOTH: lambda: SupportChecker(encode, judge)} if judge else {})


def _check(checker: SupportChecker) -> Check:
    return lambda pairs: [found.support for found in checker.check_all(pairs)]


def overlap(source: str, claim: str) -> float:
    """The share of the claim's content words that stand in the source."""
    said = set(content_words(claim))
    return len(said & set(content_words(source))) / max(len(said), 1)


def judged(judge: Judge, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """What the judge alone makes of each (source, claim): of a sentence of the claim the reading that supports it most, of the sentences
    the worst."""
    cut = [[claim[span.start : span.end] for span in split_sentences(claim)] for _, claim in pairs]
    asked = [{text: _windows(source, text) for text in sentences} for sentences, (source, _) in zip(cut, pairs, strict=True)]
    each = dict.fromkeys((text, window) for one in asked for text, windows in one.items() for window in windows)
    supported = dict(zip(each, (verdict.supported for verdict in judge(list(each))), strict=True))
    return [min(max(supported[text, window] for window in windows) for text, windows in one.items()) for one in asked]


def _windows(source: str, claim: str) -> list[str]:
    """The neighbouring sentences in which most of the claim's words stand, and what is gathered for it from all over the source."""
    spans = split_sentences(source)
    every = [source[spans[at].start : spans[min(at + WINDOW, len(spans)) - 1].end] for at in range(max(len(spans) - WINDOW + 1, 1))]
    return [*sorted(every, key=lambda window: -overlap(window, claim))[:WINDOWS], read_source(source).gathered(Piece(claim))]


def measures(rows: Sequence[SupportRow], weights: Mapping[str, float] | None = None) -> dict[str, bootstrap.Estimate | None]:
    """Figures of one system; `weights` by the rows' set, else every row counts alike."""
    weigh = [weights[row.within] if weights else 1.0 for row in rows]
    let_in = [float(row.support >= SUPPORTED_AT) * weight for row, weight in zip(rows, weigh, strict=True)]
    right = [value * row.true for value, row in zip(let_in, rows, strict=True)]
    true = [weight * row.true for row, weight in zip(rows, weigh, strict=True)]
    return {AUC: None if weights else auc(rows), PRECISION: bootstrap.mean(right, let_in), LET_IN: bootstrap.mean(right, true)}


def auc(rows: Sequence[SupportRow]) -> bootstrap.Estimate | None:
    """The chance that a true claim has more support than a false one."""
    return bootstrap.resampled(len(rows), lambda drawn: roc_auc([rows[i].true for i in drawn], [rows[i].support for i in drawn]))


def group(within: str, role: str, rows: Sequence[SupportRow], weights: Mapping[str, float] | None = None) -> dict[str, Any]:
    """One line of the result's `support`: a set as one system sees it."""
    figures = {name: asdict(found) if found else None for name, found in measures(rows, weights).items()}
    true = sum(row.true for row in rows)
    return {"set": within, "role": role, "system": rows[0].system, "n": len(rows), "true": true, "measures": figures}


def by_set(rows: Sequence[SupportRow], roles: Mapping[str, str]) -> list[dict[str, Any]]:
    """The systems of a set one under the other, sets in the order in which they came."""
    chosen = [(within, system) for within in dict.fromkeys(r.within for r in rows) for system in dict.fromkeys(r.system for r in rows)]
    found = []
    for within, system in chosen:
        if own := [row for row in rows if (row.within, row.system) == (within, system)]:
            found.append(group(within, roles.get(within, ""), own))
    return found


def together(rows: Sequence[SupportRow], names: Iterable[str]) -> list[dict[str, Any]]:
    """A line a system over these sets, each counting alike however long it is; none for a system that lacks one of them."""
    wanted = set(names)
    found = []
    for system in dict.fromkeys(row.system for row in rows):
        own = [row for row in rows if row.system == system and row.within in wanted]
        sizes = {name: sum(row.within == name for row in own) for name in wanted}
        if all(sizes.values()):
            found.append(group(EVERY, "", own, {name: 1 / size for name, size in sizes.items()}))
    return found


def kinds(title: str, rows: Sequence[SupportRow]) -> Section:
    """How far the true claims stand out from the false ones: from all, from the kind that is hardest for each system, from each kind."""
    names = list(dict.fromkeys(row.system for row in rows))
    lines = []
    for kind in sorted({row.kind for row in rows if not row.true}):
        own = [row for row in rows if row.true or row.kind == kind]
        lines.append(line(kind, _false(own, names[0]), {name: auc([row for row in own if row.system == name]) for name in names}))
    whole = line(ALL_KINDS, _false(rows, names[0]), {name: auc([row for row in rows if row.system == name]) for name in names})
    hardest = _hardest(lines, names)
    figures = {name: one["measures"][name] for name, one in hardest.items()}
    worst = [{"name": WORST_KIND, "n": hardest[names[-1]]["n"], "measures": figures}] if hardest else []
    return section(title, "kind of false claim", [whole, *worst, *lines])


def hardest_kinds(found: Section) -> list[str]:
    """The worst kind of `kinds`, by name: a line for each system."""
    lines = [one for one in found["lines"] if one["name"] not in (ALL_KINDS, WORST_KIND)]
    hardest = _hardest(lines, list(found["lines"][0]["measures"])) if lines else {}
    return [f"Worst kind of {LEAST} or more, {name}: {one['name']}." for name, one in hardest.items()]


def _hardest(lines: Sequence[Section], names: Sequence[str]) -> dict[str, Section]:
    """By system the line with the lowest figure, of the kinds that are not too rare to tell; of all where every kind is."""
    common = [one for one in lines if one["n"] >= LEAST] or lines
    return {name: min(common, key=lambda one: _value(one["measures"][name])) for name in names if common}


def _false(rows: Sequence[SupportRow], system: str) -> int:
    return sum(row.system == system and not row.true for row in rows)


def _value(figure: Mapping[str, float] | None) -> float:
    return figure["value"] if figure else 1.0
