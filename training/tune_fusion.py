"""Choose the weights of fusion on RealTime QA, each question asked twice: as of its date and as of the year's end.

    python -m training.tune_fusion --realtimeqa DIR/2022 --home HOME

`home` holds that year's articles with their vectors. Prints the weights for app/retrieval/fusion.py. Random search with a
fixed seed on the half of the questions whose id hashes to an even number; the figures of the other half are printed
beside. Objective: the mean of MRR@10 over four cells, human-linked and pool questions, asked then and asked later.
"""

from __future__ import annotations

import argparse
import zlib
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.answer import Filters
from app.article import canonical_url
from app.encoding import load_encoder
from app.retrieval.candidates import DEPTH, find_candidates
from app.retrieval.fusion import Parts, Weights, fuse
from app.retrieval.scope import resolve_scope
from app.settings import Settings
from app.stores.stores import Stores
from evals.datasets import load_realtimeqa, year_end

PRIOR = (0.3, 0.2)
"""The two decays as measured before on words alone: the starting point."""
TRIALS = 400


@dataclass(frozen=True, slots=True)
class Case:
    """One question at one date: the candidates' parts, their articles, and which articles are right."""

    cell: str
    tuned_on: bool
    parts: Parts
    articles: npt.NDArray[np.int64]
    right: frozenset[int]


def cases(folder: Path, home: Path) -> list[Case]:
    settings = Settings(home=home, llm="none")
    stores, encoder = Stores(settings, "read", "tuning"), load_encoder(settings)
    stores.open_vectors(encoder)
    columns = stores.columns.current()
    pool = {article.url for article in stores.catalog.articles(stores.catalog.article_rows()).values()}
    found = []
    for question in load_realtimeqa(folder):
        human = [url for url in question.labels.get("human", ()) if url in pool]
        label = "pool or human" if human else "pool"
        right = frozenset(stores.catalog.rows_of([canonical_url(url) for url in question.labels.get(label, ())]))
        if not right:
            continue
        for when, date in (("then", question.as_of), ("later", year_end(question))):
            scope = resolve_scope(Filters(as_of=date), stores.catalog)
            candidates = find_candidates(stores, encoder, question.question, scope, DEPTH)
            articles = columns.article[np.searchsorted(columns.row, candidates.rows)]
            even = zlib.crc32(question.id.encode()) % 2 == 0
            found.append(Case(f"{'human' if human else 'pool'} {when}", even, candidates.parts, articles, right))
    stores.close()
    return found


def measure(chosen: list[Case], weights: Weights) -> dict[str, tuple[float, float]]:
    """(hit@1, MRR@10) of each cell."""
    ranks: dict[str, list[float]] = {}
    for case in chosen:
        order = list(dict.fromkeys(int(a) for a in case.articles[np.argsort(-fuse(case.parts, weights), kind="stable")]))[:10]
        ranks.setdefault(case.cell, []).append(next((1.0 / place for place, a in enumerate(order, 1) if a in case.right), 0.0))
    return {cell: (float(np.mean([r == 1.0 for r in values])), float(np.mean(values))) for cell, values in ranks.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--realtimeqa", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    asked = parser.parse_args()
    found = cases(asked.realtimeqa, asked.home)
    tuned, held = [c for c in found if c.tuned_on], [c for c in found if not c.tuned_on]
    show("words, two decays", Weights(0.0, 1.0, 0.0, *PRIOR), tuned, held)
    show("vectors, two decays", Weights(0.0, 0.0, 1.0, *PRIOR), tuned, held)
    rng = np.random.default_rng(5)
    best, value = Weights(0.5, 0.5, 1.0, *PRIOR), -1.0
    for trial in range(TRIALS):
        spread = rng.lognormal(0.0, 0.5 if trial < TRIALS // 2 else 0.2, 5)
        tried = best if trial == 0 else Weights(*(float(w * s) for w, s in zip(astuple(best), spread, strict=True)))
        cells = measure(tuned, tried)
        mean = float(np.mean([mrr for _, mrr in cells.values()]))
        if mean > value:
            best, value = tried, mean
    show("chosen", best, tuned, held)
    print(best)


def show(name: str, weights: Weights, tuned: list[Case], held: list[Case]) -> None:
    for half, chosen in (("tuned on", tuned), ("held out", held), ("all", tuned + held)):
        figures = "  ".join(f"{cell} {first:.3f}/{mrr:.3f}" for cell, (first, mrr) in sorted(measure(chosen, weights).items()))
        print(f"{name:20} {half:9} hit@1/MRR@10  {figures}", flush=True)


if __name__ == "__main__":
    main()
