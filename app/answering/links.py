"""Values that one article sets beside each other: "34 tonnes, more than the 21 estimated", "not eight but 21", a correction."""

from __future__ import annotations

import re

from app.answering.readers.reading import Found
from app.answering.statements import Statement
from app.text.numbers import find_numbers

BETWEEN = 150
"""Characters between two values that are set beside each other."""
NEAR = 260
"""Characters between the sentences of a wrong value and of the right one."""
_CONTRAST = re.compile(
    r"\b(?:but|while|whereas|and not|not|instead of|rather than|compared (?:with|to)|against|than|up from|down from|although|though|"
    r"as planned|as (?:first|earlier|previously)|after an? (?:first|earlier|original|initial)|planned for|originally|previously|earlier)\b|"
    r"^[^.;]{0,40}\bto\b[^.;]{0,12}$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"^(?:another|others?|an? (?:second|third|different|separate)|some|a further)\b", re.IGNORECASE)


def set_beside(one: Found, two: Found) -> bool:
    """Whether two spans of one sentence are set against each other, with no third figure between them."""
    if one.passage.article.id != two.passage.article.id or one.sentence.start != two.sentence.start:
        return False
    first, last = sorted((one, two), key=lambda found: found.span.start)
    if last.span.start < first.span.end:
        return False
    between = one.passage.article.text[first.span.end : last.span.start]
    if len(between) > BETWEEN or any(n.value > 2 for n in find_numbers(between)):
        return False
    before = first.before
    return bool(_CONTRAST.search(between)) or bool(re.search(r"\bnot\s+(?:the |\w+ )?$|\bfrom\s*$", before, re.IGNORECASE))


def corrected(wrong: Statement, right: Statement) -> bool:
    """Whether an article that is a correction takes back the one and gives the other."""
    same = wrong.found.passage.article.id == right.found.passage.article.id
    near = abs(wrong.found.sentence.start - right.found.sentence.start) <= NEAR
    return same and near and wrong.stale and not right.stale and right.corrects


def another_says(one: Statement, two: Statement) -> bool:
    """Whether of two neighbouring sentences the later gives its value in the words of another: "Another source put it at 20,000"."""
    if one.found.passage.article.id != two.found.passage.article.id or one.speaker is None or two.speaker is None:
        return False
    apart = two.found.sentence.start - one.found.sentence.start
    before, after = (one.speaker, two.speaker) if apart > 0 else (two.speaker, one.speaker)
    return 0 < abs(apart) <= NEAR and bool(_ANOTHER.match(after)) and before != after
