"""Who is meant: the earlier sentence of the article that names what an answer's sentence calls "he" or "the ministry"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.answering.readers.reading import Reading
from app.answering.readers.unfit import is_unfit
from app.article import Sentence
from app.retrieval.profile import QuestionProfile
from app.text.addressed_to_machines import for_readers
from app.text.dates import find_dates
from app.text.names import find_names, plain, same_name
from app.text.sentences import split_sentences

BACK_CHARACTERS = 900
"""How far back a name is looked for."""
LONGEST_WORDS = 32
"""Of a sentence that is shown for the name in it alone."""
_ROLES = (
    "man woman couple pair two group company firm ministry government club team party bank union agency department council court president "
    "minister actor actress singer player star athlete film movie show book song bill law report study vaccine virus storm strike attack "
    "incident event award prize"
)
_PRONOUN = re.compile(
    r"^[\"“‘'(]*(?:(?:But|And|So|Yet|Later|Then|Now|In \d{4},|On \w+day,|According to) )?"
    r"(?:he|she|they|it|his|her|their|its|this|that|these|those|both|"
    rf"the (?:\d+-year-old|{'|'.join(_ROLES.split())}))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Meant:
    """A reading with the spans of its article that are shown for it, in the order of the text."""

    reading: Reading
    spans: tuple[Sentence, ...]


def leans_on_another(sentence: str) -> bool:
    """Whether a sentence begins with "he", "it" or "the company": who that is stands in one before it."""
    return bool(_PRONOUN.match(sentence))


def name_who_is_meant(asked: QuestionProfile, reading: Reading) -> Meant:
    """The reading with, before it, the nearest earlier sentence that names its subject, where it does not name it itself."""
    earlier = _naming_sentence(asked, reading)
    return Meant(reading, (earlier, reading.sentence) if earlier else (reading.sentence,))


def _naming_sentence(asked: QuestionProfile, reading: Reading) -> Sentence | None:
    text, sentence = reading.article.text, reading.sentence
    start = max(0, sentence.start - BACK_CHARACTERS)
    before = split_sentences(text[start : sentence.start])
    if start:
        before = before[1:]  # the first of several may be the tail of a longer one
    earlier = for_readers(text, [Sentence(start + s.start, start + s.end) for s in before])[::-1]
    test = None
    if partial := _partial_name(asked, reading):
        test = lambda words: any(len(n.text.split()) > 1 and same_name(partial, n.text) for n in find_names(words))  # noqa: E731
    elif leans_on_another(reading.text) and not _names_asked(asked, reading.text):
        test = lambda words: not leans_on_another(words) and any(n.sure for n in find_names(words))  # noqa: E731
    if test is None:
        return None
    found = next((s for s in earlier if test(text[s.start : s.end]) and not is_unfit(text[s.start : s.end])), None)
    return found if found and len(text[found.start : found.end].split()) <= LONGEST_WORDS else None


def _names_asked(asked: QuestionProfile, words: str) -> bool:
    """Whether the sentence has a name of the question: then the asker knows who is meant."""
    names = find_names(words)
    return any(same_name(n.text, one.text) for n in asked.names for one in names)


def _partial_name(asked: QuestionProfile, reading: Reading) -> str | None:
    """The short answer, where it is one part of a person's name that the sentence does not give in full."""
    short = reading.short
    names = find_names(short, find_dates(short))
    if len(names) != 1 or " " in short or plain(names[0].text) != plain(short):
        return None
    longer = [n.text for n in find_names(reading.text) if " " in n.text]
    title_has = same_name(short, reading.article.title)
    known = any(same_name(short, n) for n in longer) or any(same_name(short, n.text) for n in asked.names)
    return None if known or title_has else short
