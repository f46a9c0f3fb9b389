"""Several articles agree: spans that mean the same add up, and one story counts once, however bluntly and often it is told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.answering.readers.counted import BARE
from app.answering.readers.reading import Found
from app.answering.readers.values import Value, read_value, same_value

LOOKED_AT = 40
"""Values that a span is compared with; those after them are too weak to matter."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How a span is scored: its lead over "not here", plus these weights times what speaks for its sentence and passage.

    `cap`: over which a score counts no more, so that an article which puts it bluntly is still one article; `temperature` of the
    sum over articles. Chosen by training/calibrate_reader.py on RealTime QA 2023 from October on (52 questions, asked then and at
    the year's end): the first reading held the answer for 0.75 and its F1 was 0.74 (without `period` 0.68 and 0.67 at a cap of 16); with
    one planted passage in sixteen the planted answer stood first for 0.21. Set by hand within 0.02 of the best there: `recent` (0 was
    best), since of two figures for one thing the later should stand, and `counted`, which few of its questions ask for. `period`: on half
    of TimeQA the answer's sentence comes first for 0.587 instead of 0.560.
    """

    passage: float = 12.0
    likeness: float = 1.0
    recent: float = 2.0
    kind: float = 2.0
    echo: float = 4.0
    counted: float = 6.0
    period: float = 4.0
    cap: float = 14.0
    temperature: float = 4.0


def score(found: Found, mix: Mix) -> float:
    """How well a span stands as the answer: its lead, plus what speaks for its sentence and passage, each with its weight."""
    beside = mix.passage * found.share + mix.likeness * found.likeness + mix.recent * found.recent
    fitting = mix.kind * found.fits - mix.echo * found.echo + mix.counted * (found.counted - BARE) + mix.period * found.period
    return found.lead + beside + fitting


@dataclass(slots=True)
class AgreedValue:
    """Spans that say the same, best first. `strength`: log of the summed exponentials of each story's capped score; `articles`: how
    many independent ones say it, the copies of a story being one."""

    value: Value
    found: list[Found] = field(default_factory=list)
    strength: float = -math.inf
    articles: int = 0


def rank_values(found: Sequence[Found], mix: Mix) -> list[AgreedValue]:
    """What the spans say, most agreed first."""
    values: list[AgreedValue] = []
    for one in sorted(found, key=lambda f: -score(f, mix)):
        value = read_value(one.text, one.before)
        known = next((v for v in values[:LOOKED_AT] if same_value(v.value, value)), None)
        if known is None:
            known = AgreedValue(value)
            values.append(known)
        known.found.append(one)
    for known in values:
        _weigh(known, mix)
    return sorted(values, key=lambda v: -v.strength)


def _weigh(value: AgreedValue, mix: Mix) -> None:
    """Copies and further places in one story add nothing; over the cap nothing is gained, not even the first place."""
    value.found.sort(key=lambda one: (min(score(one, mix), mix.cap), one.share), reverse=True)
    stories: set[int] = set()
    wordings: set[str] = set()
    scores = []
    for one in value.found:
        article = one.passage.article
        words = " ".join(article.text[one.sentence.start : one.sentence.end].lower().split())
        if one.passage.story not in stories and words not in wordings:
            scores.append(min(score(one, mix), mix.cap) / mix.temperature)
        stories.add(one.passage.story)
        wordings.add(words)
    value.articles = len(scores)
    value.strength = mix.temperature * (scores[0] + math.log(sum(math.exp(score - scores[0]) for score in scores)))
