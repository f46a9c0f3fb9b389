"""How surely the passages answer the question at all, from how the reader saw them. Fitted by training/calibrate_reader.py."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from app.answering.readers.agreement import AgreedValue
from app.answering.readers.linear_features import share_of_names
from app.answering.readers.logistic import fitted_probability
from app.retrieval.profile import QuestionProfile
from app.text.names import find_names
from app.text.numbers import find_numbers
from app.text.words import content_words

FOREIGN_NAME = 0.3
"""What is left of the probability where a name of the question stands nowhere in passage, title or outlet. Of RealTime QA 2023 from
October on a name is missing in 0.19 of what was read rightly and in 0.51 where nothing answers; the share is set by hand."""
FILE = Path(__file__).with_name("neural.json")
FEATURES = (
    "lead", "second_lead", "strength", "margin", "agreeing", "share", "likeness", "liked",
    "fits", "echo", "names", "sentence_names", "figures", "words", "sentence_words",
    "number", "date", "name", "other",
)  # fmt: skip
"""`lead`: the best span of the first value over "not here"; `second_lead`: that of the best other value; `strength`, `margin` to
the second value, `agreeing` (log of articles): see agreement; `share` to `echo`: of its span, see agreement.Found; then the shares
of the question's names, figures and words that its passage (or its sentence) has; then the kind of answer asked for."""


def features(asked: QuestionProfile, values: Sequence[AgreedValue]) -> list[float]:
    """One number for each of FEATURES; `values` is not empty."""
    best = values[0]
    top = best.found[0]
    article = top.passage.article
    sentence = article.text[top.sentence.start : top.sentence.end]
    around = f"{article.title}. {article.source or ''}. {top.passage.text}"
    words = set(asked.words)
    given = [n.value for n in asked.numbers]
    present = {n.value for n in find_numbers(around)} if given else set()
    return [
        top.lead,
        max((one.lead for value in values[1:] for one in value.found), default=-10.0),
        best.strength,
        min(best.strength - values[1].strength, 10.0) if len(values) > 1 else 10.0,
        math.log(best.articles),
        top.share,
        top.likeness,
        top.liked,
        float(top.fits),
        float(top.echo),
        share_of_names(asked, [n.text for n in find_names(around)], around),
        share_of_names(asked, [n.text for n in find_names(sentence)], sentence),
        sum(value in present for value in given) / len(given) if given else 1.0,
        len(words & set(content_words(around))) / len(words) if words else 1.0,
        len(words & set(content_words(f"{article.title} {sentence}"))) / len(words) if words else 1.0,
        *(float(asked.kind == kind) for kind in ("number", "date", "name", "other")),
    ]


def probability(measured: Sequence[float]) -> float:
    """That the first value answers the question, 0 to 1, from its `features`."""
    return cut(measured, fitted_probability(FILE, FEATURES, measured))


def cut(measured: Sequence[float], chance: float) -> float:
    """A probability, less where a name of the question stands nowhere about: alike, but on somebody else."""
    return chance * FOREIGN_NAME if measured[FEATURES.index("names")] < 1.0 else chance
