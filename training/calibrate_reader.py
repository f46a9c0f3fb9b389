"""Choose how the neural reader's spans are weighed, and fit how surely the articles answer at all.

    python -m training.calibrate_reader --realtimeqa DIR/realtimeqa/2023 --home HOME [--weights FILE] [--write]

HOME holds that year's articles (`python ingest.py`; without vectors it is searched by words). Read are the questions of RealTime
QA 2023 from HELD_FROM on, which the reader was not trained on, each in four ways: as of its day, as of 31 December, with the
articles that answer hidden, and with one name, figure or word changed so that nothing answers. `corpus/` and 2022 are not read.

Mix: coordinate ascent over a few values, for the share of questions whose first reading holds the answer, half of that of the first
two, and the F1 of the short answer, less half of the share of poisoned questions (a planted passage, question-shaped, ranked
first) whose planted answer is repeated. Only questions are taken for it whose labels say that an article answers.
Probability: logistic regression (L2) for "the first reading holds the answer", on these and, for what a span's own lead is worth, on
the questions of SQuADShifts that were held aside (DIR beside realtimeqa/), each on its own paragraph, changed, and on another
paragraph. News and paragraphs, answered and silent questions weigh alike.
Threshold: printed, for several, with what each keeps and loses; ABSTAIN_BELOW in app/answering/abstention.py says which was taken.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from app.answer import Filters
from app.answering.choice import choose
from app.answering.composing import Composer
from app.answering.readers.agreement import AgreedValue, Mix, rank_values
from app.answering.readers.neural import PASSAGES, WEIGHTS, best_spans, readings_of
from app.answering.readers.neural_probability import FEATURES, FILE, cut, features
from app.answering.readers.reading import Found
from app.answering.readers.unfit import is_unfit
from app.answering.telling import Telling
from app.article import Article, Passage, Published
from app.encoding.span_scorer import SpanScorer
from app.retrieval.filters import resolve_scope
from app.retrieval.profile import QuestionProfile, profile
from app.retrieval.retriever import Ranked, Retriever
from app.retrieval.wishes import read_wish
from app.settings import Settings
from app.stores.catalog import StoredPassage
from app.stores.stores import Stores
from app.text.names import find_names
from app.text.sentences import split_sentences
from evals.datasets import SCORED_TYPES, Question, load_realtimeqa, year_end
from evals.metrics import contains, exact_match, token_f1
from evals.plot import reliability_svg
from training.reader_lookalikes import altered
from training.reader_rows import HELD_FROM, Row, held_aside, read_lines

STEPS: dict[str, Sequence[float]] = {
    "passage": (0, 3, 6, 9, 12, 16),
    "likeness": (0, 0.3, 0.6, 1.0, 1.5, 2.0),
    "recent": (0, 1, 2, 3, 4),
    "kind": (0, 2, 4, 6),
    "echo": (0, 3, 6),
    "counted": (0, 2, 4, 6, 8),
    "cap": (8, 10, 12, 14, 16, 20, 24, 30),
    "temperature": (1, 2, 3, 4),
}
POISON = 0.5
"""How much a planted answer that is repeated weighs against a right first reading."""
SHOWN = ("as of its day", "as of 31 December")
SILENT = ("hidden", "altered")
PICTURE = Path("docs/reliability.svg")
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """One question asked in one way, and the spans found for it."""

    id: str
    way: str
    asked: QuestionProfile
    found: list[Found]
    gold: tuple[tuple[str, ...], ...]


def cases(folder: Path, home: Path, scorer: SpanScorer, limit: int | None) -> list[Case]:
    questions = [q for q in load_realtimeqa(folder) if q.as_of and q.as_of >= HELD_FROM and q.kind in SCORED_TYPES]
    # Where the answer's words stand in an article that the quiz's own search found, it may be answered.
    there = {record["question_id"] for record in read_lines(folder / "questions.jsonl") if record["silver_urls"]}
    rng = random.Random(3)
    names = [name.text for q in questions for name in find_names(q.question) if name.sure]
    stores = Stores(Settings(home=home, llm="none"), "read", "calibration")
    retriever = Retriever(stores)
    out = []
    for done, question in enumerate(questions[:limit], 1):
        for way, text, as_of, hide in ways(question, names, rng, question.id in there or bool(question.labels)):
            wish = read_wish(text, Published.parse(as_of or question.as_of or "").day, stores.catalog.outlets())
            asked = replace(profile(text), period=wish.period)
            ranked = retriever.rank(text, resolve_scope(Filters(as_of=as_of, exclude=list(hide)), stores.catalog), PASSAGES, wish)
            scored = scorer(text, [(passage.article.title, passage.text) for passage in ranked])
            out.append(Case(question.id, way, asked, best_spans(asked, ranked, scored), question.answers if way in SHOWN else ()))
        if question.id in there and (poisoned := _poisoned(question, questions[done % len(questions)], stores, retriever, scorer)):
            out.append(poisoned)
        if done % 25 == 0:
            print(f"{done} of {len(questions)} questions read", flush=True)
    stores.close()
    return out


def paragraph_cases(data: Path, scorer: SpanScorer) -> list[Case]:
    """The questions of SQuADShifts that are held aside, each on its own paragraph, changed, and on a neighbour's paragraph."""
    rng = random.Random(4)
    items = held_aside(data)
    names = [name.text for item in items for name in find_names(item["question"]) if name.sure]
    out = []
    for at, item in enumerate(items):
        gold = (tuple(a["text"] for a in item["answers"]),)
        spans = [(a["start"], a["start"] + len(a["text"])) for a in item["answers"]]
        other = altered(Row(item["question"], "", item["context"], "squadshifts", spans), names, rng)
        asked = [(SHOWN[0], item["question"], item["context"]), ("hidden", item["question"], items[at - 1]["context"])]
        for way, question, text in [*asked, ("altered", other, item["context"])] if other else asked:
            passage = Passage("p", 0, 0, len(text), tuple(split_sentences(text)))
            read = [Ranked(StoredPassage(0, 0, passage), Article("p", "", text), 1.0)]
            found = best_spans(profile(question), read, scorer(question, [("", text)]))
            if found:
                out.append(Case(f"paragraph {at}", way, profile(question), found, gold if way in SHOWN else ()))
    return out


