"""Sentences that never stand as an answer: questions, headings, captions, quizzes."""

from __future__ import annotations

import re

_CLOSERS = "\"”’'»)] \t\n"
_END = re.compile(r"[.!…:;]$")
_CREDIT = re.compile(
    r"^(?:photo(?:graph)?|image|picture|file photo|video|caption|credit|source|read more|related|see also|watch|listen)s?(?: by)?\s*[:|/]|"
    r"^(?:photograph|photo|picture|image) (?:by|courtesy)\b|^(?:read more|see also|sign up|subscribe|advertisement)\b|"
    r"\((?:photo|image|ap photo|reuters|getty images?|file)[^)]{0,40}\)\W*$|"
    r"\b(?:getty images|/reuters|/ap)\W*$|^©",
    re.IGNORECASE,
)
_QUIZ = re.compile(
    r"^(?:the )?(?:correct )?answers?(?: is| was| are)?\s*:|^(?:question|q|quiz|true or false)\b\s*\d*\s*[:.)]|^[a-d]\)\s|\bquiz time\b|"
    r"^\d{1,2}\. (?:which|who|what|where|when|how)\b",
    re.IGNORECASE,
)
FEWEST_WORDS = 4
"""Of a line that ends without a stop, under which it is a heading or a label."""


def is_unfit(sentence: str) -> bool:
    """Whether a sentence asks, titles, credits or quizzes instead of telling."""
    text = sentence.strip().rstrip(_CLOSERS)
    if text.endswith("?") or _QUIZ.search(text) or _CREDIT.search(text):
        return True
    words = text.split()
    return not _END.search(text) and (len(words) <= FEWEST_WORDS or _titled(words))


def _titled(words: list[str]) -> bool:
    """A line without a stop whose long words all begin with a capital is a headline."""
    long = [word for word in words if len(word) > 3 and word[0].isalpha()]
    return len(words) <= 14 and len(long) > 2 and all(word[0].isupper() for word in long)
