"""A claim sentence cut into the parts that each state something, by rule: rather no cut than a wrong one."""

from __future__ import annotations

import re
from functools import lru_cache

from app.article import Span
from app.support.tokens import Token, tokens
from app.support.verbs import REPORTING, verb_at
from app.text.tables import word_set

CONTENT_WORDS = 4
"""Words with a meaning, figures counted, that a part must have; what is said by fewer is judged with the rest."""
CONTENT_WORDS_RELATIVE = 3
"""The same behind "which" or "who", which stand for a subject."""
SUBJECT_WORDS = 8
"""A verb further than this from the start of a clause is not that of its first subject."""

LONGEST = 1_000
"""Characters of a sentence that is looked at for cuts; a longer one is a list or no sentence."""

_JOINT = re.compile(
    r"; (?:and |but |while )?|,? (?:while|whereas|but|although|(?<!even )though) |, (?:and|or|so|yet) |, (?:which|who|whose|where) ",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"which|who|whose|where", re.IGNORECASE)
# A condition holds for all that follows it, and a reason or time at the front is no statement without it.
_LEADS = word_set(
    "if unless whether when after before because since as while although though once until whereas not neither either both despite"
)
_NO_SUBJECT = word_set("that to not also then only by for with in on at from of as if when because after before who which where rather")
_OPENS_SUBJECT = word_set(
    "the a an its his her their our it he she they we this that these those there some many most several both all no one two three four "
    "five six seven eight nine ten another about more nobody none"
)
_NOT_BUT = re.compile(r"\b(?:not|nothing|none|no one|nobody|anything|everything|all|never|cannot|can't|n['’]t)\b", re.IGNORECASE)
_MARKS = ("“”", "()", "[]")


@lru_cache(maxsize=2048)
def statements(sentence: str) -> tuple[Span, ...]:
    """The parts of one sentence that each state something, as spans in it: in order, disjoint, none empty, every letter in one.

    It is cut before "; …", ", and the council …", " while …", " but …", and before ", which …" where that runs to the end of its
    part. Both sides must have a verb of their own and `CONTENT_WORDS`, and neither may hang on the other: no cut within
    quotation marks or brackets, behind a condition, or where one side alone says who says it. What does not cut so is
    one part. A sentence of white space has none.
    """
    if not sentence.strip():
        return ()
    if len(sentence) > LONGEST:
        start = _edge(sentence, 0)
        return (Span(start, len(sentence.rstrip())),)
    words = tokens(sentence)
    starts = [_edge(sentence, 0)]
    for joint in _JOINT.finditer(sentence):
        at = _edge(sentence, joint.start())
        following = _JOINT.search(sentence, joint.end())
        if at > starts[-1] and _cuts(sentence, words, starts[-1], joint, following.start() if following else len(sentence)):
            starts.append(at)
    ends = [*starts[1:], len(sentence)]
    return tuple(Span(start, start + len(sentence[start:end].rstrip())) for start, end in zip(starts, ends, strict=True))


def _edge(sentence: str, at: int) -> int:
    """The next place from here on that is neither white space nor the comma that closes the part before."""
    rest = sentence[at:]
    return at + len(rest) - len(rest.lstrip() if at == 0 else rest.lstrip(" ,;"))


def _cuts(sentence: str, words: list[Token], start: int, joint: re.Match[str], end: int) -> bool:
    """Whether a part may end at this joint; `end` is where the next joint stands."""
    left, right = sentence[start : joint.start()], sentence[joint.end() :]
    if _inside(sentence[: joint.start()]):
        return False
    before = [word for word in words if start <= word.start < joint.start()]
    behind = [word for word in words if joint.end() <= word.start < end]
    word = joint[0].strip(" ,;").lower()
    relative = bool(_RELATIVE.fullmatch(word))
    if not before or before[0].low in _LEADS or verb_at(before) is None or _content(before) < CONTENT_WORDS:
        return False
    if relative:
        # ", who met on Monday, voted …" goes on with the sentence around it.
        return "," not in right and bool(behind) and _content(behind) >= CONTENT_WORDS_RELATIVE and _verb_soon(behind, 3)
    if _content(behind) < CONTENT_WORDS or not _verb_soon(behind, SUBJECT_WORDS) or not _has_subject(sentence, behind):
        return False
    if word == "but" and _NOT_BUT.search(left):
        return False
    mine, theirs = bool(REPORTING.search(left)), bool(REPORTING.search(right))
    return mine == theirs or ";" in joint[0]


def _content(words: list[Token]) -> int:
    return sum(word.stem is not None or word.low[0].isdigit() for word in words)


def _verb_soon(words: list[Token], reach: int) -> bool:
    """Whether the first sure verb stands near the start and in the first clause."""
    at = verb_at(words)
    return at is not None and at <= reach and words[at].clause == words[0].clause


def _has_subject(sentence: str, words: list[Token]) -> bool:
    """Whether the clause opens with a subject and not with its verb: "the council was", not "was", "that it", "to"."""
    first = words[0]
    if verb_at(words) == 0 or first.low in _NO_SUBJECT:
        return False
    return first.low in _OPENS_SUBJECT or sentence[first.start].isupper() or first.low[0].isdigit() or first.low.endswith("s")


def _inside(before: str) -> bool:
    """Whether quotation marks or brackets that were opened are still open here."""
    return any(before.count(pair[0]) > before.count(pair[1]) for pair in _MARKS) or before.count('"') % 2 == 1
