"""Fit how sentences are ranked as evidence, and when the articles are taken not to say.

    python -m training.calibrate_answering --reading DIR --realtimeqa DIR/2023 --home HOME

writes app/answering/calibration.json. Data: the reading sets (SQuADShifts, QAMR, QED, CLAPNQ, TimeQA, SQuAD 2.0) and
RealTime QA 2023 through our own retrieval, each question also with its evidence hidden. Neither `corpus/` nor
RealTime QA 2022 is read: they are what evals report on.

Ranking: conditional logit (softmax over a question's sentences; McFadden, 1974), L2. Confidence: logistic regression on
how far the first sentence agrees with the question, for "one of the first two holds the answer", fitted on the sets
that have questions without an answer in view. Threshold: the one with the most right answers plus right abstentions on
those sets, if one question in four is one that the articles do not answer.
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
from sklearn.metrics import roc_auc_score

from app.answering.readers import linear_weights
from app.answering.readers.linear import SCREENED, UNKNOWN_COSINE, compare
from app.answering.readers.linear_features import NAMES, sentence_features
from app.answering.readers.linear_weights import FILE
from app.encoding import Encoder, load_encoder
from app.encoding.encoder import Vectors
from app.retrieval.profile import profile
from app.settings import Settings
from app.stores.vector_cache import VectorCache
from training.answering_data import Example, reading_examples, realtimeqa_examples

Floats = npt.NDArray[np.float64]
L2 = 0.0003
AGREEMENT = ("cosine", "topic_cosine", "words", "names", "window_names", "missing_name", "missing_word")
"""Features that the confidence rests on: how far sentence and question agree, not where the sentence was found."""
WITH_SILENT = ("realtimeqa", "realtimeqa-hidden", "squad2_unanswerable", "clapnq_dev", "qed_dev")
SILENT_SHARE = 0.25
RECENT = 1.0
"""Weight of `recent`, set by hand: of two figures for one thing the later one should stand. On RealTime QA 2023, asked then
and at the year's end, weights from 0 to 2 moved the share of first two sentences that hold the answer by 0.02 at most."""
SHOWN = 2
"""Sentences of an answer, as a rule."""


def measure(examples: list[Example], encoder: Encoder, cache: VectorCache) -> list[Floats]:
    """Features of each example's sentences, meanings of the first SCREENED compared, as in answering."""

    def encode(texts: Sequence[str]) -> Vectors:
        return cache.encode(encoder, texts)

    measured = []
    for done, example in enumerate(examples, 1):
        asked = profile(example.question)
        features = sentence_features(asked, example.contexts, np.full((len(example.contexts), 2), UNKNOWN_COSINE, np.float32))
        screened = np.argsort(-linear_weights.weights().scores(features), kind="stable")[:SCREENED]
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
    ranking[NAMES.index("recent")] = RECENT
    best = [np.argsort(-(f @ ranking), kind="stable")[:SHOWN] for f in measured]
    sets = np.array([e.dataset for e in examples])
    silent = np.array([not e.holds.any() for e in examples])
    right = np.array([bool(e.holds[i].any()) for e, i in zip(examples, best, strict=True)])
    top = np.array([f[i[0]] for f, i in zip(measured, best, strict=True)])[:, [NAMES.index(name) for name in AGREEMENT]]
    used = np.isin(sets, WITH_SILENT)
    even = weights(sets, silent, used, 0.5)
    model = LogisticRegression(C=0.3, max_iter=3000).fit(top[used], right[used], sample_weight=even[used] * used.sum())
    chance = model.predict_proba(top)[:, 1]
    threshold = best_threshold(chance, right, silent, weights(sets, silent, used, SILENT_SHARE))
    for name in dict.fromkeys(sets):
        here, kept = sets == name, chance >= threshold
        print(
            f"{name:22} n {here.sum():4}  first two hold the answer {_share(right, here & ~silent)}",
            f"answered {_share(kept, here & ~silent)}  right of answered {_share(right, here & kept)}",
            f"abstained where silent {_share(~kept, here & silent)}",
            sep="  ",
        )
    missing = np.array([f[i[0]][NAMES.index("missing_name")] > 0 for f, i in zip(measured, best, strict=True)])
    news = np.char.startswith(sets, "realtimeqa")
    print(f"a name of the question is missing: answer in view {_share(missing, news & ~silent)}, not {_share(missing, news & silent)}")
    told = roc_auc_score(~silent[used], chance[used], sample_weight=even[used])
    print(f"abstention.ABSTAIN_BELOW, linear: {threshold:.3f}; answerable told from silent: ROC-AUC {told:.3f}")
    confidence = dict.fromkeys(NAMES, 0.0) | {name: round(float(w), 4) for name, w in zip(AGREEMENT, model.coef_[0], strict=True)}
    fitted = {
        "sentence": {name: round(float(w), 4) for name, w in zip(NAMES, ranking, strict=True)},
        "confidence": confidence,
        "intercept": round(float(model.intercept_[0]), 4),
    }
    FILE.write_text(json.dumps(fitted, indent=1) + "\n")


def weights(sets: npt.NDArray[np.str_], silent: npt.NDArray[np.bool_], used: npt.NDArray[np.bool_], share: float) -> Floats:
    """RealTime QA counts as much as the reading sets; questions without an answer in view make up `share`. Sums to 1."""
    news = np.char.startswith(sets, "realtimeqa")
    weight = np.zeros(len(sets))
    for ours in (news, ~news):
        for half, part in ((silent, share), (~silent, 1 - share)):
            here = ours & half & used
            weight[here] = 0.5 * part / max(int(here.sum()), 1)
    return weight


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
