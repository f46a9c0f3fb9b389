"""Choose the weights of ranking on RealTime QA, each question asked as of its date, as of the year's end, and there with its week named.

    python -m training.tune_fusion --realtimeqa DIR/2022 --home HOME

`home` holds that year's articles with their vectors. Prints weights for app/retrieval/fusion.py: random search from six seeds on
the half of the questions whose id hashes to an even number, with the figures of the other half beside. The six end within 0.0015
of one another on the half searched; seed 2 stands in fusion.py because over all questions it alone is in no cell below the
version before.
Three askings: "then" as of the question's date; "later" as of 31 December, when "this week" is no longer the week meant; and
"named" as of 31 December with "this week" written out, in turn as "in the week of 13 June 2022", "in June 2022" and "in June".
Objective: the mean over the cells (human-linked or pool questions, by asking; the named ones count half) of
(2 MRR@10 + hit@1) / 3. The weights that the labels say nothing of (newest, oldest, outlet, phrase) stay as they are.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.answer import Filters
from app.article import canonical_url
from app.encoding import Encoder, load_encoder
from app.retrieval.candidates import DEPTH, find_candidates
from app.retrieval.filters import resolve_scope
from app.retrieval.fusion import Signals, Weights, likeness, standing
from app.retrieval.reranking import RERANKED, weigh_again
from app.retrieval.retriever import Ranked, place_of
from app.retrieval.time_prior import Floats
from app.retrieval.wish import Wish
from app.retrieval.wishes import read_wish, searched
from app.settings import Settings
from app.stores.stores import Stores
from app.text.calendar_days import shift_days, week
from app.text.months import month_words
from evals.datasets import Question, load_realtimeqa, year_end

TUNED = ("passage_words", "article_words", "vectors", "recent_weeks", "recent_year", "closeness", "period", "from_period")
START = Weights(0.57, 0.39, 0.21, 0.40, 0.45, closeness=0.15, period=0.25, from_period=0.3)
"""The weights of the version before, which read no passage again and no period."""
BEFORE = replace(START, closeness=0.0, period=0.0, from_period=0.0)
SEEDS, TRIALS = range(1, 7), 500
SCALE = ("passage_words", "article_words", "vectors", "recent_weeks", "recent_year")
"""These sum to what they sum to in START, so that the weights set by hand keep their measure."""
CELL_SHARE = {"then": 1.0, "later": 1.0, "named": 0.5}
_THIS_WEEK = re.compile(r"\bthis week\b(?:['’]s)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Case:
    """One question at one date: the candidates' signals, their articles, and which articles are right.

    `close` and `fit` are what a weight of one for closeness, and for the period by dates mentioned, adds to each candidate; read
    of the first 60 by START.
    """

    cell: str
    tuned_on: bool
    wish: Wish
    signals: Signals
    close: Floats
    fit: Floats
    article: npt.NDArray[np.int64]
    right: npt.NDArray[np.bool_]


def askings(question: Question) -> Iterator[tuple[str, str, str]]:
    """(asking, as-of date, words). The week named is that of the question's date, of a Monday or Tuesday the one before."""
    asked = date.fromisoformat(question.as_of or "")
    yield "then", str(asked), question.question
    yield "later", year_end(question), question.question
    if _THIS_WEEK.search(question.question):
        monday = week(shift_days(asked, -7 if asked.weekday() < 2 else 0))[0]
        written = month_words(monday, full=True)
        for words in (f"in the week of {monday.day} {written}", f"in {written}", f"in {month_words(monday, year=False, full=True)}"):
            yield "named", year_end(question), _THIS_WEEK.sub(words, question.question)


def cases(folder: Path, home: Path) -> list[Case]:
    settings = Settings(home=home, llm="none")
    stores, encoder = Stores(settings, "read", "tuning"), load_encoder(settings)
    stores.open_vectors(encoder)
    pool = {article.url for article in stores.catalog.articles(stores.catalog.article_rows()).values()}
    found = []
    for question in load_realtimeqa(folder):
        human = [url for url in question.labels.get("human", ()) if url in pool]
        label = "pool or human" if human else "pool"
        right = stores.catalog.rows_of([canonical_url(url) for url in question.labels.get(label, ())])
        even = zlib.crc32(question.id.encode()) % 2 == 0
        if right:
            for asking, day, words in askings(question):
                found.append(_case(stores, encoder, words, day, sorted(right), f"{'human' if human else 'pool'} {asking}", even))
    stores.close()
    return found


