"""How likely each value that was read is a right answer to the question: what the passages say of it, as one number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from app.answering.readers.agreement import Mix, score
from app.answering.readers.counted import BARE, nouns_after
from app.answering.readers.linear_features import share_of_names
from app.answering.readers.logistic import fitted_probability
from app.answering.readers.reading import Found, Reading
from app.answering.readers.values import Value, read_value, same_value
from app.answering.twins import is_twin
from app.retrieval.profile import QuestionProfile
from app.text.names import find_names
from app.text.numbers import find_numbers
from app.text.words import content_words

FILE = Path(__file__).with_name("validity.json")
TOLD_BY = 4
"""Spans of a value, best first, that say what it counts."""
LOOKED_AT = 40
"""Values that a span is compared with."""
OF_ANOTHER_THING = 0.3
"""What is left of the chance of a figure that counts another thing, where some figure counts the thing asked for. Set by hand."""
FEATURES = (
    "lead", "lead_gap", "score", "score_gap", "share", "liked", "likeness", "counted", "other", "fits", "echo", "articles", "places",
    "names", "sentence_names", "words", "twin", "unit", "number", "date", "name",
)  # fmt: skip
"""Of a value's best span: `lead` over "not here" and `lead_gap` to the best of all, its `score` (agreement.py) and `score_gap`,
passage's `share`, sentence's `liked` and `likeness`, whether its figure is `counted` or counts an`other` thing, `fits`, `echo`; log of
the `articles` and of the `places` that say it; the shares of the question's names in passage and sentence and of its words in title
and sentence; whether it is a `twin` (twins.py); whether its `unit` is that of the likeliest; the kind of answer asked for."""


@dataclass(slots=True)
class ReadValue:
    """A value with the spans that say it, best first, and the chance (0 to 1) that it answers the question."""

    value: Value
    found: list[Found] = field(default_factory=list)
    chance: float = 0.0

    @property
    def counted(self) -> float:
        """What its figure counts, wherever that is told (counted.py): the thing asked for before another, another before nothing."""
        told = [one.counted for one in self.found[:TOLD_BY]]
        return max(told) if max(told) > BARE else min(told)


def read_values(asked: QuestionProfile, spans: Sequence[Found], mix: Mix | None = None) -> list[ReadValue]:
    """The values of all spans, likeliest first."""
    values = grouped(spans, mix or Mix())
    for value, measured in zip(values, features(asked, values, mix or Mix()), strict=True):
        value.chance = probability(measured)
        if value.counted < BARE and any(other.counted > BARE for other in values):
            value.chance *= OF_ANOTHER_THING
    return sorted(values, key=lambda one: -one.chance)


def value_of(values: Sequence[ReadValue], reading: Reading) -> ReadValue | None:
    """The value that a reading gives; None where it is not among them."""
    for value in values:
        for one in value.found:
            if one.passage.article.id == reading.article.id and one.sentence.start == reading.sentence.start and one.span == reading.span:
                return value
    return None


def grouped(spans: Sequence[Found], mix: Mix) -> list[ReadValue]:
    """Spans that mean the same put together, by their best score."""
    values: list[ReadValue] = []
    for one in sorted(spans, key=lambda found: -score(found, mix)):
        value = read_value(one.text, one.before)
        known = next((v for v in values[:LOOKED_AT] if same_value(v.value, value) and not other_noun(v.found[0], one)), None)
        if known is None:
            known = ReadValue(value)
            values.append(known)
        known.found.append(one)
    return values[:LOOKED_AT]


def other_noun(one: Found, two: Found) -> bool:
    """Whether two figures have nouns behind them, and not the same: "seven people", "seven dogs"."""
    if one.counted > BARE and two.counted > BARE:
        return False  # "troops" and "soldiers": both are what is asked for
    first, second = counted_nouns(one), counted_nouns(two)
    return bool(first) and bool(second) and not first & second and one.counted == two.counted


@lru_cache(maxsize=4096)
def _nouns(said: str, at: int, end: int) -> frozenset[str]:
    number = next((n for n in find_numbers(said) if at - 2 <= n.start < end), None)
    return frozenset(nouns_after(said, number)[:2]) if number else frozenset()


def counted_nouns(found: Found) -> frozenset[str]:
    """Stems of what stands behind the span's first figure."""
    at = found.span.start - found.sentence.start
    return _nouns(found.said, at, at + len(found.text))


def features(asked: QuestionProfile, values: Sequence[ReadValue], mix: Mix) -> list[list[float]]:
    """One row of FEATURES for each value."""
    if not values:
        return []
    scores = [score(value.found[0], mix) for value in values]
    best_lead, best_score = max(value.found[0].lead for value in values), max(scores)
    likely = [value.found[0].lead + 4 * (value.found[0].counted - BARE) + one for value, one in zip(values, scores, strict=True)]
    unit = _unit(values[likely.index(max(likely))])
    words = set(asked.words)
    named: dict[str, float] = {}

    def names_in(text: str) -> float:
        if text not in named:
            named[text] = share_of_names(asked, [n.text for n in find_names(text)], text)
        return named[text]

    out = []
    for value, scored in zip(values, scores, strict=True):
        top = value.found[0]
        article = top.passage.article
        at = top.span.start - top.sentence.start
        out.append([
            max(-12.0, min(12.0, top.lead)),
            max(-15.0, top.lead - best_lead),
            max(-20.0, min(20.0, scored)),
            max(-20.0, scored - best_score),
            top.share,
            top.liked,
            top.likeness,
            float(top.counted > BARE),
            float(top.counted < BARE),
            float(top.fits),
            float(top.echo),
            math.log(len({one.passage.article.id for one in value.found})),
            math.log(len(value.found)),
            names_in(f"{article.title}. {article.source or ''}. {top.passage.text}"),
            names_in(top.said),
            len(words & set(content_words(f"{article.title} {top.said}"))) / len(words) if words else 1.0,
            float(is_twin(asked.text, top.said, at, at + len(top.text))),
            float(_unit(value) == unit),
            *(float(asked.kind == kind) for kind in ("number", "date", "name")),
        ])  # fmt: skip
    return out


def _unit(value: ReadValue) -> str | None:
    return value.value.figure.unit if value.value.figure else None


def probability(measured: Sequence[float]) -> float:
    """That the value is a right answer, 0 to 1, from its row of `features`."""
    return fitted_probability(FILE, FEATURES, measured)