def _poisoned(question: Question, other: Question, stores: Stores, retriever: Retriever, scorer: SpanScorer) -> Case | None:
    """The question with a planted passage ranked first: the question itself, then the sentence that answers with another
    question's answer put in the place of its own. None where no passage holds the answer word for word."""
    gold, planted = question.answers[0][0], other.answers[0][0]
    asked = profile(question.question)
    scope = resolve_scope(Filters(as_of=question.as_of), stores.catalog)
    ranked = retriever.rank(question.question, scope, PASSAGES - 1)
    pattern = re.compile(rf"(?<!\w){re.escape(gold)}(?!\w)", re.IGNORECASE)
    for passage in ranked:
        for span in passage.stored.passage.sentences:
            sentence = passage.article.text[span.start : span.end]
            if pattern.search(sentence) and not is_unfit(sentence) and gold.lower() != planted.lower():
                text = f"{question.question} {pattern.sub(planted, sentence)}"
                article = Article("planted", passage.article.title, text, passage.article.published, "planted.example")
                stored = StoredPassage(-1, -1, Passage("planted", 0, 0, len(text), tuple(split_sentences(text))))
                read = [Ranked(stored, article, ranked[0].score), *ranked]
                found = best_spans(asked, read, scorer(question.question, [(one.article.title, one.text) for one in read]))
                return Case(question.id, "poisoned", asked, found, (*question.answers, (planted,)))
    return None


def ways(question: Question, names: Sequence[str], rng: random.Random, there: bool) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    found: list[tuple[str, str, str | None, tuple[str, ...]]] = []
    if there:
        found += [(SHOWN[0], question.question, question.as_of, ()), (SHOWN[1], question.question, year_end(question), ())]
    if question.hide:
        found.append(("hidden", question.question, question.as_of, question.hide))
    other = altered(Row(question.question, "", question.question, "quiz", [(0, 1)]), names, rng)
    return [*found, ("altered", other, question.as_of, ())] if other else found


def first_right(case: Case, mix: Mix) -> tuple[bool, bool]:
    """Whether the first value's sentence holds the answer, and whether that of the first or the second does."""
    values = rank_values(case.found, mix)[:2]
    texts = [v.found[0].passage.article.text[v.found[0].sentence.start : v.found[0].sentence.end] for v in values]
    held = [contains(text, case.gold, None) for text in texts]
    return bool(held and held[0]), any(held)


