"""What speaks for a sentence as an answer, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.retrieval.profile import REASON, TIME, QuestionProfile
from app.text.dates import find_dates
from app.text.names import find_names, plain, same_name
from app.text.numbers import find_numbers
from app.text.words import content_words, word_rarity

NAMES = (
    "cosine", "topic_cosine", "words", "window_words", "names", "window_names", "asked_kind", "figures", "passage_score", "passage_best",
    "short", "question", "missing_name", "missing_word",
    "opening",
    "beyond_topic",
    "recent",
)  # fmt: skip
"""The columns, in order. `passage_score` is the passage's retrieval score over the best one's."""


@dataclass(frozen=True, slots=True)
class Context:
    """A sentence with what a reader has in view beside it: the sentence before, the title (or what opens the
    article), and title and passage."""

    text: str
    before: str
    topic: str
    around: str
    passage_score: float
    passage_place: int
    opens: bool = False
    recent: float = 0.0


def sentence_features(asked: QuestionProfile, contexts: Sequence[Context], cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """float64 of shape [sentences, len(NAMES)]. `cosines`: float32 [sentences, 2], of the
    question with each sentence, and with its topic and the sentence."""
    if not contexts:
        return np.zeros((0, len(NAMES)))
    stems = [set(content_words(context.text)) for context in contexts]
    weight = word_rarity(asked.words, stems)
    total = sum(weight.values()) or 1.0
    arounds: dict[str, tuple[set[str], list[str]]] = {}
    topics: dict[str, set[str]] = {}
    rows = []
    for context, own, cosine in zip(contexts, stems, cosines, strict=True):
        if context.around not in arounds:
            arounds[context.around] = (set(content_words(context.around)), [n.text for n in find_names(context.around)])
        around_stems, around_names = arounds[context.around]
        if context.topic not in topics:
            topics[context.topic] = set(content_words(context.topic))
        near = own | set(content_words(context.before))
        names = [name.text for name in find_names(context.text)]
        rows.append(
            (
                float(cosine[0]),
                float(cosine[1]),
                sum(w for word, w in weight.items() if word in own) / total,
                sum(w for word, w in weight.items() if word in near or word in around_stems) / total,
                share_of_names(asked, names, context.text),
                share_of_names(asked, around_names + names, context.around + " " + context.text),
                _answers_kind(asked, context.text, names),
                _share_of_figures(asked, context.text + " " + context.before),
                context.passage_score,
                1.0 / (1 + context.passage_place),
                1.0 if len(context.text) < 30 else 0.0,
                1.0 if context.text.rstrip("”\"' ").endswith("?") else 0.0,
                1.0 if share_of_names(asked, around_names + names, context.around + " " + context.text) < 1.0 else 0.0,
                max((w for word, w in weight.items() if word not in own and word not in around_stems), default=0.0)
                / max(weight.values(), default=1.0),
                1.0 if context.opens else 0.0,
                _beyond(weight, own, topics[context.topic]),
                context.recent,
            )
        )
    return np.array(rows, np.float64)


def _beyond(weight: dict[str, float], own: set[str], topic: set[str]) -> float:
    """The share of the question's words beyond those of the title that the sentence has: what every sentence of the
    article is about tells them little apart, and the first one repeats it."""
    beyond = {word: w for word, w in weight.items() if word not in topic}
    return sum(w for word, w in beyond.items() if word in own) / sum(beyond.values()) if sum(beyond.values()) > 0 else 0.0


def share_of_names(asked: QuestionProfile, names: Sequence[str], text: str) -> float:
    """Of the question's names, the share that `text` has (1 where the question has none)."""
    if not asked.names:
        return 1.0
    lower = f" {plain(text)} "
    found = sum(1 for name in asked.names if f" {plain(name.text)} " in lower or any(same_name(name.text, other) for other in names))
    return found / len(asked.names)


def _share_of_figures(asked: QuestionProfile, text: str) -> float:
    if not asked.numbers:
        return 1.0
    values = {number.value for number in find_numbers(text)}
    return sum(1 for number in asked.numbers if number.value in values) / len(asked.numbers)


def _answers_kind(asked: QuestionProfile, text: str, names: Sequence[str]) -> float:
    """1 if the text holds something of the kind asked for that the question did not give, -1 if not, 0 if any will do."""
    if asked.kind == "number":
        given = {number.value for number in asked.numbers}
        return 1.0 if any(number.value not in given for number in find_numbers(text)) else -1.0
    if asked.kind == "date":
        return 1.0 if find_dates(text) or TIME.search(text) else -1.0
    if asked.kind == "name":
        return 1.0 if any(not any(same_name(name, given.text) for given in asked.names) for name in names) else -1.0
    if asked.kind == "reason":
        return 1.0 if REASON.search(text) else -1.0
    return 0.0
