"""A model's sentence let in, or not: it must be carried by the evidence and say what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.evidence import EvidenceSentence
from app.answering.profile import QuestionProfile
from app.answering.support import SUPPORTED_AT, SupportChecker
from app.text.dates import find_dates
from app.text.names import find_names, same_name
from app.text.numbers import find_numbers
from app.text.words import content_words


@dataclass(frozen=True, slots=True)
class Checked:
    """The evidence sentence that carries the wording best, with the support in 0..1 and whether it is enough."""

    evidence: EvidenceSentence
    support: float
    supported: bool


def check_wording(checker: SupportChecker, asked: QuestionProfile, wording: str, evidence: Sequence[EvidenceSentence]) -> Checked:
    """Check one sentence of a model against each evidence sentence; `evidence` is not empty."""
    supports = [checker.check(sentence.text, wording).support for sentence in evidence]
    best = max(range(len(evidence)), key=lambda i: supports[i])
    return Checked(evidence[best], supports[best], supports[best] >= SUPPORTED_AT)


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
