"""Choose how the second look weighs relevance and recency, on RealTime QA, as of each question's date and as of the year's end.

    python -m training.tune_second_look --realtimeqa DIR/2022 --home HOME --cases cases.jsonl [--seeds 3]

`home` holds that year's articles with their vectors. First each question is searched and the first passages are read by the packaged
network (about an hour and a half of one core for a year); what was seen is a line of `cases`, and lines that are there are not made
again. Then the numbers of `app.retrieval.second_look.SecondLook` and the temperature of `app.encoding.relevance` by random search on the
half of the questions whose id's CRC-32 is even, with the figures of the other half beside.
Objective: the mean over the cells (human-linked or pool questions, by asking) of (2 MRR@10 + hit@1) / 3. `--data-only` stops after the
cases.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.answer import Filters
from app.answering.readers.neural import WEIGHTS
from app.article import canonical_url
from app.encoding import load_encoder
from app.encoding.relevance import TEMPERATURE, answer_logit
from app.encoding.span_scorer import load_scorer
from app.retrieval.filters import resolve_scope
from app.retrieval.fusion import Weights
from app.retrieval.plain_question import plain_question
from app.retrieval.profile import profile
from app.retrieval.retriever import READ, Retriever
from app.retrieval.second_look import Looked, SecondLook, gains
from app.retrieval.time_prior import Floats
from app.retrieval.wishes import read_wish
from app.settings import Settings
from app.stores.stores import Stores
from evals.datasets import load_realtimeqa, year_end
from evals.halves import TUNED, quiz_half
from evals.homes import realtimeqa_articles

TRIALS = 400
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """One question at one date: of the first READ passages their scores, recency, log odds, article and whether this is right."""

    cell: str
    tuned_on: bool
    looked: Looked
    logit: Floats
    article: npt.NDArray[np.int64]
    right: Flags


def see(folder: Path, home: Path, file: Path) -> None:
    """Add to `file` the cases that it lacks."""
    done = {(line["id"], line["asking"]) for line in _lines(file)}
    settings = Settings(home=home, llm="none")
    stores, encoder, scorer = Stores(settings, "read", "tuning"), load_encoder(settings), load_scorer(WEIGHTS)
    stores.open_vectors(encoder)
    retriever = Retriever(stores)
    retriever.encoder = encoder
    rows = {article.url: row for row, article in stores.catalog.articles(stores.catalog.article_rows()).items()}
    copies = {rows[a]: rows[b] for a, b in realtimeqa_articles(folder, home)[1].items() if a in rows and b in rows}
    with open(file, "a", encoding="utf-8") as out:
        for question in load_realtimeqa(folder):
            human = any(url in rows for url in question.labels.get("human", ()))
            linked = (canonical_url(url) for url in question.labels.get("pool or human" if human else "pool", ()))
            right = {copies.get(rows[url], rows[url]) for url in linked if url in rows}
            text = plain_question(profile(question.question)).text
            for asking, day in (("then", question.as_of or ""), ("later", year_end(question))):
                if not right or (question.id, asking) in done:
                    continue
                wish = read_wish(question.question, date.fromisoformat(day), stores.catalog.outlets())
                scope = resolve_scope(Filters(as_of=day), stores.catalog)
                ranked = retriever.rank(question.question, scope, READ, wish)
                articles = [copies.get(one.stored.article_row, one.stored.article_row) for one in ranked]
                line = {
                    "id": question.id,
                    "asking": asking,
                    "human": human,
                    "score": [round(one.score, 5) for one in ranked],
                    "recency": [round(one.recency, 5) for one in ranked],
                    "logit": [round(answer_logit(one), 4) for one in scorer(text, [(r.article.title, r.text) for r in ranked])],
                    "article": articles,
                    "right": [article in right for article in articles],
                }
                out.write(json.dumps(line) + "\n")
                out.flush()
    stores.close()


def _lines(file: Path) -> Iterator[dict[str, object]]:
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def cases(file: Path) -> list[Case]:
    found = []
    for line in _lines(file):
        columns = {name: np.array(line[name]) for name in ("score", "recency", "logit", "article", "right")}
        if len(columns["score"]):
            looked = Looked(columns["score"], columns["recency"], np.zeros(len(columns["score"])))
            cell = f"{'human' if line['human'] else 'pool'} {line['asking']}"
            tuned_on = quiz_half(str(line["id"])) == TUNED
            found.append(Case(cell, tuned_on, looked, columns["logit"], columns["article"], columns["right"].astype(bool)))
    return found


def reciprocal_rank(case: Case, look: SecondLook | None, temperature: float) -> float:
    """Of the first right article among the first ten; `look` None: in the first stage's order."""
    score = case.looked.score
    if look is not None:
        relevance = 0.5 * (1 + np.tanh(case.logit / temperature / 2))
        score = score + gains(replace(case.looked, relevance=relevance), False, look, Weights())
    if not case.right.any():
        return 0.0
    place = 1 + len(np.unique(case.article[score > score[case.right].max()]))
    return 1.0 / place if place <= 10 else 0.0


