"""Articles cut into passages: consecutive whole sentences of about 200 tokens, no overlap."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.article import Article, Passage, Sentence
from app.text.months import day_words
from app.text.sentences import split_sentences

PASSAGE_TOKENS = 200
"""With the title in front this stays within the 256 tokens that the packaged model reads."""
HEADER_WORDS = 30

CountTokens = Callable[[Sequence[str]], list[int]]
_CLAUSE = re.compile(r"(?<=[;:,—–])\s+|\s+(?=[(\[])")
_WORD = re.compile(r"\s+")


def cut_passages(article: Article, count: CountTokens) -> list[Passage]:
    """Passages in order, disjoint, with only white space between them; each holds at most PASSAGE_TOKENS tokens
    unless a single word has more."""
    spans = [piece for sentence in split_sentences(article.text) for piece in _fit(article.text, sentence, count)]
    sizes = count([article.text[span.start : span.end] for span in spans])
    passages: list[Passage] = []
    held: list[Sentence] = []
    total = 0
    for span, size in zip(spans, sizes, strict=True):
        if held and total + size > PASSAGE_TOKENS:
            passages.append(_passage(article, len(passages), held))
            held, total = [], 0
        held.append(span)
        total += size
    if held:
        passages.append(_passage(article, len(passages), held))
    return passages


def _passage(article: Article, ordinal: int, sentences: list[Sentence]) -> Passage:
    return Passage(article.id, ordinal, sentences[0].start, sentences[-1].end, tuple(sentences))


def _fit(text: str, sentence: Sentence, count: CountTokens) -> list[Sentence]:
    """The sentence, or its pieces: cut at clauses, and a clause that is still too long at words."""
    words = text[sentence.start : sentence.end]
    if len(words) <= PASSAGE_TOKENS or count([words])[0] <= PASSAGE_TOKENS:
        return [sentence]
    clauses = _pieces(words, _CLAUSE)
    sizes = count([words[start:end] for start, end in clauses])
    fine: list[tuple[int, int, int]] = []
    for (start, end), size in zip(clauses, sizes, strict=True):
        if size <= PASSAGE_TOKENS:
            fine.append((start, end, size))
            continue
        single = [(start + first, start + last) for first, last in _pieces(words[start:end], _WORD)]
        fine += [(*span, n) for span, n in zip(single, count([words[a:b] for a, b in single]), strict=True)]
    joined: list[Sentence] = []
    first, last, total = fine[0]
    for start, end, size in fine[1:]:
        if total + size > PASSAGE_TOKENS:
            joined.append(Sentence(sentence.start + first, sentence.start + last))
            first, total = start, 0
        last = end
        total += size
    return [*joined, Sentence(sentence.start + first, sentence.start + last)]


def _pieces(text: str, gap: re.Pattern[str]) -> list[tuple[int, int]]:
    pieces = []
    start = 0
    for found in gap.finditer(text):
        if found.start() > start:
            pieces.append((start, found.start()))
        start = found.end()
    return [*pieces, (start, len(text))] if start < len(text) else pieces


def embedded_text(article: Article, text: str) -> str:
    """What is embedded for a passage: its words, with title, outlet and date in front, which many questions name."""
    title = "" if article.title_is_first_sentence else " ".join(article.title.split()[:HEADER_WORDS])
    when = day_words(article.published.day, full=True) if article.published else ""
    header = ", ".join(part for part in (title, article.source or "", when) if part)
    return f"{header}\n{text}" if header else text
