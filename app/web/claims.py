"""The words of conflicts and claims as plain text: the same on the page, on the clipboard and in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.answer import Citation, Claim, Conflict
from app.web.markup import date_words

HEADINGS: Final = {"change": "What changed", "disagreement": "Sources disagree"}


def who_says(claim: Claim) -> str:
    """The speaker; where the article states it itself, its outlet, which is never guessed."""
    if claim.speaker:
        return claim.speaker
    return f"stated by {claim.citation.source}" if claim.citation.source else "outlet not stated"


def when_said(claim: Claim) -> str:
    return date_words(claim.date) if claim.date else "date not stated"


def cited_by(claim: Claim) -> list[Citation]:
    """The place of a claim and the further ones that say the same, each once."""
    places = [claim.citation, *claim.places]
    return list({(one.article_id, one.start, one.end): one for one in places}.values())


def marks_of(claim: Claim) -> list[str]:
    """What else should be known of a claim, a few words each."""
    marks = [f"{claim.sources} independent sources"] if claim.sources > 1 else []
    return marks + ["correction"] * claim.correction + ["earlier"] * claim.earlier


def claim_lines(conflicts: Sequence[Conflict], numbers: Callable[[Citation], int]) -> list[str]:
    """The conflicts as lines of text, a heading each and a claim a line, with an empty line between two conflicts."""
    lines: list[str] = []
    for conflict in conflicts:
        lines += [""] * bool(lines) + [f"{HEADINGS[conflict.kind]}: {_one_line(conflict.about)}"]
        for claim in conflict.claims:
            marks = "".join(f"[{numbers(one)}]" for one in cited_by(claim))
            lines.append(f"– {', '.join([_one_line(claim.value), _one_line(who_says(claim)), when_said(claim), *marks_of(claim)])} {marks}")
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())
