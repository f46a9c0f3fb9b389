"""Who says what a sentence of an article says: from its own words and those of the sentences before, by rule."""

from __future__ import annotations

import re

from app.article import Article, Sentence, Span
from app.text.addressed_to_machines import addresses_machine
from app.text.dates import find_dates
from app.text.names import find_names
from app.text.sentence_speaker import speaker_in
from app.text.sentences import split_sentences
from app.text.tables import word_set

BACK_CHARACTERS = 700
"""How far back the sentences are that may name who goes on speaking; a body's full name may stand twice as far."""
BACK_SENTENCES = 4
_PRONOUN = re.compile(r"^(?:he|she|they|it|we|i|you|this|that|these|those|there|one|both|some|many|others)$", re.IGNORECASE)
_STANDS_FOR_A_NAME = re.compile(
    r"^(?:he|she|they|it|the (?:\w+ )?(?:man|woman|official|spokesman|spokeswoman|spokesperson|company|ministry|minister|agency|"
    r"statement|report|union|council|police|group|board|authority|institute|office|operator))$",
    re.IGNORECASE,
)
_BODIES = word_set(
    "company ministry agency union council police board authority institute office report statement group operator club service hospital "
    "bank court commission committee centre party government"
)


def speaker_of(article: Article, sentence: Sentence, span: Span | None = None) -> str | None:
    """Who says the span of this sentence (None: the sentence as a whole), in the article's words; None where the article states it
    itself.

    A speaker who is only "he" or "the company" is looked for in the sentences before.
    """
    text = article.text[sentence.start : sentence.end]
    found = speaker_in(text, span.start - sentence.start if span is not None else len(text))
    if found is None:
        return _before(article, sentence, go_on=True) if _inside_quotation(article.text, sentence) else None
    if full := _full_name(article.text[: sentence.start], found):
        return full
    if not _names_nobody(found) or found.lower().split()[-1] in _BODIES:
        return found
    return _before(article, sentence, go_on=False) or (None if _PRONOUN.match(found) else found)


def _names_nobody(who: str) -> bool:
    return bool(_PRONOUN.match(who) or _STANDS_FOR_A_NAME.match(who))


def _full_name(before: str, who: str) -> str | None:
    """The name that "the board" stands for: the last one before it that has that word."""
    words = who.lower().split()
    if len(words) != 2 or words[0] not in ("the", "its", "their") or words[1] not in _BODIES:
        return None
    back = before[-BACK_CHARACTERS * 2 :]
    names = [n.text for n in find_names(back, find_dates(back)) if words[1] in n.text.lower().split() and len(n.text.split()) > 1]
    return f"the {names[-1]}" if names else None


def _inside_quotation(text: str, sentence: Sentence) -> bool:
    """Whether the sentence begins within quotation marks that were opened before it."""
    before = text[max(0, sentence.start - BACK_CHARACTERS) : sentence.start]
    if before.count("“") > before.count("”"):
        return True
    own = text[sentence.start : sentence.end].lstrip()
    return own[:1] in '“"' and own.rstrip()[-1:] in '”"'


def _before(article: Article, sentence: Sentence, *, go_on: bool) -> str | None:
    """Who speaks, or is the subject, in the nearest earlier sentences of the paragraph or the one before it."""
    start = max(0, sentence.start - BACK_CHARACTERS)
    spans = split_sentences(article.text[start : sentence.start])[1 if start else 0 :]
    for near, span in enumerate(reversed(spans[-BACK_SENTENCES:])):
        words = article.text[start + span.start : start + span.end]
        if addresses_machine(words):
            continue
        found = speaker_in(words, len(words)) or (speaker_in(words, 0) if go_on else None)
        if found is not None and not _names_nobody(found):
            return found
        if near == 0 and not go_on and (names := [n.text for n in find_names(words, find_dates(words)) if " " in n.text]):
            return names[0]
    return None
