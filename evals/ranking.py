"""How good an order of articles is: hit@k, MRR@10, nDCG@10, by `ir-measures`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

DEPTH = 10
"""No measure looks deeper than this many articles."""

MEASURES = {"hit@1": "Success@1", "hit@5": "Success@5", "hit@10": "Success@10", "MRR@10": "RR@10", "nDCG@10": "nDCG@10"}


def article_order(keys: Iterable[str], same: Callable[[str], str] = lambda key: key) -> list[str]:
    """The articles of ranked passages, each once, at the place of its best passage; `same` maps a copy to its original."""
    return list(dict.fromkeys(same(key) for key in keys))


def rank_values(orders: Sequence[Sequence[str]], golds: Sequence[Collection[str]]) -> dict[str, list[float]]:
    """Each measure's value for each question, in order; a question without hits or without gold has 0.

    `orders[i]` are the articles found for question i, best first, none twice; `golds[i]` the right ones.
    """
    import ir_measures

    qrels = [ir_measures.Qrel(str(i), key, 1) for i, gold in enumerate(golds) for key in sorted(set(gold))]
    run = [
        ir_measures.ScoredDoc(str(i), key, float(DEPTH - place))
        for i, order in enumerate(orders)
        for place, key in enumerate(order[:DEPTH])
    ]
    values = {name: [0.0] * len(orders) for name in MEASURES}
    if not qrels or not run:
        return values
    parsed = {str(ir_measures.parse_measure(measure)): name for name, measure in MEASURES.items()}
    for metric in ir_measures.iter_calc([ir_measures.parse_measure(measure) for measure in MEASURES.values()], qrels, run):
        values[parsed[str(metric.measure)]][int(metric.query_id)] = float(metric.value)
    return values
