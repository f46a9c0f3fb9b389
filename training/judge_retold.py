"""Sentences that another article of the story says in other words: paraphrase as newsrooms write it, found by embedding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.article import Sentence
from app.encoding import load_encoder
from app.settings import load_settings
from app.text.names import find_names, plain
from app.text.numbers import find_numbers
from app.text.sentences import split_sentences
from app.text.words import content_words

LIKE = (0.75, 0.985)
"""Cosine of a sentence and its likest in the other article: below they differ, above they are copies."""
SHARED = (0.3, 0.88)
"""Share of the claim's content words that stand in the other window."""
SENTENCES, LENGTH = 10, (45, 240)
"""Sentences of an article that are looked at, and their characters."""
PER_ARTICLE = 3

_NO_NEWS = re.compile(
    r"\?$|(?-i:[A-Z]{4,}[ A-Z]*:)|\b(?:sign up|newsletter|subscribe|click|download|read more|daily updates)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Retold:
    """A sentence of article number `article`, between `before` and `after` there, and a window of another that says it."""

    article: int
    claim: str
    before: str
    after: str
    window: str


def _sentences(text: str) -> list[Sentence]:
    spans = [s for s in split_sentences(text[:5000]) if LENGTH[0] <= s.end - s.start <= LENGTH[1]]
    return [s for s in spans if not _NO_NEWS.search(text[s.start : s.end])][:SENTENCES]


def retold_pairs(articles: Sequence[dict[str, Any]], stories: Sequence[Sequence[int]], told: str = "") -> Iterator[Retold]:
    """At most PER_ARTICLE for each article, likest first. Encodes the first sentences of all articles that have neighbours (minutes)."""
    from tqdm import tqdm

    wanted = sorted({i for at, near in enumerate(stories) if near for i in (at, *near)})
    spans = {i: _sentences(articles[i]["text"]) for i in wanted}
    texts = [" ".join(articles[i]["text"][s.start : s.end].split()) for i in wanted for s in spans[i]]
    encode = load_encoder(load_settings()).encode
    vectors = np.concatenate([encode(texts[at : at + 2048]) for at in tqdm(range(0, len(texts), 2048), desc=f"{told} encoding")])
    starts = np.cumsum([0, *(len(spans[i]) for i in wanted)])
    rows = {i: vectors[starts[k] : starts[k + 1]] for k, i in enumerate(wanted)}
    for at in wanted:
        found = []
        for other in stories[at]:
            if len(spans[at]) == 0 or len(spans[other]) == 0:
                continue
            cosine = rows[at] @ rows[other].T
            for place, best in enumerate(cosine.argmax(1)):
                if LIKE[0] <= cosine[place, best] <= LIKE[1]:
                    found.append((float(cosine[place, best]), place, other, spans[other][best]))
        made: set[int] = set()
        for _, place, other, span in sorted(found, key=lambda one: -one[0]):
            if place in made or len(made) >= PER_ARTICLE:
                continue
            text = articles[at]["text"]
            claim = " ".join(text[spans[at][place].start : spans[at][place].end].split())
            window = _around(articles[other]["text"], span)
            if _told_otherwise(claim, window):
                made.add(place)
                start, end = spans[at][place].start, spans[at][place].end
                yield Retold(at, claim, _last(text[max(0, start - 300) : start]), _first(text[end : end + 300]), window)


def _around(text: str, span: Sentence) -> str:
    """The sentence with its neighbours."""
    spans = split_sentences(text[: span.end + 400])
    at = next((k for k, s in enumerate(spans) if s.start <= span.start < s.end), 0)
    return " ".join(text[spans[max(0, at - 1)].start : spans[min(at + 1, len(spans) - 1)].end].split())


def _last(text: str) -> str:
    spans = split_sentences(text)
    return text[spans[-1].start : spans[-1].end] if spans else ""


def _first(text: str) -> str:
    spans = split_sentences(text)
    return text[spans[0].start : spans[0].end] if spans else ""


def _told_otherwise(claim: str, window: str) -> bool:
    """In other words, with every name and figure of the claim."""
    asked = set(content_words(claim))
    if len(asked) < 5 or not SHARED[0] <= len(asked & set(content_words(window))) / len(asked) <= SHARED[1]:
        return False
    there = plain(window)
    names = all(all(word in there for word in plain(name.text).split()[-1:]) for name in find_names(claim) if name.sure)
    figures = {number.value for number in find_numbers(window)}
    return names and all(number.value in figures for number in find_numbers(claim))