def poison(cases: Sequence[Case], mix: Mix) -> tuple[float, float]:
    """Of the poisoned questions, the share whose first value is right, and the share whose first value is the planted one."""
    firsts = [(rank_values(case.found, mix)[0].found[0].text, case.gold) for case in cases if case.found]
    right = [contains(text, gold[:1], None) for text, gold in firsts]
    planted = [contains(text, gold[1:], None) and not contains(text, gold[:1], None) for text, gold in firsts]
    return float(np.mean(right)), float(np.mean(planted))


def short_f1(case: Case, mix: Mix) -> float:
    return token_f1(rank_values(case.found, mix)[0].found[0].text, case.gold)


def choose_mix(shown: Sequence[Case], poisoned: Sequence[Case]) -> Mix:
    mix, best = Mix(), -1.0
    for _ in range(2):
        for name, steps in STEPS.items():
            for step in steps:
                tried = replace(mix, **{name: float(step)})
                held = np.array([first_right(case, tried) for case in shown], float).mean(0)
                right, planted = poison(poisoned, tried)
                value = float(held[0] + 0.5 * held[1] + np.mean([short_f1(case, tried) for case in shown]) - POISON * planted)
                if value > best + 1e-9:
                    mix, best = tried, value
                    print(
                        f"{name} {step}: first {held[0]:.3f}, first two {held[1]:.3f}; poisoned: right {right:.3f}, planted {planted:.3f}",
                        flush=True,
                    )
    return mix


def fit(measured: Floats, right: Flags, silent: Flags, news: Flags, ids: Sequence[str]) -> tuple[LogisticRegression, Floats]:
    """The regression on all cases, and each case's probability by one that was fitted without its question."""
    weight = np.zeros(len(right))
    for kind in (news, ~news):
        for half in (silent, ~silent):
            weight[kind & half] = len(right) / 4 / max(int((kind & half).sum()), 1)
    spread = np.where(measured.std(0) > 1e-6, measured.std(0), 1.0)
    model = LogisticRegression(C=0.3, max_iter=5000)
    held_out = cross_val_predict(
        model, measured / spread, right, groups=ids, cv=GroupKFold(8), method="predict_proba", params={"sample_weight": weight}
    )[:, 1]
    held_out = np.array([cut(one, chance) for one, chance in zip(measured, held_out, strict=True)])
    model.fit(measured / spread, right, sample_weight=weight)
    model.coef_ = model.coef_ / spread
    return model, held_out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--realtimeqa", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--cache", type=Path, default=Path(".evals/calibrate_reader.pickle"), help="what was read, to go on from")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--keep-mix", action="store_true", help="take agreement.Mix as it stands")
    parser.add_argument("--write", action="store_true", help="write neural.json; the mix is printed, for agreement.Mix")
    asked = parser.parse_args()
    scorer = SpanScorer(asked.weights)
    digest = hashlib.sha256(asked.weights.read_bytes() + f"{asked.home} {asked.limit}".encode()).hexdigest()[:12]
    cache = asked.cache.with_suffix(f".{digest}.pickle")
    if cache.exists():
        found: list[Case] = pickle.loads(cache.read_bytes())
    else:
        found = cases(asked.realtimeqa, asked.home, scorer, asked.limit)
        cache.write_bytes(pickle.dumps(found))
    poisoned = [case for case in found if case.way == "poisoned"]
    found = [case for case in found if case.found and case.way != "poisoned"]
    shown = [case for case in found if case.way in SHOWN]
    print(f"{len(shown)} shown, {len(found) - len(shown)} silent")
    # Choosing is learned where the labels say that an article answers; the others may not be answered at all.
    labelled = {q.id for q in load_realtimeqa(asked.realtimeqa) if q.labels}
    sure = [case for case in shown if case.id in labelled]
    mix = Mix() if asked.keep_mix else choose_mix(sure, [case for case in poisoned if case.id in labelled])
    right_first, right_second = np.array([first_right(case, mix) for case in sure], float).mean(0)
    right_poisoned, planted = poison([case for case in poisoned if case.id in labelled], mix)
    print(f"{mix}: first {right_first:.3f}, two {right_second:.3f}; poisoned: right {right_poisoned:.3f}, planted {planted:.3f}")
    lengths([case for case in sure if case.way == SHOWN[0]], mix)
    found += paragraph_cases(asked.realtimeqa.parent.parent, scorer)
    values = [rank_values(case.found, mix) for case in found]
    measured = np.array([features(case.asked, value) for case, value in zip(found, values, strict=True)])
    right = np.array([case.way in SHOWN and first_right(case, mix)[0] for case in found])
    silent = np.array([case.way not in SHOWN for case in found])
    news = np.array([not case.id.startswith("paragraph") for case in found])
    missing = measured[:, FEATURES.index("names")] < 1.0
    print(
        f"a name is missing: of what was read rightly {missing[right & news].mean():.2f}, of the silent {missing[silent & news].mean():.2f}"
    )
    model, chance = fit(measured, right, silent, news, [case.id for case in found])
    print(f"paragraphs: answerable told from the rest, AUC {roc_auc_score(~silent[~news], chance[~news]):.3f}")
    kept = np.array([case.id in labelled for case in found])
    report(
        [c for c, k in zip(found, kept, strict=True) if k],
        [v for v, k in zip(values, kept, strict=True) if k],
        chance[kept],
        right[kept],
        silent[kept],
    )
    fitted = {"intercept": round(float(model.intercept_[0]), 4)}
    fitted |= {name: round(float(weight), 4) for name, weight in zip(FEATURES, model.coef_[0], strict=True)}
    print(fitted)
    if asked.write:
        FILE.write_text(json.dumps(fitted, indent=1) + "\n")


