"""The short answer inside the answer: the sentence that carries it, and where its words stand in that sentence."""

from __future__ import annotations

import re

from app.answer import AnswerSentence, Citation, SentenceReady, Short
from app.article import Span
from app.web.turn import Turn


def short_words(turn: Turn) -> str:
    """The short answer as one line; empty where there is none, or where it is all that the answer says."""
    short = turn.answer.short if turn.answer else None
    words = short.text.split() if short else []
    said = sum(len(one.text.split()) for one in turn.sentences)
    return " ".join(words) if len(words) < said else ""


def bold_spans(turn: Turn) -> dict[int, Span]:
    """By the place of a sentence in the turn: what of its stripped text is the short answer. One entry at most."""
    short = turn.answer.short if turn.answer and short_words(turn) else None
    if short:
        for n, sentence in enumerate(turn.sentences):
            if span := find_short(sentence, short):
                return {n: span}
    return {}


def find_short(sentence: AnswerSentence | SentenceReady, short: Short) -> Span | None:
    """Where the short answer stands in the sentence's stripped text. None: it does not, or not for certain.

    In a quote its place follows from the offsets, so that of two equal words the right one is found. In a model's
    sentence that cites it, it is found by its words, if they stand there once.
    """
    text = sentence.text.strip()
    for citation in sentence.citations:
        span = _span_in_quote(citation, short)
        if span is None:
            continue
        if " ".join(citation.quote.split()) == text:
            return Span(*(len(_collapsed_until(citation.quote, edge)) for edge in (span.start, span.end)))
        words = " ".join(short.text.split())
        found = list(re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text))
        if len(found) == 1:
            return Span(found[0].start(), found[0].end())
    return None


def _span_in_quote(citation: Citation, short: Short) -> Span | None:
    """The short answer within the citation's quote as it stands in the article, without white space at its ends."""
    at = short.citation
    start, end = at.start - citation.start, at.end - citation.start
    if at.article_id != citation.article_id or start < 0 or citation.quote[start:end] != short.text:
        return None
    start, end = start + len(short.text) - len(short.text.lstrip()), end - len(short.text) + len(short.text.rstrip())
    return Span(start, end) if start < end else None


def _collapsed_until(quote: str, edge: int) -> str:
    """What is left of `quote[:edge]` once runs of white space are one space; a last one stays if words go before it."""
    words = quote[:edge].split()
    return " ".join(words) + (" " if words and quote[edge - 1].isspace() else "")
