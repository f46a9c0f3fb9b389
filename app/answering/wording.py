"""A model's sentence let in, or not: it must be carried by the evidence and say what was asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.readers.reading import Reading
from app.article import Sentence
from app.retrieval.profile import QuestionProfile
from app.support.checker import SUPPORTED_AT, SupportChecker
from app.text.addressed_to_machines import for_readers
from app.text.dates import find_dates
from app.text.names import find_names, same_name
from app.text.numbers import find_numbers
from app.text.sentences import split_sentences
from app.text.words import content_words

BEFORE_CHARACTERS = 400
"""How far back the sentence before is looked for."""
_REPORTS = re.compile(
    r"\b(said|says|told|according to|announced|confirmed|estimated|estimates|claimed|claims|warned|believes?|reported|blamed|blames|"
    r"denied|insisted|argued|added|accused|revealed|indicated|mentioned|stated|expects?|plans?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """The evidence that carries the wording best, the span of its article that does, and how well in 0..1."""

    evidence: Reading
    span: Sentence
    support: float
    supported: bool


def check_wording(checker: SupportChecker, wording: str, evidence: Sequence[Reading]) -> Checked:
    """Check one sentence of a model against each evidence sentence, read with the one before it, which may name who
    is meant; `evidence` is not empty."""
    starts = [_with_sentence_before(sentence) for sentence in evidence]
    sources = [one.article.text[start : one.sentence.end] for one, start in zip(evidence, starts, strict=True)]
    found = checker.check_all([(source, wording) for source in sources])

    def carries(place: int) -> tuple[bool, float]:
        """Whether the evidence does so itself, and not the sentence before it; and how well."""
        itself = starts[place] + found[place].end > evidence[place].sentence.start
        return itself and found[place].support >= SUPPORTED_AT, found[place].support

    best = max(range(len(found)), key=carries)
    one, start, support = evidence[best], starts[best], found[best]
    span = Sentence(start + support.start, start + support.end) if support.end > support.start else one.sentence
    return Checked(one, span, support.support, support.support >= SUPPORTED_AT)


def _with_sentence_before(sentence: Reading) -> int:
    """Where the sentence before begins (the sentence itself, if none is near)."""
    start = sentence.sentence.start
    first = max(0, start - BEFORE_CHARACTERS)
    before = split_sentences(sentence.article.text[first:start])
    # The first of several may be the tail of a longer one.
    if len(before) < (2 if first else 1):
        return start
    one = Sentence(first + before[-1].start, first + before[-1].end)
    return one.start if for_readers(sentence.article.text, [one]) else start


def keeps_speaker(wording: str, quote: str) -> bool:
    """Whether what somebody said in the quote is still told as said: a claim must not turn into a fact."""
    return not _REPORTS.search(quote) or bool(_REPORTS.search(wording))


def responds(asked: QuestionProfile, wording: str, quote: str) -> bool:
    """Whether the wording keeps what the quote answers with: a figure, date or name the question did not give, or else
    most of the quote's own words that it did not."""
    if asked.kind == "number":
        given = {n.value for n in asked.numbers}
        told = {n.value for n in find_numbers(quote)} - given
        return not told or bool(told & {n.value for n in find_numbers(wording)})
    if asked.kind == "date":
        return not find_dates(quote) or bool(find_dates(wording))
    if asked.kind == "name":
        fresh = [n.text for n in find_names(quote) if not any(same_name(n.text, g.text) for g in asked.names)]
        return not fresh or any(any(same_name(n.text, f) for f in fresh) for n in find_names(wording))
    given_words = set(content_words(asked.text))
    told_words = set(content_words(quote)) - given_words
    return len(told_words & set(content_words(wording))) >= 0.5 * len(told_words)
