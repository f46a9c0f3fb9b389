"""What homes of any size are made of: the words of real articles, and vectors drawn from those of real passages."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.article import Article, Passage, Published, Sentence, article_id
from app.errors import DatelineError
from app.indexing.progress import Progress, silent

if TYPE_CHECKING:
    from app.encoding import Encoder
    from app.encoding.encoder import Vectors
    from app.stores.vector_cache import VectorCache

SEED = 21
BASE = 2_000
"""Passages embedded, from which all vectors are drawn: a minute of the packaged model."""
MOST = 2_000
"""Articles whose words are taken: cutting them is half a minute."""
OWN = 0.5
"""Share of a passage's words that stay the real passage's, in their places; the rest are drawn from all of them. Half keeps what a passage
is about, and leaves an eighth of its runs of three words: by them no two are copies."""
STRAY = 0.6
"""Of the difference of two other real vectors, what is added to a real one: the copies of one are then 0.75 like each other (cosine), as
passages of one subject are."""
OUTLETS, DAYS, FIRST_DAY = 20, 3_650, date(2016, 1, 1)
COPIED = 0.1
"""Share of the articles that another outlet carries the day after, word for word."""


@dataclass(frozen=True, slots=True)
class Material:
    """`words` are all there are; `articles` the real ones as lists of passages, each as sentences of places in `words`; `titles` theirs.
    `drawn` are places too, as often as the word is met. `vectors` are of real passages, of length 1."""

    words: list[str]
    titles: list[list[int]]
    articles: list[list[list[list[int]]]]
    drawn: np.ndarray
    vectors: Vectors


def read_material(path: Path, encoder: Encoder, cache: VectorCache, base: int = BASE, progress: Progress = silent) -> Material:
    """Read a file or folder of articles, and embed `base` of their passages. Raises DatelineError where there are none."""
    from app.encoding.packaged import PackagedTokenizer
    from app.indexing.passages import cut_passages, embedded_text
    from app.reading import Problem, read_path

    files = sorted(path.glob("articles.jsonl*")) or [path] if path.is_dir() else [path]
    items = (item for file in files for item in read_path(file) if not isinstance(item, Problem))
    found = list(itertools.islice(items, MOST))
    if not found:
        raise DatelineError(f"no articles in {path}.", "Name a file or folder of articles with --data.")
    count = PackagedTokenizer().count
    known: dict[str, int] = {}
    titles: list[list[int]] = []
    articles: list[list[list[list[int]]]] = []
    texts: list[str] = []
    for article in found:
        passages = cut_passages(article, count)
        titles.append(_places(article.title, known))
        cut = [[_places(article.text[s.start : s.end], known) for s in passage.sentences] for passage in passages]
        articles.append([[s for s in sentences if s] for sentences in cut])
        texts += [embedded_text(article, article.text[p.start : p.end]) for p in passages]
    chosen = np.random.default_rng(SEED).permutation(len(texts))[:base]
    vectors = np.zeros((len(chosen), encoder.dimension), np.float32)
    for start in range(0, len(chosen), 64):
        part = chosen[start : start + 64]
        vectors[start : start + 64] = cache.encode(encoder, [texts[place] for place in part])
        progress("embedding", start + len(part), len(chosen))
    drawn = np.fromiter(itertools.chain.from_iterable(s for a in articles for p in a for s in p), np.int32)
    return Material(list(known), titles, articles, drawn, vectors)


def _places(text: str, known: dict[str, int]) -> list[int]:
    return [known.setdefault(word, len(known)) for word in text.split()]


def made_articles(material: Material, first: int = 0) -> Iterator[tuple[Article, list[Passage]]]:
    """Articles from the number `first` on, without end: the same one for a number, in every run."""
    for number in itertools.count(first):
        yield _made(material, number)


def _made(material: Material, number: int) -> tuple[Article, list[Passage]]:
    draw = np.random.default_rng((SEED, number))
    # A copy is drawn as the one before it was, and differs in outlet, address and day.
    copied = number > 0 and draw.random() < COPIED
    if copied:
        original = number - 1
        while original > 0 and np.random.default_rng((SEED, original)).random() < COPIED:
            original -= 1
        outlet = int(draw.integers(OUTLETS))
        article, passages = _made(material, original)
        assert article.published is not None
        url = f"https://bench.example/{number}"
        name, when = article_id(url, ""), Published(article.published.day + timedelta(days=1))
        copy = Article(name, article.title, article.text, when, f"Outlet {outlet}", url=url)
        return copy, [Passage(name, p.ordinal, p.start, p.end, p.sentences) for p in passages]
    real = int(draw.integers(len(material.articles)))
    url = f"https://bench.example/{number}"
    name = article_id(url, "")
    own = np.fromiter((word for p in material.articles[real] for s in p for word in s), np.int32)
    other = material.drawn[draw.integers(len(material.drawn), size=len(own))]
    words = list(map(material.words.__getitem__, np.where(draw.random(len(own)) < OWN, own, other).tolist()))
    pieces: list[str] = []
    passages = []
    at = used = 0
    for ordinal, sentences in enumerate(material.articles[real]):
        spans = []
        for sentence in sentences:
            text = " ".join(words[used : used + len(sentence)])
            spans.append(Sentence(at, at + len(text)))
            pieces.append(text)
            at += len(text) + 1
            used += len(sentence)
        passages.append(Passage(name, ordinal, spans[0].start, spans[-1].end, tuple(spans)))
    title = " ".join(map(material.words.__getitem__, material.titles[real])) or f"Article {number}"
    when = Published(FIRST_DAY + timedelta(days=int(draw.integers(DAYS))))
    return Article(name, title, " ".join(pieces), when, f"Outlet {int(draw.integers(OUTLETS))}", url=url), passages


def made_vectors(material: Material, rows: list[int]) -> Vectors:
    """One for each passage row: a real vector and a part of how two others differ, of length 1. The same for a row in every run."""
    from app.encoding.encoder import normalised

    draws = np.array([np.random.default_rng((SEED, row)).integers(len(material.vectors), size=3) for row in rows], np.int64)
    one, two, three = (material.vectors[draws[:, place]] for place in range(3))
    return normalised((one + STRAY * (two - three)).astype(np.float32))


def made_questions(material: Material, count: int) -> list[str]:
    """Questions of words that stand in one real sentence: eight of them, in their order."""
    draw = np.random.default_rng(SEED + 1)
    questions: list[str] = []
    while len(questions) < count:
        passages = material.articles[int(draw.integers(len(material.articles)))]
        sentences = [s for p in passages for s in p if len(s) >= 8]
        if sentences:
            sentence = sentences[int(draw.integers(len(sentences)))]
            chosen = np.sort(draw.choice(len(sentence), size=8, replace=False))
            questions.append(f"What is known of {' '.join(material.words[sentence[place]] for place in chosen)}?")
    return questions
