"""From rows to figures: every measure with its interval, the curve, and the comparison with the baselines. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evals import bootstrap
from evals.abstention import abstention_precision, abstention_recall, area_under, risk_coverage
from evals.conflict_tables import conflict_sections
from evals.lost import counts
from evals.ranking import rank_values
from evals.rows import FIRST_STAGE, HIDDEN, OFF, ON, OURS, RERANKED, AnswerRow, RetrievalRow, Row, answer_rows, retrieval_rows

ALL, NOT_TUNED_ON = "all", "not tuned on"

Figures = dict[str, Any]
"""A measure's name to {"value", "low", "high", "n"}, or to None where nothing could be measured."""


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """All figures of a run, as JSON: `retrieval`, `answers`, `kinds`, `sections`, `curves`, `paired`, `lost`, `times`."""
    answers = [row for row in rows if isinstance(row, AnswerRow)]
    groups = list(dict.fromkeys((row.system, row.under) for row in answers))
    tables = [(system, under, answer_rows(rows, system, under)) for system, under in groups]
    if (OURS, HIDDEN) in groups:
        # Each alone holds only answerable or only unanswerable questions: precision and recall need both.
        tables.append((OURS, f"{ON}, evidence shown and hidden", answer_rows(rows, OURS, ON) + answer_rows(rows, OURS, HIDDEN)))
    ours = answer_rows(rows, OURS, ON)
    return {
        "retrieval": _retrieval(retrieval_rows(rows)),
        "answers": [{"system": system, "under": under, **_answers(each)} for system, under, each in tables],
        "kinds": {kind: _kind([row for row in ours if row.kind == kind]) for kind in dict.fromkeys(row.kind for row in ours)},
        "sections": conflict_sections(rows),
        "curves": [_curve(answer_rows(rows, system, under), system) for system, under in groups if under == OFF],
        "paired": [_paired(ours, answer_rows(rows, system, under), system) for system, under in groups if system != OURS],
        "lost": [{"under": under, "places": counts(answers, under)} for system, under in groups if system == OURS and under in (ON, OFF)],
        "times": {
            **_searches(retrieval_rows(rows)),
            **_times([row for row in answers if row.system == OURS and not row.carried]),
        },
    }


def _retrieval(rows: Sequence[RetrievalRow]) -> list[dict[str, Any]]:
    """By asking, ranking and label; all questions, then, where ranking was tuned on some, the others alone."""
    tables = []
    for ranking, under in dict.fromkeys((row.ranking, row.under) for row in rows):
        asked = [row for row in rows if (row.ranking, row.under) == (ranking, under)]
        for label in dict.fromkeys(label for row in rows for label in row.gold):
            labelled = [row for row in asked if label in row.gold]
            for questions, chosen in ((ALL, labelled), (NOT_TUNED_ON, [row for row in labelled if row.held])):
                if questions == ALL or chosen:
                    values = rank_values([row.order for row in chosen], [row.gold[label] for row in chosen])
                    measures = {name: _figure(bootstrap.mean(each)) for name, each in values.items()}
                    table = {"under": under, "ranking": ranking, "questions": questions, "labels": label, "n": len(chosen)}
                    tables.append({**table, "measures": measures})
    return tables


def _answers(rows: Sequence[AnswerRow]) -> dict[str, Any]:
    could = [row for row in rows if row.answerable]
    said = [row for row in rows if not row.abstained]
    outcomes = [row.outcome for row in rows]
    measures: Figures = {
        "right": _share(rows, lambda row: row.outcome.right),
        "gold answer in the first 60 words": _share(could, lambda row: row.right_words),
        "exact match": _share(could, lambda row: row.exact_match),
        "token F1": _mean(could, lambda row: row.f1),
        **_short(could),
        "words of an answer": _mean(said, lambda row: row.words),
        "answered": _share(rows, lambda row: not row.abstained),
        "abstention precision": _figure(bootstrap.mean(*abstention_precision(outcomes))) if rows else None,
        "abstention recall": _figure(bootstrap.mean(*abstention_recall(outcomes))) if rows else None,
    }
    if any(row.citations for row in said):
        measures |= _citations(said)
    return {"n": len(rows), "answerable": len(could), "model": rows[0].model if rows else "", "measures": measures}


