"""What an answer must show of a conflict: which values, who says each, and on which day, as the questions' files give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from app.errors import DatelineError

CONFLICT_KINDS = ("change", "disagreement", "correction")
"""Kinds of question whose answer tells several values: a correction by its `conflict`, the others by that or by `all_of`."""


@dataclass(frozen=True, slots=True)
class ExpectedClaim:
    """One value to be told: any one of `values` (spellings), said by any one of `speakers` on any one of `dates` (YYYY-MM-DD).

    No speakers: an article states it itself. Dates: the days of the articles that say it, and the day that a sentence names.
    """

    values: tuple[str, ...]
    dates: tuple[str, ...]
    speakers: tuple[str, ...] = ()

    @property
    def latest(self) -> str:
        """The last of its days."""
        return max(self.dates)


@dataclass(frozen=True, slots=True)
class ExpectedConflict:
    """Two or more claims, newest first, all of which a complete answer tells."""

    kind: str
    claims: tuple[ExpectedClaim, ...]

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The claims' spellings, as a question's `answers` have them."""
        return tuple(claim.values for claim in self.claims)


def expected_conflict(record: Mapping[str, Any], where: str) -> ExpectedConflict | None:
    """The conflict of one question's line; None where it gives none.

    Raises DatelineError naming `where` for a conflict of another kind than the question, with fewer than two claims,
    with claims out of order, beside answers, or missing where the question is on a correction; KeyError for a missing key.
    """
    kind, given = record["kind"], record.get("conflict")
    if given is None:
        if kind == "correction":
            raise _bad(where, "a correction needs its conflict")
        return None
    if kind not in CONFLICT_KINDS or given["kind"] != kind:
        raise _bad(where, f"a conflict of kind {given['kind']!r} stands with a question of kind {kind!r}")
    if record.get("answers") or record.get("all_of"):
        raise _bad(where, "the answers stand in the conflict's claims and nowhere else")
    claims = tuple(_claim(claim, where) for claim in given["claims"])
    if len(claims) < 2:
        raise _bad(where, "a conflict needs two claims")
    if any(before.latest < min(after.dates) for before, after in pairwise(claims)):
        raise _bad(where, "the claims must stand newest first")
    return ExpectedConflict(kind, claims)


def near_twin(record: Mapping[str, Any], where: str) -> tuple[str, ...]:
    """The spellings of what is not the answer but looks like it. Raises DatelineError unless exactly look-alikes give some."""
    spellings = tuple(record.get("not", ()))
    if bool(spellings) != (record["kind"] == "look-alike"):
        raise _bad(where, "a look-alike, and no other kind, says in 'not' what is not the answer")
    return spellings


def newest_date(record: Mapping[str, Any], where: str) -> str | None:
    """The day (YYYY-MM-DD) of the newest state. Raises DatelineError unless exactly the latest give it, as a day."""
    day = record.get("newest_date")
    if (day is not None) != (record["kind"] == "latest"):
        raise _bad(where, "a question on the latest, and no other kind, gives the 'newest_date'")
    return None if day is None else _day(day, where)


def _claim(claim: Mapping[str, Any], where: str) -> ExpectedClaim:
    if not claim["values"]:
        raise _bad(where, "a claim needs its value")
    return ExpectedClaim(tuple(claim["values"]), _days(claim, where), tuple(claim["speakers"]))


def _days(claim: Mapping[str, Any], where: str) -> tuple[str, ...]:
    return tuple(_day(day, where) for day in claim.get("dates") or [claim["date"]])


def _day(text: str, where: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _bad(where, f"{text!r} is no day (YYYY-MM-DD)") from None


def _bad(where: str, what: str) -> DatelineError:
    return DatelineError(f"{where}: {what}.", "Mend it.")