def _case(stores: Stores, encoder: Encoder, question: str, day: str, right: Sequence[int], cell: str, even: bool) -> Case:
    wish = read_wish(question, date.fromisoformat(day), stores.catalog.outlets())
    words = searched(question, wish)
    candidates = find_candidates(stores, encoder, words, resolve_scope(Filters(as_of=day), stores.catalog), DEPTH, wish)
    rows, signals = np.asarray(candidates.rows, np.int64), candidates.signals
    columns = stores.columns.current()
    article = columns.article[np.searchsorted(columns.row, rows)]
    liked = likeness(signals, START)
    top = np.lexsort((rows, -(liked + standing(signals, START, wish))))[:RERANKED]
    stored = stores.catalog.passages([int(row) for row in rows[top]])
    articles = stores.catalog.articles({s.article_row for s in stored.values()})
    places = [place_of(Ranked(stored[int(rows[t])], articles[stored[int(rows[t])].article_row], 0.0), float(liked[t])) for t in top]
    close, fit = np.zeros(len(rows)), np.zeros(len(rows))
    plain = replace(wish, newest=False, first=False, phrases=())
    off = replace(START, closeness=0.0, period=0.0)
    close[top] = weigh_again(words, places, signals.today, plain, replace(off, closeness=1.0)).gain
    fit[top] = weigh_again(words, places, signals.today, plain, replace(off, period=1.0)).gain
    return Case(cell, even, plain, signals, close, fit, article, np.isin(article, right))


def measure(chosen: Sequence[Case], weights: Weights) -> dict[str, tuple[float, float]]:
    """(hit@1, MRR@10) of each cell."""
    ranks: dict[str, list[float]] = {}
    for case in chosen:
        score = likeness(case.signals, weights) + standing(case.signals, weights, case.wish)
        score = score + weights.closeness * case.close + weights.period * case.fit
        right = score[case.right].max(initial=-np.inf)
        place = 1 + len(np.unique(case.article[score > right])) if case.right.any() else np.inf
        ranks.setdefault(case.cell, []).append(1.0 / place if place <= 10 else 0.0)
    return {cell: (float(np.mean([r == 1.0 for r in values])), float(np.mean(values))) for cell, values in ranks.items()}


def objective(chosen: Sequence[Case], weights: Weights) -> float:
    measured = measure(chosen, weights)
    share = [CELL_SHARE[cell.split()[1]] for cell in measured]
    return float(np.average([(2 * mrr + hit) / 3 for hit, mrr in measured.values()], weights=share))


def search(chosen: Sequence[Case], seed: int) -> Weights:
    """Random steps from START, wide at first, kept where the objective rises."""
    rng = np.random.default_rng(seed)
    best, value = START, objective(chosen, START)
    for trial in range(TRIALS):
        spread = rng.lognormal(0.0, 0.4 if trial < TRIALS / 2 else 0.15, len(TUNED))
        moved = rng.random(len(TUNED)) < 0.5
        steps = {name: float(getattr(best, name) * s) for name, s, m in zip(TUNED, spread, moved, strict=True) if m}
        tried = replace(best, **steps)
        reached = objective(chosen, tried)
        if reached > value:
            best, value = tried, reached
    scale = sum(getattr(START, name) for name in SCALE) / sum(getattr(best, name) for name in SCALE)
    return replace(best, **{name: getattr(best, name) * scale for name in TUNED if name != "from_period"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--realtimeqa", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    asked = parser.parse_args()
    found = cases(asked.realtimeqa, asked.home)
    tuned, held = [c for c in found if c.tuned_on], [c for c in found if not c.tuned_on]
    show("before", BEFORE, tuned, held)
    show("as they stand", Weights(), tuned, held)
    for seed in SEEDS:
        best = search(tuned, seed)
        show(f"seed {seed}", best, tuned, held)
        print(f"{objective(tuned, best):.4f}", {name: round(getattr(best, name), 3) for name in TUNED})


def show(name: str, weights: Weights, tuned: list[Case], held: list[Case]) -> None:
    for half, chosen in (("tuned on", tuned), ("held out", held), ("all", tuned + held)):
        figures = "  ".join(f"{cell} {first:.3f}/{mrr:.3f}" for cell, (first, mrr) in sorted(measure(chosen, weights).items()))
        print(f"{name:20} {half:9} hit@1/MRR@10  {figures}", flush=True)


if __name__ == "__main__":
    main()