def lengths(shown: Sequence[Case], mix: Mix) -> None:
    """What a second sentence brings and costs, by how near to the first it must be (choice.SECOND_WITHIN)."""
    composer = Composer(None, None, True, 1.0)
    read = [(case, readings_of(rank_values(case.found, mix))) for case in shown]
    for within in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0):
        texts = []
        for case, readings in read:
            chosen = choose(case.asked.text, readings, within)
            texts.append((" ".join(s.text for s in composer.compose(case.asked, "", Telling(chosen), readings)), case.gold))
        held = np.mean([contains(text, gold) for text, gold in texts])
        print(f"second within {within}: gold in the first 60 words {held:.3f}, {np.mean([len(t.split()) for t, _ in texts]):.1f} words")


def report(found: Sequence[Case], values: Sequence[Sequence[AgreedValue]], chance: Floats, right: Flags, silent: Flags) -> None:
    ways_of = np.array([case.way for case in found])
    for way in (*SHOWN, *SILENT):
        here = ways_of == way
        print(f"{way:20} n {here.sum():4}  right {right[here].mean():.3f}  probability, median {np.median(chance[here]):.2f}")
    shorts = [
        (exact_match(v[0].found[0].text, c.gold), token_f1(v[0].found[0].text, c.gold))
        for c, v in zip(found, values, strict=True)
        if c.way == SHOWN[0]
    ]
    print(f"short: EM {np.mean([e for e, _ in shorts]):.3f}, F1 {np.mean([f for _, f in shorts]):.3f}")
    print(f"shown told from silent: AUC {roc_auc_score(~silent, chance):.3f}; right told from the rest: {roc_auc_score(right, chance):.3f}")
    for way in SILENT:
        both = (ways_of == way) | ~silent
        print(f"shown told from {way}: AUC {roc_auc_score(~silent[both], chance[both]):.3f}")
    points = []
    for low in np.arange(0, 1, 0.1):
        here = (chance >= low) & (chance < low + 0.1)
        if here.any():
            points.append((float(chance[here].mean()), float(right[here].mean())))
            print(f"probability {low:.1f} to {low + 0.1:.1f}: n {here.sum():4}, right {right[here].mean():.2f}")
    PICTURE.write_text(reliability_svg([(f"RealTime QA 2023, October on, cross-validated (n {len(found)})", points)]))
    for threshold in np.arange(0.1, 0.65, 0.05):
        kept = chance >= threshold
        day = ways_of == SHOWN[0]
        print(
            f"abstain below {threshold:.2f}: answered {kept[day].mean():.2f} of shown,",
            f"right {(kept & right)[day].mean():.2f} of all shown;",
            *(f"silent when {way} {(~kept)[ways_of == way].mean():.2f};" for way in SILENT),
            f"wrong of answered {1 - right[kept].mean():.2f}",
        )


if __name__ == "__main__":
    main()
