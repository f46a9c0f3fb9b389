"""What one answer tells of change and disagreement: its conflicts beside what the question's file expects. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.answer import Answer, Claim, Conflict
from app.article import Published
from evals.metrics import Groups, contains

SEVERAL = frozenset({"latest", "change", "disagreement", "correction", "unanswerable"})
"""Kinds of question whose answer may show a conflict, or has no value at all: of all others a conflict is a false alarm."""


class ExpectedClaim(Protocol):
    """One value in its spellings, by any one of the speakers (none: anyone), on any one of the days (YYYY-MM-DD)."""

    @property
    def values(self) -> Sequence[str]: ...
    @property
    def speakers(self) -> Sequence[str]: ...
    @property
    def dates(self) -> Sequence[str]: ...


class ExpectedConflict(Protocol):
    """`kind` is change, disagreement or correction; the claims stand newest first."""

    @property
    def kind(self) -> str: ...
    @property
    def claims(self) -> Sequence[ExpectedClaim]: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question's file says: its kind, the right answers, the conflict to be shown, the near twin that is not meant, the day
    (YYYY-MM-DD) of the newest state, and whether the articles in view hold an older value of it too: then a change shown is true."""

    kind: str
    answers: Groups
    conflict: ExpectedConflict | None = None
    twin: Sequence[str] = ()
    newest_date: str | None = None
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class ConflictScore:
    """One answer's verdicts; None where the question does not ask for it. `with_speaker` and `with_date` hold only beside the values.

    `newest_state`: a question on the latest has it in its first words; `newest_day`: and its first citation is of that day.
    `told_apart`: the answer holds the right value and no claim the near twin's.
    """

    shown: int
    """Conflicts of the answer."""
    all_values: bool | None = None
    with_speaker: bool | None = None
    with_date: bool | None = None
    kind_right: bool | None = None
    newest_first: bool | None = None
    newest_state: bool | None = None
    newest_day: bool | None = None
    told_apart: bool | None = None
    overtaken: bool = False
    """The articles hold an older value of it too: a conflict shown is no false alarm."""
    claims: list[str] = field(default_factory=list)
    """Value, speaker and date of each claim, to read."""


def score(answer: Answer, wanted: Wanted) -> ConflictScore:
    """Compare; an answer that abstained tells nothing."""
    conflicts = [] if answer.abstained else answer.conflicts
    claims = [claim for conflict in conflicts for claim in conflict.claims]
    verdicts: dict[str, bool] = {}
    if wanted.conflict:
        verdicts |= _conflict(conflicts, wanted.conflict)
    if wanted.newest_date:
        state = not answer.abstained and _opens_with(answer, wanted.answers)
        verdicts |= {"newest_state": state, "newest_day": state and _first_day(answer) == wanted.newest_date}
    if wanted.twin:
        right = not answer.abstained and contains(answer.answer, wanted.answers)
        verdicts["told_apart"] = right and not any(_holds(words, wanted.twin) for claim in claims for words in (claim.value, claim.text))
    told = [f"{claim.value} | {claim.speaker or '–'} | {claim.date or '–'}" for claim in claims]
    return ConflictScore(len(conflicts), claims=told, overtaken=wanted.overtaken, **verdicts)


def _conflict(conflicts: Sequence[Conflict], expected: ExpectedConflict) -> dict[str, bool]:
    """All conflicts together must tell the values; kind and order are judged of the one that tells most of them."""
    claims = [claim for conflict in conflicts for claim in conflict.claims]
    stating = [(gold, [claim for claim in claims if _states(claim, gold, expected)]) for gold in expected.claims]
    best = max(conflicts, key=lambda conflict: _told(conflict, expected), default=None)
    if best is None or not _told(best, expected):
        return dict.fromkeys(("all_values", "with_speaker", "with_date", "kind_right", "newest_first"), False)
    newest = max(max(gold.dates) for gold in expected.claims)
    return {
        "all_values": all(found for _, found in stating),
        "with_speaker": all(any(_speaks(claim, gold) for claim in found) for gold, found in stating),
        "with_date": all(any((claim.date or "")[:10] in gold.dates for claim in found) for gold, found in stating),
        "kind_right": _kind_right(best, expected.kind),
        # Two of one day may stand in either order.
        "newest_first": any(max(gold.dates) == newest and _states(best.claims[0], gold, expected) for gold in expected.claims),
    }


def _told(conflict: Conflict, expected: ExpectedConflict) -> int:
    return sum(any(_states(claim, gold, expected) for claim in conflict.claims) for gold in expected.claims)


def _states(claim: Claim, gold: ExpectedClaim, expected: ExpectedConflict) -> bool:
    """The claim's value is one of the spellings; its sentence counts only where the value is none of the expected ones: "97
    million, not 84" is no claim of 84."""
    if any(_holds(claim.value, one.values) for one in expected.claims):
        return _holds(claim.value, gold.values)
    return _holds(claim.text, gold.values)


def _speaks(claim: Claim, gold: ExpectedClaim) -> bool:
    """Either name within the other, in any case. Where the article itself states it, whatever is given is taken; a claim without a
    speaker is its outlet's own."""
    if not gold.speakers:
        return True
    given = (claim.speaker or claim.citation.source or "").casefold().strip()
    return bool(given) and any(given in name.casefold() or name.casefold() in given for name in gold.speakers)


def _kind_right(conflict: Conflict, kind: str) -> bool:
    if kind == "correction":
        return conflict.kind == "change" or any(claim.correction for claim in conflict.claims)
    return conflict.kind == kind


def _opens_with(answer: Answer, groups: Groups) -> bool:
    """In the first sentence, however long, or in the first words."""
    first = answer.sentences[0].text if answer.sentences else ""
    return contains(first, groups, None) or contains(answer.answer, groups)


def _first_day(answer: Answer) -> str | None:
    cited = next((sentence.citations[0] for sentence in answer.sentences[:1] if sentence.citations), None)
    return Published.parse(cited.published).day.isoformat() if cited and cited.published else None


def _holds(text: str, spellings: Sequence[str]) -> bool:
    return contains(text, [spellings], None)
