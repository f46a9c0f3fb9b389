"""Sentences of the same words are one piece of evidence with several places: a syndicated story counts once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from app.answering.readers.reading import Reading
from app.article import Article, Sentence
from app.retrieval.retriever import Ranked
from app.text.sentences import split_sentences

_SPACE = re.compile(r"\s+")


def merge_copies(readings: Iterable[Reading], ranked: Sequence[Ranked] = ()) -> list[Reading]:
    """One reading for each wording, the first of its copies; the others, of other articles, stand in its `copies`.

    So do the copies of its article that `ranked` knows of, each as far as it has the sentence word for word.
    """
    found: dict[str, Reading] = {}
    elsewhere = _Elsewhere(ranked)
    for reading in readings:
        known = found.setdefault(_wording(reading.text), reading)
        if known is not reading:
            _add(known, reading.article, reading.sentence)
        for article, sentence in elsewhere.places(reading):
            _add(known, article, sentence)
    return list(found.values())


def _wording(sentence: str) -> str:
    return _SPACE.sub(" ", sentence).strip().casefold()


def _add(known: Reading, article: Article, sentence: Sentence) -> None:
    if all(article.id != other.id for other in (known.article, *(other for other, _ in known.copies))):
        known.copies.append((article, sentence))


class _Elsewhere:
    """Where else a sentence stands: in the copies of the ranked passages' articles, each cut into sentences once."""

    def __init__(self, ranked: Sequence[Ranked]) -> None:
        self._copies: dict[str, dict[str, Article]] = {}
        for passage in ranked:
            for copy in passage.copies:
                self._copies.setdefault(passage.article.id, {})[copy.article.id] = copy.article
        self._cut: dict[str, dict[str, Sentence]] = {}

    def places(self, reading: Reading) -> Iterator[tuple[Article, Sentence]]:
        for article in self._copies.get(reading.article.id, {}).values():
            if article.id not in self._cut:
                cut = split_sentences(article.text)
                self._cut[article.id] = {_wording(article.text[span.start : span.end]): span for span in reversed(cut)}
            sentence = self._cut[article.id].get(_wording(reading.text))
            if sentence is not None:
                yield article, sentence
