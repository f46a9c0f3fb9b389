"""How good one answer's words are: exact match, token F1, the gold answer near the start. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evals.normalising import normalise

FIRST_WORDS = 60
"""A gold answer counts when it stands in this many first words of the answer (the issue's own figure)."""

Groups = Sequence[Sequence[str]]
"""Gold answers: every group must be met, by any one of its spellings."""


def words(text: str) -> int:
    """How many words, as white space parts them."""
    return len(text.split())


def contains(answer: str, groups: Groups, first: int | None = FIRST_WORDS) -> bool:
    """Whether one spelling of every group stands, word for word after normalising, in the first words of the answer.

    False without groups: an unanswerable question has no right answer. `first=None` looks at all words.
    """
    text = normalise(" ".join(answer.split()[:first]))
    return bool(groups) and all(any(_within(normalise(gold), text) for gold in group) for group in groups)


def exact_match(answer: str, groups: Groups) -> bool:
    """Whether the answer, normalised, is one spelling of the only group (with several: all of them, in order)."""
    return any(normalise(answer) == gold for gold in _wholes(groups))


def token_f1(answer: str, groups: Groups) -> float:
    """Overlap of words between answer and gold, 0..1, the best over the spellings (as SQuAD's script)."""
    given = normalise(answer)
    return max((_f1(given, gold) for gold in _wholes(groups)), default=0.0)


def _wholes(groups: Groups) -> list[list[str]]:
    if len(groups) == 1:
        return [normalise(gold) for gold in groups[0]]
    # Several groups make one gold: the first spelling of each, in order.
    return [[token for group in groups for token in normalise(group[0])]] if groups else []


def _f1(given: list[str], gold: list[str]) -> float:
    if not given or not gold:
        return float(given == gold)
    shared = (Counter(given) & Counter(gold)).total()
    if shared == 0:
        return 0.0
    precision, recall = shared / len(given), shared / len(gold)
    return 2 * precision * recall / (precision + recall)


def _within(part: list[str], whole: list[str]) -> bool:
    return bool(part) and any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))