def _short(could: Sequence[AnswerRow]) -> Figures:
    """Silence counts 0; but a system that never gives short answers has nothing to be measured by."""
    if could and not any(row.short for row in could):
        return {}
    return {
        "short: exact match": _share(could, lambda row: row.short_exact),
        "short: token F1": _mean(could, lambda row: row.short_f1),
    }


def _citations(said: Sequence[AnswerRow]) -> Figures:
    cited = [float(row.citations) for row in said]
    could = [row for row in said if row.answerable and row.gold_known]
    wrong = [row for row in said if row.cites_wrong is not None]
    return {
        "citation spans exact": _figure(bootstrap.mean([float(row.exact_citations) for row in said], cited)),
        "support of a citation": _figure(bootstrap.mean([row.support for row in said], cited)),
        "sentences supported": _figure(bootstrap.mean([float(r.supported_sentences) for r in said], [float(r.sentences) for r in said])),
        "answers that cite a gold article": _share(could, lambda row: row.cites_gold_article),
        "answers that cite a gold sentence": _share(could, lambda row: row.cites_gold_sentence),
        **({"answers that cite what a reader found wrong": _share(wrong, lambda row: bool(row.cites_wrong))} if wrong else {}),
    }


def _kind(rows: Sequence[AnswerRow]) -> dict[str, Any]:
    return {
        "n": len(rows),
        "right": _share(rows, lambda row: row.outcome.right),
        "abstained": _share(rows, lambda row: row.abstained),
    }


def _curve(rows: Sequence[AnswerRow], system: str) -> dict[str, Any]:
    points = risk_coverage([not (row.answerable and row.right_words) for row in rows], [_certainty(row) for row in rows])
    return {"system": system, "n": len(rows), "aurc": area_under(points), "points": [[round(x, 4), round(y, 4)] for x, y in points]}


def _certainty(row: AnswerRow) -> float:
    # One that still says nothing with abstention off comes last.
    return -1.0 if row.abstained else row.confidence


def _paired(ours: Sequence[AnswerRow], theirs: Sequence[AnswerRow], system: str) -> dict[str, Any]:
    """Ours minus theirs, on the questions that both were asked."""
    mine = {row.id: row for row in ours}
    pairs = [(mine[row.id], row) for row in theirs if row.id in mine]
    a, b = [float(x.outcome.right) for x, _ in pairs], [float(y.outcome.right) for _, y in pairs]
    return {
        "against": system,
        "n": len(pairs),
        "ours": _figure(bootstrap.mean(a)) if pairs else None,
        "theirs": _figure(bootstrap.mean(b)) if pairs else None,
        "difference": _figure(bootstrap.difference(a, b)) if pairs else None,
    }


def _searches(rows: Sequence[RetrievalRow]) -> Figures:
    return _quantiles({f"search, {name}": [row.seconds for row in rows if row.ranking == name] for name in (RERANKED, FIRST_STAGE)})


def _times(rows: Sequence[AnswerRow]) -> Figures:
    stages: dict[str, Iterable[float | None]] = {
        "retrieval": [row.retrieve_s for row in rows],
        "first checked sentence": [row.first_token_s for row in rows if not row.abstained],
        "whole answer": [row.total_s for row in rows],
    }
    return _quantiles(stages)


def _quantiles(stages: Mapping[str, Iterable[float | None]]) -> Figures:
    figures: Figures = {}
    for stage, values in stages.items():
        known = [value for value in values if value is not None]
        figures[f"{stage}, p50"] = _figure(bootstrap.quantile(known, 0.5))
        figures[f"{stage}, p90"] = _figure(bootstrap.quantile(known, 0.9))
    return figures


def _share(rows: Sequence[AnswerRow], test: Callable[[AnswerRow], bool]) -> dict[str, Any] | None:
    return _mean(rows, lambda row: float(test(row)))


def _mean(rows: Sequence[AnswerRow], value: Callable[[AnswerRow], float]) -> dict[str, Any] | None:
    return _figure(bootstrap.mean([float(value(row)) for row in rows])) if rows else None


def _figure(estimate: bootstrap.Estimate | None) -> dict[str, Any] | None:
    return asdict(estimate) if estimate else None