def measure(chosen: Sequence[Case], look: SecondLook | None, temperature: float) -> dict[str, tuple[float, float]]:
    """(hit@1, MRR@10) of each cell."""
    found: dict[str, list[float]] = {}
    for case in chosen:
        found.setdefault(case.cell, []).append(reciprocal_rank(case, look, temperature))
    return {cell: (float(np.mean([r == 1 for r in values])), float(np.mean(values))) for cell, values in found.items()}


def objective(chosen: Sequence[Case], look: SecondLook, temperature: float) -> float:
    return float(np.mean([(2 * mrr + hit) / 3 for hit, mrr in measure(chosen, look, temperature).values()]))


def search(chosen: Sequence[Case], seed: int) -> tuple[SecondLook, float]:
    """Random steps, kept where the objective rises."""
    rng = np.random.default_rng(seed)
    best, warmth = SecondLook(), TEMPERATURE
    value = objective(chosen, best, warmth)
    for trial in range(TRIALS):
        spread = 0.35 if trial < TRIALS / 2 else 0.12
        steps = {f.name: float(getattr(best, f.name) * rng.lognormal(0, spread)) for f in fields(best) if rng.random() < 0.4}
        tried, warmer = replace(best, **steps), float(warmth * rng.lognormal(0, spread / 2))
        if tried.as_like - tried.like < 0.05 or tried.of_the_story - tried.stray < 0.05:
            continue
        reached = objective(chosen, tried, warmer)
        if reached > value:
            best, warmth, value = tried, warmer, reached
    return best, warmth


def show(name: str, look: SecondLook | None, temperature: float, found: Sequence[Case]) -> None:
    for half, chosen in (("tuned on", [c for c in found if c.tuned_on]), ("held out", [c for c in found if not c.tuned_on])):
        figures = "  ".join(f"{cell} {first:.3f}/{mrr:.3f}" for cell, (first, mrr) in sorted(measure(chosen, look, temperature).items()))
        print(f"{name:16} {half:9} hit@1/MRR@10  {figures}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--realtimeqa", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--data-only", action="store_true")
    asked = parser.parse_args()
    see(asked.realtimeqa, asked.home, asked.cases)
    if asked.data_only:
        return
    found = cases(asked.cases)
    show("first stage", None, TEMPERATURE, found)
    show("as it stands", SecondLook(), TEMPERATURE, found)
    for seed in range(1, asked.seeds + 1):
        look, temperature = search([case for case in found if case.tuned_on], seed)
        show(f"seed {seed}", look, temperature, found)
        print({f.name: round(getattr(look, f.name), 3) for f in fields(look)}, f"temperature {temperature:.2f}")


if __name__ == "__main__":
    main()
