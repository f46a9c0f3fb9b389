"""Fit how sentences are ranked as evidence, and when the articles are taken not to say.

    python -m training.calibrate_answering --reading DIR --realtimeqa DIR/2023 --home HOME

writes app/answering/calibration.json. Data: the reading sets (SQuADShifts, QAMR, QED, CLAPNQ, TimeQA, SQuAD 2.0) and
RealTime QA 2023 through our own retrieval, each question also with its evidence hidden. Neither `corpus/` nor
RealTime QA 2022 is read: they are what evals report on.

Ranking: conditional logit (softmax over a question's sentences; McFadden, 1974), L2. Confidence: logistic regression on
the features of the sentence ranked first, for "it holds the answer". Threshold: the one with the most right answers plus
right abstentions on RealTime QA and the reading sets, each set counting alike, answerable and silent halves alike.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from app.answering.calibration import FILE
from app.answering.evidence import SCREENED, UNKNOWN_COSINE, compare
from app.answering.features import NAMES, sentence_features
from app.answering.profile import profile
from app.encoding import Encoder, VectorCache, load_encoder
from app.encoding.encoder import Vectors
from app.settings import Settings
from training.answering_data import Example, reading_examples, realtimeqa_examples

Floats = npt.NDArray[np.float64]
L2 = 0.001


def measure(examples: list[Example], encoder: Encoder, cache: VectorCache) -> list[Floats]:
    """Features of each example's sentences, meanings of the first SCREENED compared, as in answering."""
    from app.answering.calibration import calibration

    def encode(texts: Sequence[str]) -> Vectors:
        return cache.encode(encoder, texts)

    measured = []
    for done, example in enumerate(examples, 1):
        asked = profile(example.question)
        features = sentence_features(asked, example.contexts, np.full((len(example.contexts), 2), UNKNOWN_COSINE, np.float32))
        screened = np.argsort(-calibration().scores(features), kind="stable")[:SCREENED]
        features[screened, :2] = compare(asked.text, [example.contexts[i] for i in screened], encode)
        measured.append(features)
        if done % 250 == 0:
            print(f"{done} of {len(examples)} questions measured", flush=True)
    return measured


def fit_ranking(examples: list[Example], measured: list[Floats]) -> Floats:
    """Weights that maximise the share of a softmax that falls on the sentences which hold the answer."""
    chosen = [(f, e.holds) for e, f in zip(examples, measured, strict=True) if e.holds.any() and not e.holds.all()]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros_like(weights)
        for features, holds in chosen:
            scores = features @ weights
            share = np.exp(scores - scores.max())
            right = share * holds
            total -= float(np.log(right.sum() / share.sum()))
            slope -= (right / right.sum() - share / share.sum()) @ features
        count = len(chosen)
        return total / count + L2 * float(weights @ weights), slope / count + 2 * L2 * weights

    found = minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B")
    return np.asarray(found.x, np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reading", type=Path, required=True)
    parser.add_argument("--realtimeqa", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True, help="a home that holds that year's articles (python ingest.py)")
    parser.add_argument("--cache", type=Path, default=Path(".evals/calibration.sqlite"))
    parser.add_argument("--limit", type=int, default=350, help="questions of RealTime QA")
    parser.add_argument("--words-only", action="store_true", help="retrieve by words alone (a home without vectors)")
    asked = parser.parse_args()
    encoder = load_encoder(Settings(llm="none"))
    examples = list(reading_examples(asked.reading))
    examples += realtimeqa_examples(asked.realtimeqa, asked.home, None if asked.words_only else encoder, asked.limit)
    measured = measure(examples, encoder, VectorCache(asked.cache))
    report(examples, measured)
    ranking = fit_ranking(examples, measured)
    best = [int(np.argmax(f @ ranking)) for f in measured]
    top = np.array([f[i] for f, i in zip(measured, best, strict=True)])
    right = np.array([bool(e.holds[i]) for e, i in zip(examples, best, strict=True)])
    sets = np.array([e.dataset for e in examples])
    silent = np.array([not e.holds.any() for e in examples])
    weight = np.array([1.0 / np.sum((sets == s) & (silent == q)) for s, q in zip(sets, silent, strict=True)])
    model = LogisticRegression(C=1.0, max_iter=2000).fit(top, right, sample_weight=weight * len(weight) / weight.sum())
    chance = model.predict_proba(top)[:, 1]
    threshold = best_threshold(chance, right, silent, weight)
    for name in dict.fromkeys(sets):
        here = sets == name
        kept = chance >= threshold
        print(
            f"{name:22} n {here.sum():4}  first sentence holds the answer {_share(right, here & ~silent)}  answered {_share(kept, here)}  "
            f"right of answered {_share(right, here & kept)}  abstained where silent {_share(~kept, here & silent)}"
        )
    print(f"abstain below {threshold:.3f}")
    FILE.write_text(
        json.dumps(
            {
                "sentence": {name: round(float(w), 4) for name, w in zip(NAMES, ranking, strict=True)},
                "confidence": {name: round(float(w), 4) for name, w in zip(NAMES, model.coef_[0], strict=True)},
                "intercept": round(float(model.intercept_[0]), 4),
                "abstain_below": round(threshold, 3),
            },
            indent=1,
        )
        + "\n"
    )


def best_threshold(chance: Floats, right: npt.NDArray[np.bool_], silent: npt.NDArray[np.bool_], weight: Floats) -> float:
    """The chance at which right answers plus right abstentions, weighted, are most."""
    levels = np.linspace(0.02, 0.9, 177)
    gains = [float((weight * np.where(chance >= level, right, silent)).sum()) for level in levels]
    return float(levels[int(np.argmax(gains))])


def report(examples: list[Example], measured: list[Floats]) -> None:
    """Medians that other constants cite."""
    groups: dict[bool, list[float]] = defaultdict(list)
    for example, features in zip(examples, measured, strict=True):
        for holds, cosine in zip(example.holds, features[:, 0], strict=True):
            groups[bool(holds)].append(float(cosine))
    print({f"median cosine, holds={key}": round(float(np.median(values)), 3) for key, values in groups.items()})


def _share(values: npt.NDArray[np.bool_], where: npt.NDArray[np.bool_]) -> str:
    return f"{values[where].mean():.2f}" if where.any() else "  – "


if __name__ == "__main__":
    main()
